// What a scanned or typed text is. Pure: no page, no network.

const CARD = /\/C\/[A-Z2-7]{26}(?:[/?#]|$)/i;

/** Full-width typing, stray spaces and zero-width marks are folded away. */
export const plain = (text) => text.normalize('NFKC').replace(/[\s\u200b-\u200f\ufeff]/g, '');

/** -> {kind: 'card'|'number'|'barcode'|'other', text} ; text is what the server is asked with. */
export function read(text) {
  const folded = plain(text);
  if (CARD.test(folded)) return { kind: 'card', text: folded };
  const bare = folded.replace(/[-.]/g, '').toUpperCase();
  if (/^[0-9A-Z]{10}$/.test(bare)) return { kind: 'number', text: bare };
  if (/^\d{8}$|^\d{12,14}$/.test(bare)) return { kind: 'barcode', text: bare };
  if (/^[A-Z2-7]{26}$/.test(bare)) return { kind: 'card', text: bare };
  return { kind: 'other', text: folded };
}

/** The same text within `quiet` ms is one scan: a card lies in front of the camera for a while. */
export function gate(quiet, clock) {
  let last = '', at = -Infinity;
  return {
    isNew(text) {
      const now = clock();
      const fresh = text !== last || now - at >= quiet;
      last = text;
      at = now;
      return fresh;
    },
  };
}
