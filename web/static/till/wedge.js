// A scanner that types. Two ways in:
// 1. a burst of keys (less than 80 ms apart) ended by Enter or Tab, wherever the focus is;
// 2. text that arrives without keys (Chinese input method on, some Bluetooth scanners): it lands
//    in a focused field nobody sees, and counts when Enter comes or nothing more does.

const GAP = 80;  // ms; a person is slower, every scanner we know is quicker
const SHORTEST = 8;  // characters
const IDLE = 200;  // ms without further text

export class Wedge {
  constructor(field, onCode) {
    Object.assign(this, { field, onCode, burst: '', at: 0, timer: 0, keyed: false });
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
    if (event.timeStamp - this.at > GAP) this.burst = '';
    this.at = event.timeStamp;
    if (event.key === 'Enter' || event.key === 'Tab') this.end(event);
    else if (event.key.length === 1) {
      this.burst += event.key;
      this.keyed = this.keyed || event.target === this.field;
    }
  }

  end(event) {
    const text = this.burst.length >= SHORTEST ? this.burst : this.arrived(event.target);
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
    this.timer = setTimeout(() => {
      const text = this.arrived(this.field);
      if (text.length >= SHORTEST) this.take(text);
    }, IDLE);
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
