// Today at this till: totals, counts per good, every receipt; print one again, take a fresh one back.
import { call, NoAnswer } from './api.js';
import { Network } from './network.js';
import { $, fill, make } from './page.js';
import { print } from './receipt.js';
import { undo } from './redeem.js';
import { beep, say } from './sound.js';
import { number, word } from './words.js';

const UNDO = 60000;  // ms

const network = new Network($('#net'), (up) => up && show());
let names = new Map(), shop = '', busy = false;

const time = (instant) => new Date(instant).toLocaleTimeString('zh-CN', { hour: '2-digit', minute: '2-digit', hour12: false, timeZone: 'Asia/Shanghai' });
const good = (line) => names.get(line.sku) || { name: line.sku, unit: '', points: 0 };
const named = (line) => Object.assign({ points: good(line).points * line.quantity }, line, { name: line.name || good(line).name });
const tell = (sentence) => { $('#tell').textContent = sentence; $('#tell').hidden = !sentence; };
const cell = (label, value, kind) => make('td', { 'data-label': label, class: kind || '' }, value);

async function show() {
  try {
    const [mine, today] = await Promise.all([call('GET', '/api/v1/shops/mine'), call('GET', '/api/v1/shops/mine/today')]);
    if (mine.status !== 200 || today.status !== 200) return tell((today.data || mine.data).message || word('refused'));
    names = new Map(mine.data.goods.map((one) => [one.sku, one]));
    shop = mine.data.name;
    $('#shop').textContent = shop;
    draw(today.data);
    tell('');
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    network.set(false);
    tell(word('net-down-today'));
  } finally {
    document.body.dataset.ready = '1';
  }
}

function draw({ day, redemptions, totals }) {
  const [year, month, date] = day.split('-').map(Number);
  $('#day').textContent = word('day', { year, month, day: date });
  $('#count').textContent = number(totals.count);
  $('#sum').textContent = number(totals.points);
  $('#nothing').hidden = redemptions.length > 0;
  for (const part of document.querySelectorAll('.when-some')) part.hidden = !redemptions.length;
  fill($('#by-good'), ...totals.goods.map((line) => make('tr', {},
    cell(word('col-good'), line.name || good(line).name),
    cell(word('col-quantity'), `${number(line.quantity)} ${line.unit || good(line).unit}`, 'num'),
    cell(word('col-points'), number(line.points), 'num'))));
  fill($('#receipts'), ...redemptions.map(receipt));
}

function receipt(one) {
  const state = one.status === 'voided' || one.status === 'returned' ? one.status : '';
  const fresh = !state && Date.now() - new Date(one.at).getTime() < UNDO;
  return make('li', { class: `card ${state ? 'off' : ''}`, 'data-receipt': one.receipt_no },
    make('div', { class: 'receipt-head' },
      make('span', {}, `${time(one.at)} ${one.masked_name}`),
      make('b', { class: state ? 'num' : 'num minus' }, state ? number(one.points) : `−${number(one.points)}`)),
    make('p', {}, one.lines.map((line) => `${named(line).name} ×${line.quantity}`).join('，')),
    make('p', { class: 'hint' }, word('receipt-no', { no: one.receipt_no }), ' ',
      state ? make('span', { class: 'badge bad' }, word(state)) : ''),
    make('div', { class: 'acts' },
      button('print', word('reprint'), () => print(slipOf(one, state))),
      fresh ? button('undo', word('undo'), () => takeBack(one)) : ''));
}

function button(act, label, onPress) {
  const made = make('button', { class: 'btn', type: 'button', 'data-act': act }, label);
  made.addEventListener('click', onPress);
  return made;
}

const slipOf = (one, state) => ({
  shop,
  name: one.masked_name,
  at: new Date(one.at).toLocaleString('zh-CN', { hour12: false, timeZone: 'Asia/Shanghai' }),
  receipt_no: one.receipt_no,
  lines: one.lines.map(named),
  points: one.points,
  voided: Boolean(state),
  code: one.code,
});

async function takeBack(one) {
  if (busy) return;
  busy = true;
  const answer = await undo(one);
  busy = false;
  await show();
  const good = answer.kind === 'done';
  const sentence = good ? word('say-undone', { points: one.points, balance: answer.data.balance })
    : answer.kind === 'unknown' ? word('undo-unknown') : answer.data.message;
  beep(good);
  tell(sentence);
  say(sentence);
}

show();
