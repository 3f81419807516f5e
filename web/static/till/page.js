// Small helpers for building and showing parts of the page. Text only: never markup from data.

export const $ = (selector) => document.querySelector(selector);

/** make('button', {class: 'btn', type: 'button'}, 'text', child) */
export function make(tag, attributes, ...inside) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...inside.filter((part) => part !== null && part !== undefined).map(
    (part) => (part instanceof Node ? part : String(part))));
  return element;
}

export function fill(element, ...inside) {
  while (element.firstChild) element.firstChild.remove();
  element.append(...inside);
  return element;
}

/** One full-screen part at a time; everything behind it can be neither reached nor read. */
export function cover(part) {
  for (const other of document.querySelectorAll('.full')) other.hidden = other !== part;
  for (const behind of document.querySelectorAll('main, header')) behind.inert = Boolean(part);
  if (part) {
    const first = part.querySelector('[data-first]');
    if (first) first.focus({ preventScroll: true });
  }
}
