// A photo instead of the live camera: works where the browser gives pages no camera (WeChat).
import { decode } from './detector.js';

const LONGEST = 1280;  // px; larger pictures are slow and no easier to read

async function shrunk(file) {
  const address = URL.createObjectURL(file);
  try {
    const picture = new Image();
    picture.src = address;
    await new Promise((done, failed) => { picture.onload = done; picture.onerror = failed; });
    const scale = Math.min(1, LONGEST / Math.max(picture.naturalWidth, picture.naturalHeight));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(picture.naturalWidth * scale);
    canvas.height = Math.round(picture.naturalHeight * scale);
    canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
    return canvas;
  } finally {
    URL.revokeObjectURL(address);
  }
}

export function watch(input, { onCode, onNothing }) {
  input.addEventListener('change', async () => {
    const file = input.files[0];
    input.value = '';
    if (!file) return;
    const text = await shrunk(file).then(decode).catch(() => null);
    if (text) onCode(text, 'photo');
    else onNothing();
  });
}
