// What this till signs: an enrolled device makes its key once, a keeper's browser has hers.
import { able, has, make, sign } from '../mandate.js';
import { call, device } from './api.js';

const MINE = '/api/v1/devices/mine';
let mine = null, called = '';

/** Asks which key signs here; an enrolled device without one makes it. `name`: the shop's. */
export async function ready(name) {
  called = name || called;
  const { status, data } = await call('GET', MINE);
  mine = status === 200 ? data : null;
  if (mine && !mine.key && device.token && able) await enrol();
}

async function enrol() {
  const made = await make().catch(() => null);
  if (!made) return; // a private window keeps no key: the till works without
  const wish = { public_key: made.publicKey, name: called };
  const { status, data } = await call('POST', MINE, { body: wish }).catch(() => ({}));
  mine = status === 201 ? data : null; // without an answer it may be registered: asked again
}

/** What was known of the key may be over: the server did not take what it signed. */
export function askAgain() { mine = null; }

/** The mandate for one claim, or nothing where no key of this browser signs. */
export async function mandate(nonce, claim) {
  if (!mine) await ready('').catch(() => null);
  if (!mine || !mine.key || !(await has(mine.key).catch(() => false))) return undefined;
  return sign(mine, nonce, [claim]);
}
