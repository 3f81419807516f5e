// What everybody in the shop must see: done, refused, or "no answer yet". Readable at two metres.
import { $, cover, fill, make } from './page.js';
import { beep, say } from './sound.js';
import { number, word } from './words.js';

const UNDO = 60;  // s, as the server counts them

export class Result {
  constructor({ onNext, onUndo, onPrint, onAgain }) {
    this.timer = 0;
    document.addEventListener('click', (event) => {
      const button = event.target.closest('.full [data-act]');
      const acts = { next: onNext, undo: onUndo, print: onPrint, again: onAgain };
      if (button && acts[button.dataset.act]) acts[button.dataset.act]();
    });
  }

  /** `since` is when the first try began: the server's 60 s can only end later than ours. */
  done({ points, balance, receipt_no, proof }, name, lines, since) {
    $('#done-points').textContent = number(points);
    $('#done-rest').textContent = word('left', { n: number(balance) });
    $('#done-name').textContent = name;
    fill($('#done-lines'), ...lines.map((line) => make('li', {}, `${line.name} ×${line.quantity}`)));
    $('#done-receipt').textContent = word('receipt-no', { no: receipt_no });
    $('#done-code').textContent = `${word('receipt-code')} ${proof.code}`;
    this.open('done', true, word('say-done', { points, balance }));
    this.countDown(since + UNDO * 1000);
  }

  undone(points, balance) {
    $('#undone-points').textContent = number(points);
    $('#undone-rest').textContent = word('now', { n: number(balance) });
    this.open('undone', true, word('say-undone', { points, balance }));
  }

  refused(sentence, advice) {
    $('#refused-why').textContent = sentence;
    $('#refused-advice').textContent = advice || '';
    this.open('refused', false, sentence);
  }

  unknown(total) {
    $('#unknown-points').textContent = word('unknown-points', { n: number(total) });
    this.open('unknown', false, word('say-unknown'));
  }

  open(step, good, sentence) {
    clearInterval(this.timer);
    document.body.dataset.step = step;
    cover($(`#${step}`));
    beep(good);
    say(sentence);
  }

  countDown(until) {
    const button = $('[data-act=undo]');
    const tick = () => {
      const left = Math.ceil((until - Date.now()) / 1000);
      button.hidden = left < 1;
      button.querySelector('.num').textContent = String(Math.max(0, left));
      if (left < 1) clearInterval(this.timer);
    };
    this.timer = setInterval(tick, 1000);
    tick();
  }

  close() {
    clearInterval(this.timer);
    cover(null);
  }
}
