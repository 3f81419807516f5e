// Sentences come from the server in one JSON block (#words), so that the catalogue translates them.
const all = JSON.parse(document.getElementById('words').textContent);

/** word('left', {n: 84}) -> "还剩 84 分" */
export function word(name, facts) {
  let text = all[name] || name;
  for (const [key, value] of Object.entries(facts || {})) text = text.split(`{${key}}`).join(value);
  return text;
}

export const has = (name) => name in all;
export const number = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ',').replace('-', '−');
