// What this till signs: an enrolled device makes its key once, a keeper's browser has hers.
import { able, has, make, sign } from '../mandate.js';
import { call, device } from './api.js';

const MINE = '/api/v1/devices/mine';
let mine = null;

/** Asks which key signs here; an enrolled device without one makes it. `name`: the shop's. */
export async function ready(name) {
  const { status, data } = await call('GET', MINE);
  mine = status === 200 ? data : null;
  if (mine && !mine.key && device.token && able) await enrol(name);
}

async function enrol(name) {
  try {
    const { publicKey } = await make();
    const { status, data } = await call('POST', MINE, { body: { public_key: publicKey, name } });
    if (status === 201) mine = data;
  } catch (_) { /* a private window keeps no key: the till works without */ }
}

/** The mandate for one claim, or nothing where no key of this browser signs. */
export async function mandate(nonce, claim) {
  if (!mine) await ready('').catch(() => null);
  if (!mine || !mine.key || !(await has(mine.key))) return undefined;
  return sign(mine, nonce, [claim]);
}
