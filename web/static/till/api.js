// Talking to the server: JSON, the session's cookie with its CSRF token, or this device's token.

const DEVICE = 'jiamei.device';

export const device = {
  get token() { try { return localStorage.getItem(DEVICE); } catch (_) { return null; } },
  set token(value) { if (value) localStorage.setItem(DEVICE, value); else localStorage.removeItem(DEVICE); },
};

/** No answer came: the server may or may not have done what was asked. */
export class NoAnswer extends Error {}

function headers(extra) {
  const made = Object.assign({ Accept: 'application/json', 'Content-Type': 'application/json' }, extra);
  if (device.token) made.Authorization = `Bearer ${device.token}`;
  else made['X-CSRFToken'] = document.querySelector('meta[name=csrf-token]').content;
  return made;
}

/** -> {status, data, replayed}; throws NoAnswer after `wait` ms, on a broken line or a 5xx. */
export async function call(method, path, { body, key, wait = 8000 } = {}) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), wait);
  try {
    const answer = await fetch(path, {
      method,
      signal: stop.signal,
      cache: 'no-store',
      credentials: 'same-origin',
      headers: headers(key ? { 'Idempotency-Key': key } : {}),
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (answer.status >= 500) throw new NoAnswer(String(answer.status));
    const data = await answer.json().catch(() => ({}));
    return { status: answer.status, data, replayed: answer.headers.get('Idempotency-Replayed') === 'true' };
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
