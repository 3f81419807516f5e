// The slip: 58 mm wide. It is part of the page and the only part that is printed. At its foot the
// receipt's code, as a picture and to type: whoever holds it can check the public log.
import { pause } from './api.js';
import { $, fill, make } from './page.js';
import { number, word } from './words.js';

const row = (left, right) => make('tr', {}, make('td', {}, left), make('td', { class: 'num' }, right));

/** {shop, receipt_no, at, name, lines: [{name, quantity, points}], points, balance?, voided?, code} */
export function slip(what) {
  return [
    make('h2', {}, what.shop),
    what.voided ? make('p', { class: 'void' }, word('slip-void')) : '',
    make('p', {}, what.name),
    make('p', {}, what.at),
    make('p', {}, word('receipt-no', { no: what.receipt_no })),
    make('table', {}, make('tbody', {}, ...what.lines.map(
      (line) => row(`${line.name} ×${line.quantity}`, number(line.points)))),
    make('tfoot', {}, row(word('slip-total'), number(what.points)),
      ...(what.balance === undefined ? [] : [row(word('slip-rest'), number(what.balance))]))),
    make('p', { class: 'code' }, word('receipt-code'), ' ', make('b', { class: 'nowrap' }, what.code)),
    make('p', {}, word('slip-check')),
    make('img', { src: `/audit/receipt/${what.code}.svg`, alt: what.code }),
    make('p', {}, word('slip-thanks')),
  ];
}

const PATIENCE = 3000;  // ms for the picture: without it the code is there to type

export async function print(what) {
  fill($('#slip'), ...slip(what));
  const drawn = $('#slip img').decode().catch(() => $('#slip img').remove());
  await Promise.race([drawn, pause(PATIENCE)]);
  window.print();
}
