// One redemption, exactly once. The key is made before the first try and kept for every retry;
// a definite "no" ends it, and whatever is tried next gets a new key.
import { call, newKey, NoAnswer, pause } from './api.js';
import { askAgain, mandate } from './signer.js';

const WAITS = [0, 1000, 2000, 4000];  // ms before each try
const STORE = 'jiamei.pending';

/** What is asked for, made and signed before the first try. `card`: as it was looked up. */
export async function attempt(card, cart, shop, pin) {
  const key = newKey(), startedAt = Date.now(), body = { card: card.text, lines: cart.lines, collected_by: null };
  if (pin) body.pin = pin;
  const goods = Object.fromEntries(cart.lines.map(({ sku, quantity }) => [sku, quantity]));
  const signed = await mandate(key, ['redemption.completed', shop, card.household, cart.total, goods]);
  return { key, body, mandate: signed, total: cart.total, name: card.masked_name, startedAt };
}

/** Survives a reload of the page, but not with a PIN in it: that is never stored. */
function remember(what) {
  try {
    if (what && !what.body.pin) sessionStorage.setItem(STORE, JSON.stringify(what));
    else sessionStorage.removeItem(STORE);
  } catch (_) { /* private window: the attempt lives in memory only */ }
}

export function remembered() {
  try { return JSON.parse(sessionStorage.getItem(STORE)); } catch (_) { return null; }
}

export const forget = () => remember(null);

const again = (status) => [408, 425, 429].includes(status);

/** -> {kind: 'done', data, replayed, slip} | {kind: 'refused', status, data} | {kind: 'unknown'} */
export async function send(what, onRetry, waits = WAITS) {
  remember(what);
  for (const [index, wait] of waits.entries()) {
    if (wait) await pause(wait);
    if (index) onRetry(index);
    try {
      const { status, data, replayed, slip } = await call('POST', '/api/v1/redemptions', { body: what.body, key: what.key, mandate: what.mandate });
      if (again(status)) continue;
      forget();
      if (/^mandate-/.test(data.code)) askAgain();
      return status === 201 ? { kind: 'done', data, replayed, slip } : { kind: 'refused', status, data };
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
    }
  }
  return { kind: 'unknown' };
}

/** Undo within 60 s. A lost answer is asked again; "already void" is then the good news. */
export async function undo({ receipt_no: receipt, redemption }) {
  const key = newKey(), signed = await mandate(key, ['redemption.voided', redemption]);
  for (const [index, wait] of WAITS.entries()) {
    if (wait) await pause(wait);
    try {
      const { status, data } = await call('POST', `/api/v1/redemptions/${encodeURIComponent(receipt)}/void`, { body: {}, key, mandate: signed });
      if (again(status)) continue;
      if (status < 300 || (index && data.code === 'already-undone')) return { kind: 'done', data };
      if (/^mandate-/.test(data.code)) askAgain();
      return { kind: 'refused', status, data };
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
    }
  }
  return { kind: 'unknown' };
}
