// Typing a sheet of scores: Tab goes right, Enter down the column; medians while one types.
// The server reckons again: without this script the page works too.
(() => {
  'use strict';
  const table = document.querySelector('table.scores');
  if (!table) return;
  const most = Number(table.dataset.most);
  const all = (selector, where) => [...where.querySelectorAll(selector)];
  const fields = all('input[data-column]', table);
  const fits = (value) => /^\d{1,3}$/.test(value) && Number(value) <= most;

  /** One judge's total: null where she gave nothing, NaN where a field is missing or wrong. */
  function total(seat) {
    const given = all('input', seat).map((field) => field.value.trim());
    if (given.every((value) => value === '')) return null;
    return given.every(fits) ? given.reduce((sum, value) => sum + Number(value), 0) : NaN;
  }

  function reckon(row) {
    const totals = all('[data-seat]', row).map((seat) => {
      const sum = total(seat), shown = seat.querySelector('[data-total]');
      if (shown) shown.value = sum === null || Number.isNaN(sum) ? '' : sum;
      return sum;
    });
    const given = totals.filter((sum) => sum !== null && !Number.isNaN(sum)).sort((a, b) => a - b);
    const whole = given.length >= 2 && !totals.some(Number.isNaN);
    const middle = given.length === 3 ? given[1] : Math.floor((given[0] + given[1]) / 2);
    row.querySelector('[data-median]').value = whole ? middle : '';
    row.querySelector('[data-spread]').value = whole ? given[given.length - 1] - given[0] : '';
    row.dataset.done = whole ? '1' : '';
  }

  const done = document.querySelector('[data-done]');
  function count() {
    const many = all('[data-row]', table).filter((row) => row.dataset.done).length;
    done.hidden = !many;
    done.textContent = many ? `（${many}）` : '';
  }

  function look(field) {
    const value = field.value.trim();
    if (value !== '' && !fits(value)) field.setAttribute('aria-invalid', 'true');
    else field.removeAttribute('aria-invalid');
  }

  /** The next field of a column, then the top of the next column; null at the very end. */
  function below(field, step) {
    const columns = [...new Set(fields.map((each) => each.dataset.column))].sort();
    const ordered = columns.flatMap((name) => fields.filter((each) => each.dataset.column === name));
    return ordered[ordered.indexOf(field) + step] || null;
  }

  table.addEventListener('beforeinput', (event) => {
    if (event.data && /\D/.test(event.data)) event.preventDefault();
  });
  table.addEventListener('input', (event) => {
    look(event.target);
    reckon(event.target.closest('[data-row]'));
    count();
  });
  table.addEventListener('focusin', (event) => {
    if (event.target.matches('input[data-column]')) event.target.select();
  });
  table.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !event.target.matches('input[data-column]')) return;
    event.preventDefault();
    const next = below(event.target, event.shiftKey ? -1 : 1);
    if (next) next.focus();
    else document.querySelector('.stay .btn.main').focus();
  });

  fields.forEach(look);
  all('[data-row]', table).forEach(reckon);
  count();
})();
