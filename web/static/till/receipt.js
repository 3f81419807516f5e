// The slip: 58 mm wide. It is part of the page and the only part that is printed.
import { $, fill, make } from './page.js';
import { number, word } from './words.js';

const row = (left, right) => make('tr', {}, make('td', {}, left), make('td', { class: 'num' }, right));

/** {shop, receipt_no, at, name, lines: [{name, quantity, points}], points, balance?, voided?} */
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
    make('p', {}, word('slip-thanks')),
  ];
}

export function print(what) {
  fill($('#slip'), ...slip(what));
  window.print();
}
