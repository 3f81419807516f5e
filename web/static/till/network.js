// Is the server there? navigator.onLine is not to be believed: we ask.
import { word } from './words.js';

const EVERY = 15000;  // ms

export class Network {
  constructor(badge, onChange) {
    Object.assign(this, { badge, onChange, up: true });
    for (const name of ['online', 'offline', 'pageshow']) addEventListener(name, () => this.ask());
    document.addEventListener('visibilitychange', () => document.hidden || this.ask());
    setInterval(() => document.hidden || this.ask(), EVERY);
    this.show();
  }

  async ask() {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), 4000);
    try {
      const answer = await fetch('/healthz', { cache: 'no-store', credentials: 'omit', signal: stop.signal });
      this.set(answer.ok);
    } catch (_) {
      this.set(false);
    } finally {
      clearTimeout(timer);
    }
    return this.up;
  }

  set(up) {
    if (up === this.up) return;
    this.up = up;
    this.show();
    this.onChange(up);
  }

  show() {
    document.body.dataset.net = this.up ? 'on' : 'off';
    this.badge.textContent = word(this.up ? 'net-on' : 'net-off');
  }
}
