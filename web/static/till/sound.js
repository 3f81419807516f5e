// What the keeper and the villager hear and feel. All of it may be missing; nothing depends on it.

let audio = null;

export function beep(good) {
  const Audio = window.AudioContext || window.webkitAudioContext;
  try {
    audio = audio || new Audio();
    const notes = good ? [[880, 0, .09], [1320, .1, .14]] : [[330, 0, .22], [247, .26, .32]];
    for (const [pitch, from, long] of notes) tone(pitch, audio.currentTime + from, long);
  } catch (_) { /* no sound here */ }
  const touched = !navigator.userActivation || navigator.userActivation.hasBeenActive;
  if (navigator.vibrate && touched) navigator.vibrate(good ? 70 : [140, 80, 140]);
}

function tone(pitch, from, long) {
  const wave = audio.createOscillator(), loud = audio.createGain();
  wave.frequency.value = pitch;
  loud.gain.setValueAtTime(.0001, from);
  loud.gain.exponentialRampToValueAtTime(.35, from + .015);
  loud.gain.exponentialRampToValueAtTime(.0001, from + long);
  wave.connect(loud).connect(audio.destination);
  wave.start(from);
  wave.stop(from + long + .02);
}

/** Says it aloud and puts it into the live region for screen readers. */
export function say(sentence) {
  const live = document.getElementById('live');
  if (live) live.textContent = sentence;
  if (!window.speechSynthesis) return;
  const spoken = new SpeechSynthesisUtterance(sentence);
  spoken.lang = document.documentElement.lang === 'en' ? 'en' : 'zh-CN';
  spoken.rate = .95;
  speechSynthesis.cancel();
  speechSynthesis.speak(spoken);
}
