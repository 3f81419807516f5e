// Three faces after a redemption: one tap, or none (Q6). The token goes with the tap and is
// forgotten; the request carries no cookie and no device's token.
import { $ } from './page.js';
import { say } from './sound.js';
import { word } from './words.js';

export class Faces {
  constructor() {
    this.slip = null;
    $('#faces').addEventListener('click', (event) => {
      const button = event.target.closest('[data-face]');
      if (button && this.slip) this.give(button.dataset.face);
    });
  }

  /** `slip`: what the answer to the redemption carried; without it nothing is asked. */
  ask(slip) {
    this.slip = slip;
    $('#faces').hidden = !slip;
    $('#faces-thanks').textContent = '';
  }

  give(face) {
    const body = new URLSearchParams({ slip: this.slip, face });
    this.ask(null);
    $('#faces-thanks').textContent = word('faces-thanks');
    say(word('faces-thanks'));
    fetch('/slip', { method: 'POST', body, credentials: 'omit', referrerPolicy: 'no-referrer' }).catch(() => null);
  }
}
