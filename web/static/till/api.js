// Talking to the server: JSON, the session's cookie with its CSRF token, or this device's token.

const DEVICE = 'jiamei.device';

export const device = {
  get token() { try { return localStorage.getItem(DEVICE); } catch (_) { return null; } },
  set token(value) { if (value) localStorage.setItem(DEVICE, value); else localStorage.removeItem(DEVICE); },
};

/** No answer came: the server may or may not have done what was asked. `said`: what it told us. */
export class NoAnswer extends Error {
  constructor(message, said) {
    super(message);
    this.said = said;
  }
}

const csrf = () => document.querySelector('meta[name=csrf-token]');

/** After a new sign-in in another tab the page's form token is stale: fetch a fresh one. */
async function renew() {
  const page = await fetch(location.pathname, { cache: 'no-store', credentials: 'same-origin' });
  const found = /<meta name="csrf-token" content="([^"]+)"/.exec(await page.text());
  if (found) csrf().content = found[1];
}

/** A list with one mandate, as a header carries it. */
const listed = (mandate) => btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify([mandate]))));

function headers(extra) {
  const made = Object.assign({ Accept: 'application/json', 'Content-Type': 'application/json' }, extra);
  if (device.token) made.Authorization = `Bearer ${device.token}`;
  else made['X-CSRFToken'] = csrf().content;
  return made;
}

/** -> {status, data, replayed, slip}; throws NoAnswer after `wait` ms, on a broken line or a 5xx. */
export async function call(method, path, what) {
  const answer = await once(method, path, what || {});
  if (answer.status !== 400 || answer.data.code !== 'csrf' || device.token) return answer;
  await renew().catch(() => null);
  return once(method, path, what || {});
}

async function once(method, path, { body, key, mandate, wait = 8000 }) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), wait);
  try {
    const answer = await fetch(path, {
      method,
      signal: stop.signal,
      cache: 'no-store',
      credentials: 'same-origin',
      headers: headers(Object.assign(key ? { 'Idempotency-Key': key } : {}, mandate ? { 'Jiamei-Mandates': listed(mandate) } : {})),
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const data = await answer.json().catch(() => ({}));
    if (answer.status >= 500) throw new NoAnswer(String(answer.status), data.message);
    return { status: answer.status, data, replayed: answer.headers.get('Idempotency-Replayed') === 'true', slip: answer.headers.get('Jiamei-Slip') };
  } catch (error) {
    throw error instanceof NoAnswer ? error : new NoAnswer(String(error));
  } finally {
    clearTimeout(timer);
  }
}

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** An unguessable key, also where crypto.randomUUID is missing (old phones). */
export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
