// What script adds to the villager's pages: text size without a reload, reading aloud, printing.

const SIZES = ['1', '2', '3'];
const YEAR = 365 * 24 * 60 * 60;  // s
const $ = (id) => document.getElementById(id);

function textSize(link) {
  link.addEventListener('click', (event) => {
    event.preventDefault();
    const root = document.documentElement;
    const next = SIZES[(SIZES.indexOf(root.dataset.size) + 1) % SIZES.length];
    root.dataset.size = next;
    document.cookie = `size=${next}; path=/; max-age=${YEAR}; samesite=lax`;
    link.textContent = next === '3' ? link.dataset.smaller : link.dataset.bigger;
  });
}

function aloud(button) {
  if (!window.speechSynthesis || !window.SpeechSynthesisUtterance) return;
  const start = button.textContent;
  const rest = () => { button.textContent = start; };
  button.hidden = false;
  button.addEventListener('click', () => {
    if (speechSynthesis.speaking) {
      speechSynthesis.cancel();
      return rest();
    }
    const spoken = new SpeechSynthesisUtterance(button.dataset.words);
    spoken.lang = document.documentElement.lang === 'en' ? 'en' : 'zh-CN';
    spoken.rate = .85;
    spoken.onend = spoken.onerror = rest;
    button.textContent = button.dataset.stop;
    speechSynthesis.speak(spoken);
  });
}

function printing(button) {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}

if ($('text-size')) textSize($('text-size'));
if ($('aloud')) aloud($('aloud'));
if ($('print')) printing($('print'));
document.body.dataset.ready = '1';
