// A scanner that types. Two ways in:
// 1. a burst of keys (80 ms apart at most, on average) ended by Enter or Tab, wherever the focus is;
// 2. text that arrives without keys (Chinese input method on, some Bluetooth scanners): it lands
//    in a focused field nobody sees, and counts when Enter comes or nothing more does.
import { read } from './card.js';

const PACE = 80;  // ms a key; a person is slower, every scanner we know is quicker
const GAP = 400;  // ms; a slow phone may stumble once, but here something new begins
const SHORTEST = 8;  // characters
const IDLE = 200;  // ms without further text, for a text that is whole
const LONG = 1500;  // ms, for one that is not: then it is something else

export class Wedge {
  constructor(field, onCode) {
    Object.assign(this, { field, onCode, burst: '', began: 0, at: 0, timer: 0, keyed: false });
    document.addEventListener('keydown', (event) => this.key(event), true);
    field.addEventListener('input', () => this.wait());
    field.addEventListener('compositionend', () => this.wait());
    document.addEventListener('click', (event) => {
      // detail 0 is a click by keyboard: then the focus stays where the person put it
      if (event.detail && !event.target.closest('input, textarea, select, a, label, [role$=dialog]')) this.focus();
    });
  }

  focus() { this.field.focus({ preventScroll: true }); }

  key(event) {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (!this.burst || event.timeStamp - this.at > GAP) {
      this.burst = '';
      this.began = event.timeStamp;
    }
    this.at = event.timeStamp;
    if (event.key === 'Enter' || event.key === 'Tab') this.end(event);
    else if (event.key.length === 1) {
      this.burst += event.key;
      this.keyed = this.keyed || event.target === this.field;
    }
  }

  end(event) {
    const quick = this.at - this.began < PACE * this.burst.length;
    const text = quick && this.burst.length >= SHORTEST ? this.burst : this.arrived(event.target);
    if (text.length < SHORTEST) return this.empty();
    event.preventDefault();
    event.stopPropagation();
    if (event.target.matches('input') && event.target.value.endsWith(text)) event.target.value = '';
    this.take(text);
  }

  /** What came without keys; what a person typed key by key is no scan. */
  arrived(target) { return target === this.field && !this.keyed ? this.field.value.trim() : ''; }

  wait() {
    clearTimeout(this.timer);
    const whole = read(this.field.value).kind !== 'other';
    this.timer = setTimeout(() => {
      const text = this.arrived(this.field);
      if (text.length >= SHORTEST) this.take(text);
    }, whole ? IDLE : LONG);
  }

  take(text) {
    this.empty();
    this.onCode(text, 'wedge');
  }

  empty() {
    clearTimeout(this.timer);
    this.burst = '';
    this.keyed = false;
    this.field.value = '';
  }
}
