// Finds a QR code in a picture: the browser's own detector where it has one, else our WebAssembly.
/* global BarcodeDetectionAPI */

let made = null;

async function make() {
  if ('BarcodeDetector' in window) {
    try {
      const formats = await window.BarcodeDetector.getSupportedFormats();
      if (formats.includes('qr_code')) return new window.BarcodeDetector({ formats: ['qr_code'] });
    } catch (_) { /* announced but not working: common on phones without Google services */ }
  }
  const wasm = document.body.dataset.wasm;
  BarcodeDetectionAPI.prepareZXingModule({
    overrides: { locateFile: (file, before) => (file.endsWith('.wasm') ? wasm : before + file) },
  });
  return new BarcodeDetectionAPI.BarcodeDetector({ formats: ['qr_code'] });
}

/** -> text of the first code, or null */
export async function decode(picture) {
  made = made || make();
  const found = await (await made).detect(picture);
  return found.length ? found[0].rawValue : null;
}
