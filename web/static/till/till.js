// The till: scan, pick, confirm, next. This file only says what follows what.
// Steps (body[data-step]): enrol, scan, cart, and the full-screen pin, done, undone, refused, unknown.
import { call, device, NoAnswer } from './api.js';
import { Camera } from './camera.js';
import { gate, read } from './card.js';
import { Cart } from './cart.js';
import { Faces } from './faces.js';
import { Goods } from './goods.js';
import { Network } from './network.js';
import { $, cover, fill, make } from './page.js';
import * as photo from './photo.js';
import { PinPad } from './pin.js';
import { print } from './receipt.js';
import { attempt, remembered, send, undo } from './redeem.js';
import { Result } from './result.js';
import * as signer from './signer.js';
import { beep, say } from './sound.js';
import { Wedge } from './wedge.js';
import { has, number, word } from './words.js';

const QUIET = 3000;  // ms: the same card again within this time is the same scan
const CARD_TROUBLE = ['card-unknown', 'card-blocked', 'own-household', 'pin-locked', 'pin-not-set'];

const DUTIES = ['password-must-change', 'totp-needed'];  // done on one's own page first

const seen = gate(QUIET, () => Date.now());
const network = new Network($('#net'), (up) => (up && step() === 'unknown' ? again() : draw()));
const goods = new Goods($('#goods'), $('#kinds'), { onAdd: add, onLess: less });
const pad = new PinPad($('#pin'));
const faces = new Faces();
const result = new Result({ onNext: next, onUndo: () => alone(takeBack), onPrint: printSlip, onAgain: again });
const wedge = new Wedge($('#wedge'), onCode);
const camera = new Camera($('#camera'), {
  onCode,
  wanted: () => step() === 'scan' && !busy,
});

let shop = null, card = null, cart = new Cart([]), busy = false, last = null, trying = null;

const step = () => document.body.dataset.step;
const go = (name) => { document.body.dataset.step = name; draw(); };
const tell = (sentence) => { $('#tell').textContent = sentence; $('#tell').hidden = !sentence; };

/** Runs one thing at a time: a second tap while the first is under way does nothing. */
async function alone(work) {
  if (busy) return;
  busy = true;
  draw();
  try {
    await work();
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    beep(false);
    tell(error.said || word(step() === 'cart' ? 'net-down' : 'net-down-scan'));
    if (!error.said) network.set(false);
    network.ask();
  } finally {
    busy = false;
    draw();
  }
}

// 1. Open ------------------------------------------------------------------------------------

async function open() {
  const { status, data } = await call('GET', '/api/v1/shops/mine');
  if (status !== 200) {
    if (DUTIES.includes(data.code)) return location.assign(document.body.dataset.own);
    if (status !== 401) $('#enrol-why').textContent = data.message || word('enrol-why');
    return go('enrol');
  }
  shop = data;
  $('#shop').textContent = shop.name;
  cart = new Cart(shop.goods);
  goods.load(shop.goods);
  await signer.ready(shop.name).catch(() => null);
  go('scan');
  trying = remembered();
  if (trying) await finish();
  else await watchForCards();
}

async function watchForCards() {
  wedge.focus();
  if (camera.stream) return;
  document.body.dataset.camera = (await camera.start()) ? 'on' : 'off';
  $('#lamp').hidden = !camera.hasLamp;
}

// 2. A card ----------------------------------------------------------------------------------

function onCode(text, source) {
  if (!shop || busy || ['pin', 'unknown', 'enrol'].includes(step())) return;
  const what = read(text);
  if (what.kind === 'barcode' && step() === 'cart') return pickByBarcode(what.text);
  if (source !== 'typed' && source !== 'photo' && !seen.isNew(what.text)) return;
  if (what.kind === 'other' || what.kind === 'barcode') return miss(word('not-a-card'));
  if (step() === 'cart' && !cart.empty) return miss(word('finish-first'));
  document.body.dataset.source = source;
  alone(() => lookUp(what.text));
}

function miss(sentence) {
  beep(false);
  tell(sentence);
  say(sentence);
}

async function lookUp(text) {
  const { status, data } = await call('POST', '/api/v1/cards/lookup', { body: { card: text } });
  if (status === 401) return go('enrol');
  if (status !== 200) return refuse(data, 'scan');
  result.close();
  result.back = null;
  card = Object.assign({ text }, data);
  cart.clear();
  tell('');
  $('#household').textContent = card.masked_name;
  goods.show('all');
  go('cart');
  scrollTo(0, 0);
  beep(true);
  say(word('say-card', { name: card.masked_name, n: card.balance }));
}

// 3. The cart --------------------------------------------------------------------------------

function pickByBarcode(text) {
  const good = shop.goods.find((one) => one.barcode === text);
  if (good && cart.canAdd(good.sku)) beep(true);
  else miss(word(good ? 'sold-out' : 'not-a-good'));
  if (good) add(good.sku);
}

function add(sku) {
  tell(cart.add(sku) ? '' : word('no-more', { name: cart.good(sku).name }));
  draw();
}

function less(sku) {
  cart.less(sku);
  tell('');
  draw();
}

/** Why the button is off, or nothing. */
function hindrance() {
  if (!network.up) return word('net-down');
  if (busy) return word('wait');
  if (cart.empty) return word('pick-first');
  const short = cart.total - card.balance;
  return short > 0 ? word('short', { n: number(short) }) : '';
}

function draw() {
  if (step() !== 'cart' || !card) return;
  const rest = card.balance - cart.total, why = hindrance();
  fill($('#picks'), ...cart.lines.map((line) => make('li', {}, `${cart.good(line.sku).name} ×${line.quantity}`)));
  $('#balance').textContent = number(card.balance);
  $('#total').textContent = number(cart.total);
  $('#rest').textContent = number(rest);
  $('#rest').classList.toggle('minus', rest < 0);
  $('#why').textContent = why || (needsPin() ? word('pin-later') : '');
  $('#confirm').disabled = Boolean(why);
  $('#confirm').setAttribute('aria-busy', busy);
  $('#clear').disabled = cart.empty || busy;
  goods.draw(cart, rest);
}

const needsPin = () => card.pin_set && (cart.total > card.pin_above || cart.total > card.no_pin_left);

// 4. Confirm, exactly once -------------------------------------------------------------------

const confirm = () => alone(async () => {
  if (hindranceBeforeSending()) return;
  trying = await attempt(card, cart, shop.code);
  await finish();
});

const hindranceBeforeSending = () => cart.empty || cart.total > card.balance || !network.up;

/** Sends what is being tried until the server has said yes or no. */
async function finish() {
  tell(word('asking'));
  const answer = await send(trying, () => tell(word('asking-again')));
  tell('');
  if (answer.kind === 'unknown') {
    network.set(false);
    return result.unknown(trying.total);
  }
  network.set(true);
  if (answer.kind === 'done') return done(answer.data, answer.slip);
  if (answer.data.code === 'pin-required' || answer.data.code === 'wrong-pin') return askPin(answer.data);
  if (answer.status === 401) return go('enrol');
  refuse(answer.data, CARD_TROUBLE.includes(answer.data.code) || !card ? 'scan' : 'cart');
}

async function askPin(refusal) {
  if (!card) return refuse(refusal, 'scan');
  document.body.dataset.step = 'pin';
  if (refusal.code === 'wrong-pin') beep(false);
  say(refusal.message);
  const pin = await pad.ask(refusal.message);
  go('cart');
  if (pin === null) return;
  trying = await attempt(card, cart, shop.code, pin);
  await finish();
}

function done(data, slip) {
  last = { data, name: trying.name, at: new Date(), lines: named(data.lines) };
  for (const line of data.lines) {
    const good = cart.good(line.sku);
    if (good) good.on_hand = Math.max(0, good.on_hand - line.quantity);
  }
  result.done(data, trying.name, last.lines, trying.startedAt);
  faces.ask(slip);
  trying = null;
}

const named = (lines) => lines.map((line) => {
  const good = cart.good(line.sku) || { name: line.name || line.sku, points: 0 };
  return Object.assign({ points: good.points * line.quantity }, line, { name: good.name });
});

function refuse({ code, message }, back) {
  result.back = back;
  const advice = `advice-${code}`;
  result.refused(message || word('refused'), has(advice) ? word(advice) : '');
}

// 5. Afterwards ------------------------------------------------------------------------------

function next() {
  const back = result.back;
  result.back = null;
  result.close();
  if (back === 'cart') return refresh();
  if (card) seen.isNew(read(card.text).text);  // it may still lie in front of the camera
  card = null;
  trying = null;
  cart.clear();
  tell('');
  closeTyping();
  go('scan');
  scrollTo(0, 0);
  watchForCards();
}

/** After a "no" about goods or points: look again at both, and keep the cart. */
function refresh() {
  go('cart');
  alone(async () => {
    const [mine, household] = await Promise.all([
      call('GET', '/api/v1/shops/mine'),
      call('POST', '/api/v1/cards/lookup', { body: { card: card.text } }),
    ]);
    if (mine.status === 200) {
      shop.goods.splice(0, shop.goods.length, ...mine.data.goods);
      for (const { sku } of cart.lines) while (cart.of(sku) > cart.good(sku).on_hand) cart.less(sku);
      goods.load(shop.goods);
    }
    if (household.status === 200) Object.assign(card, household.data);
  });
}

async function takeBack() {
  const answer = await undo(last.data);
  if (answer.kind === 'unknown') return tellInFull(word('undo-unknown'));
  if (answer.kind === 'refused') return refuse(answer.data, 'scan');
  for (const line of last.data.lines) if (cart.good(line.sku)) cart.good(line.sku).on_hand += line.quantity;
  result.undone(last.data.points, answer.data.balance);
}

function tellInFull(sentence) {
  $('#done-tell').textContent = sentence;
  say(sentence);
}

function again() {
  alone(async () => {
    result.close();
    go(card ? 'cart' : 'scan');
    await finish();
  });
}

function printSlip() {
  print({
    shop: shop.name,
    name: last.name,
    at: last.at.toLocaleString('zh-CN', { hour12: false }),
    receipt_no: last.data.receipt_no,
    lines: last.lines,
    points: last.data.points,
    balance: last.data.balance,
    code: last.data.proof.code,
  });
}

// 6. Typing a number, and the buttons --------------------------------------------------------

function openTyping() {
  $('#typing').hidden = false;
  $('#number').value = '';
  $('#number').focus();
}

function closeTyping() {
  $('#typing').hidden = true;
}

$('#typing').addEventListener('submit', (event) => {
  event.preventDefault();
  const what = read($('#number').value);
  if (what.kind === 'number') onCode(what.text, 'typed');
  else miss(word('number-short'));
});

$('#enrol-form').addEventListener('submit', (event) => {
  event.preventDefault();
  device.token = $('#token').value.trim();
  alone(async () => {
    await open();
    if (step() !== 'enrol') return;
    device.token = null;
    $('#enrol-why').textContent = word('token-wrong');
  });
});

let lamp = false;
const acts = {
  'type': openTyping,
  'lamp': () => { lamp = !lamp; camera.lamp(lamp); },
  'clear': () => { cart.clear(); tell(''); draw(); },
  'leave': next,
  'confirm': confirm,
};
document.addEventListener('click', (event) => {
  const button = event.target.closest('main [data-act], header [data-act]');
  if (button && acts[button.dataset.act]) acts[button.dataset.act]();
});

photo.watch($('#photo'), { onCode, onNothing: () => miss(word('photo-nothing')) });
document.addEventListener('visibilitychange', () => {
  if (document.hidden) return camera.stop();
  stayAwake();
  if (step() === 'scan') watchForCards();
});
if (/MicroMessenger/i.test(navigator.userAgent)) $('#wechat').hidden = false;
const stayAwake = () => navigator.wakeLock && navigator.wakeLock.request('screen').catch(() => null);
stayAwake();

open().catch(() => network.set(false)).then(() => { cover(document.querySelector('.full:not([hidden])')); document.body.dataset.ready = '1'; });
