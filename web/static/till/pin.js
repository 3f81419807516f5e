// The PIN pad: the villager types, nobody reads. Digits by finger or by keys.
import { $, cover } from './page.js';

const LONGEST = 6, SHORTEST = 4;

export class PinPad {
  constructor(part) {
    this.part = part;
    this.digits = '';
    this.done = null;
    part.addEventListener('click', (event) => {
      const button = event.target.closest('button');
      if (button) this.press(button.dataset.key);
    });
    document.addEventListener('keydown', (event) => this.key(event));
  }

  /** -> the PIN, or null when the villager does not want to */
  ask(sentence) {
    $('#pin-why').textContent = sentence;
    this.set('');
    cover(this.part);
    return new Promise((done) => { this.done = done; });
  }

  key(event) {
    if (this.part.hidden) return;
    if (/^\d$/.test(event.key)) this.press(event.key);
    else if (event.key === 'Backspace') this.press('back');
    else if (event.key === 'Escape') this.press('leave');
    else if (event.key === 'Enter' && event.target.dataset.key === undefined) this.press('done');
  }

  press(key) {
    if (key === 'leave') this.end(null);
    else if (key === 'done') this.digits.length >= SHORTEST && this.end(this.digits);
    else if (key === 'back') this.set(this.digits.slice(0, -1));
    else if (this.digits.length < LONGEST) this.set(this.digits + key);
  }

  set(digits) {
    this.digits = digits;
    $('#pin-dots').textContent = '●'.repeat(digits.length) + '○'.repeat(LONGEST - digits.length);
    $('#pin-count').textContent = String(digits.length);
    $('[data-key=done]').disabled = digits.length < SHORTEST;
  }

  end(pin) {
    this.digits = '';
    cover(null);
    this.done(pin);
  }
}
