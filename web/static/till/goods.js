// The goods as a grid to tap: the whole tile adds one, the small button takes one away.
import { $, fill, make } from './page.js';
import { number, word } from './words.js';

// For the eye only: one telling character and a colour per kind, so that a tile is found at a glance.
const KINDS = [
  ['food', /[米面油盐醋酱蛋糖茶奶]/],
  ['wash', /[皂洗牙巾纸浴]/],
  ['learn', /[书本笔灯]/],
  ['home', /./],
];
const TELLING = /[米面油盐醋酱蛋糖茶奶皂巾纸刷膏灯伞杯壶锅书本笔盆帚箕袋套布粉液洁]/g;

export const kind = (name) => KINDS.find(([, test]) => test.test(name))[0];
const sign = (name) => (name.replace(/\d.*$/, '').match(TELLING) || [name[0]]).pop();

export class Goods {
  constructor(grid, choices, { onAdd, onLess }) {
    Object.assign(this, { grid, choices, shown: 'all' });
    grid.addEventListener('click', (event) => {
      const button = event.target.closest('button');
      if (!button) return;
      const { sku } = button.closest('li').dataset;
      if (button.matches('.less')) onLess(sku);
      else onAdd(sku);
    });
    choices.addEventListener('click', (event) => {
      const button = event.target.closest('button');
      if (button) this.show(button.dataset.kind);
    });
  }

  load(goods) {
    fill(this.grid, ...goods.map(tile));
    const kinds = new Set(goods.map((good) => kind(good.name)));
    for (const button of this.choices.children) button.hidden = button.dataset.kind !== 'all' && !kinds.has(button.dataset.kind);
    this.choices.hidden = goods.length < 9;
    this.show('all');
  }

  show(wanted) {
    this.shown = wanted;
    for (const button of this.choices.children) button.setAttribute('aria-pressed', button.dataset.kind === wanted);
    for (const item of this.grid.children) item.hidden = wanted !== 'all' && item.dataset.kind !== wanted;
  }

  /** Redraw counts; `rest` is what the household has left after the cart. */
  draw(cart, rest) {
    for (const item of this.grid.children) {
      const { sku } = item.dataset, count = cart.of(sku), good = cart.good(sku);
      item.classList.toggle('on', count > 0);
      item.classList.toggle('far', !count && good.points > rest);
      item.querySelector('.count').textContent = count || '';
      item.querySelector('.less').hidden = !count;
      item.querySelector('.add').disabled = good.on_hand < 1;
    }
  }
}

function tile(good) {
  const gone = good.on_hand < 1;
  return make('li', { 'data-sku': good.sku, 'data-kind': kind(good.name), class: gone ? 'gone' : '' },
    make('button', { class: 'add', type: 'button', disabled: gone },
      make('span', { class: 'sign', 'aria-hidden': 'true' }, sign(good.name)),
      make('span', { class: 'title' }, good.name),
      make('span', { class: 'price num' }, word('points', { n: number(good.points) })),
      make('span', { class: 'stock' }, gone ? word('sold-out') : word('stock', { n: good.on_hand, unit: good.unit }))),
    make('output', { class: 'count num', 'aria-label': word('picked', { name: good.name }) }),
    make('button', { class: 'less', type: 'button', hidden: true, 'aria-label': word('less', { name: good.name }) }, '−'));
}
