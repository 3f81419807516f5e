// What makes staff pages quicker; every one of them works without it.
(() => {
  'use strict';
  const all = (selector, where) => [...(where || document).querySelectorAll(selector)];

  // One press is one: the button rests while its form is on the way.
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.method !== 'post') return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = '1';
    setTimeout(() => all('button', form).forEach((b) => b.setAttribute('aria-disabled', 'true')));
  });
  window.addEventListener('pageshow', () => all('form[data-sent]').forEach((form) => {
    delete form.dataset.sent;
    all('button', form).forEach((b) => b.removeAttribute('aria-disabled'));
  }));

  document.addEventListener('click', (event) => {
    if (event.target.closest('[data-print]')) window.print();
  });

  // A "no" is seen and heard first.
  const no = document.querySelector('main .note.bad[role=alert]');
  if (no) window.addEventListener('load', () => setTimeout(() => { no.tabIndex = -1; no.focus(); }));

  // Tick all of a list, and say how many are ticked.
  const list = (label) => label.parentElement.querySelector('.ticks');
  const boxes = (ticks) => all('input[type=checkbox]:not(:disabled)', ticks);
  const count = () => all('[data-count]').forEach((word) => {
    const form = word.closest('form');
    const many = all('.ticks input:checked:not(:disabled)', form).length + all('input[type=hidden][name=no]', form).length;
    word.hidden = !many;
    word.textContent = many ? `（${many}）` : '';
  });
  all('[data-all]').forEach((label) => {
    label.hidden = false;
    const box = label.querySelector('input');
    box.addEventListener('change', () => { boxes(list(label)).forEach((b) => { b.checked = box.checked; }); count(); });
    list(label).addEventListener('change', () => { box.checked = boxes(list(label)).every((b) => b.checked); count(); });
    box.checked = boxes(list(label)).length > 0 && boxes(list(label)).every((b) => b.checked);
  });
  all('.ticks').forEach((ticks) => ticks.addEventListener('change', count));
  count();

  // Empty rows wait until they are wanted.
  const more = document.querySelector('[data-more]');
  const spare = () => all('[data-spare]').filter((row) => row.hidden);
  if (more) {
    all('[data-spare]').forEach((row) => { row.hidden = true; });
    more.hidden = !spare().length;
    more.addEventListener('click', () => {
      const row = spare()[0];
      row.hidden = false;
      row.querySelector('select, input').focus();
      more.hidden = !spare().length;
    });
  }

  // Fields that only some rules ask for.
  const rule = document.querySelector('select#rule');
  const fit = () => {
    const chosen = rule.selectedOptions[0];
    all('[data-when]').forEach((part) => {
      const byTime = chosen.dataset.byTime === '1';
      part.hidden = !(part.dataset.when === 'by-time' ? byTime : chosen.dataset.choice === '1' && !byTime);
    });
  };
  if (rule) { rule.addEventListener('change', fit); fit(); }
})();
