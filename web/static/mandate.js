// This device's own key, and what it signs. The key is made here, cannot be read out again, and
// stays in this browser; the server knows its public half (points/mandates.py says what is signed).

const DATABASE = 'jiamei', STORE = 'keys', ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' };

export const able = Boolean(globalThis.crypto && crypto.subtle && globalThis.indexedDB);

const asked = (request) => new Promise((done, failed) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});

async function kept(mode, work) {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = await asked(opening);
  try {
    return await asked(work(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

const base64 = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');

async function idOf(raw) {
  const head = new TextEncoder().encode('es256\n');
  const whole = new Uint8Array(head.length + raw.byteLength);
  whole.set(head);
  whole.set(new Uint8Array(raw), head.length);
  return hex(await crypto.subtle.digest('SHA-256', whole)).slice(0, 32);
}

/** A new key, kept under its id. -> {key, publicKey} */
export async function make() {
  const pair = await crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);
  const raw = await crypto.subtle.exportKey('raw', pair.publicKey);
  const key = await idOf(raw);
  await kept('readwrite', (store) => store.put(pair.privateKey, key));
  return { key, publicKey: base64(raw) };
}

/** Whether the key of this id is in this browser. */
export const has = async (key) => able && Boolean(await kept('readonly', (store) => store.getKey(key)));

export const forget = (key) => kept('readwrite', (store) => store.delete(key));

/** `signer`: {county, actor, key}. -> the mandate as text; throws where the key is not here. */
export async function sign({ county, actor, key }, nonce, claims) {
  const privateKey = await kept('readonly', (store) => store.get(key));
  const text = `jiamei-mandate/v1\n${county}\n${actor}\n${nonce}\n${JSON.stringify(claims)}\n`;
  const how = { name: 'ECDSA', hash: 'SHA-256' };
  const signature = await crypto.subtle.sign(how, privateKey, new TextEncoder().encode(text));
  return JSON.stringify({ key, signature: base64(signature), text });
}
