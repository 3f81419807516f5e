// Forms whose sender has a device of her own: it signs what they ask for before they go out.
import { able, has, make, sign } from './mandate.js';

const all = (selector, where) => [...where.querySelectorAll(selector)];

/** What a form asks for, as lists of claims: each list is signed as one. */
function wished(form, submitter) {
  const each = all('input[data-claim]:checked:not(:disabled)', form).map((box) => [claim(box, submitter)]);
  const together = all('data[data-claim]', form).map((part) => claim(part, submitter));
  const rows = all('[data-claim-row]', form).map(delivered).filter(Boolean);
  const notice = all('[data-claim-notice]', form).map((part) => hung(form, part.dataset.claimNotice));
  const answer = all('[data-claim-answer]', form).flatMap((part) => answered(form, ...JSON.parse(part.dataset.claimAnswer)));
  return [...each, [...together, ...rows], notice, answer].filter((some) => some.length);
}

/** A notice: village, month and the ticked cases. */
function hung(form, topic) {
  const cases = all('input[name=case]', form).filter((box) => !box.disabled && (box.checked || box.type === 'hidden'));
  return [topic, form.elements.village.value, form.elements.month.value, cases.map((box) => box.value).sort()];
}

/** An answer to an objection, and the credit that it proposes instead or the entry that it asks back, if it does. */
function answered(form, topic, objection, household, undo) {
  const { outcome, points, rule, occurred_on: day } = form.elements;
  const upheld = outcome.value === 'upheld', typed = points ? points.value.trim() : '';
  const number = typed === '' ? null : Number(typed);
  const claims = [[topic, objection, outcome.value, number]];
  if (upheld && rule && rule.value) {
    const fixed = rule.selectedOptions[0].dataset.points;
    claims.push(['award.proposed', household, rule.value, number === null ? Number(fixed) : number, day.value]);
  }
  if (upheld && undo) claims.push(['undo.asked', undo]);
  return claims;
}

function claim(part, submitter) {
  const [topic, ...facts] = JSON.parse(part.dataset.claim);
  return [(submitter && submitter.dataset.topic) || topic, ...facts];
}

/** A row of a delivery: the shelf of the chosen good, and how many. */
function delivered(row) {
  const shelf = row.querySelector('select').selectedOptions[0].dataset.shelf;
  const quantity = row.querySelector('[data-quantity]').value.trim();
  return shelf && /^\d+$/.test(quantity) ? [row.dataset.claimRow, shelf, Number(quantity)] : null;
}

async function signed(form, submitter) {
  const signer = JSON.parse(form.querySelector('[data-signer]').dataset.signer);
  const nonce = form.elements.key.value, lists = wished(form, submitter), made = [];
  if (!(await has(signer.key))) return;
  for (const [index, claims] of lists.entries()) made.push(await sign(signer, `${nonce}/${index}`, claims));
  form.elements.mandates.value = JSON.stringify(made);
}

// Before anything else sees the sending; where signing fails, the server says what is missing.
document.addEventListener('submit', (event) => {
  const { target: form, submitter } = event;
  if (!form.querySelector('[data-signer]') || form.dataset.signed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (form.dataset.signing) return;
  form.dataset.signing = '1';
  signed(form, submitter).catch(() => null).then(() => {
    delete form.dataset.signing;
    form.dataset.signed = '1';
    form.requestSubmit(submitter);
    delete form.dataset.signed;
  });
}, true);

// One's own page: the key is made when the form is sent.
const fresh = document.querySelector('form[data-new-device]');
if (fresh && able) {
  fresh.hidden = false;
  document.querySelector('[data-no-device]').hidden = true;
  fresh.addEventListener('submit', async (event) => {
    if (fresh.elements.public_key.value) return;
    event.preventDefault();
    fresh.elements.public_key.value = (await make()).publicKey;
    fresh.requestSubmit();
  });
}
const mine = document.querySelector('[data-my-device]');
if (mine) has(mine.dataset.myDevice).then((here) => { mine.querySelector(here ? '[data-here]' : '[data-elsewhere]').hidden = false; });
