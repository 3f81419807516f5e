"""The elder norms as questions to a page (ux.md §6; MIIT 2021): what is found is what is wrong."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TEXT, BIG, LINE = 18, 30, 1.3  # px, px, times the text size
TAP_ELDER, TAP_STAFF = 60, 44  # px

_ASK = """({text, big, line, tap}) => {
  const wrong = [];
  const hidden = '.unseen, [hidden], .skip, #slip, .print-only';
  const seen = (e) => {
    const style = getComputedStyle(e), box = e.getBoundingClientRect();
    return style.visibility !== 'hidden' && style.display !== 'none' && box.width > 1
      && box.height > 1 && !e.closest(hidden) && !e.closest('[inert]');
  };
  const name = (e) => (e.innerText || e.id || e.tagName).trim().slice(0, 16);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let node, biggest = 0;
  while ((node = walker.nextNode())) {
    const e = node.parentElement;
    if (!node.textContent.trim() || e.closest('script, style, svg, option') || !seen(e)) continue;
    const style = getComputedStyle(e), size = parseFloat(style.fontSize);
    biggest = Math.max(biggest, size);
    if (size < text) wrong.push(`text ${size}: ${node.textContent.trim().slice(0, 16)}`);
    const range = document.createRange();
    range.selectNodeContents(node);
    const high = style.lineHeight === 'normal' ? 1.2 : parseFloat(style.lineHeight) / size;
    const tops = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
    if (tops.size > 1 && high < line - .001) wrong.push(`line ${high.toFixed(2)}: ${name(e)}`);
  }
  const touched = 'a[href], button, input:not([type=hidden]), select, textarea, summary, label.btn';
  for (const e of document.querySelectorAll(touched)) {
    if (!seen(e)) continue;
    const label = e.closest('label'), box = (label || e).getBoundingClientRect();
    if (box.width < tap - .5 || box.height < tap - .5) {
      wrong.push(`tap ${Math.round(box.width)}x${Math.round(box.height)}: ${name(e)}`);
    }
  }
  if (big && biggest < big) wrong.push(`biggest text ${biggest}`);
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth + 1) wrong.push(`sideways ${wide} > ${innerWidth}`);
  for (const e of document.querySelectorAll('[role=alertdialog], [role=dialog]')) {
    const over = e.scrollWidth - e.clientWidth;
    if (seen(e) && over > 1) wrong.push(`sideways by ${over}: ${name(e)}`);
  }
  const view = document.querySelector('meta[name=viewport]').content;
  if (/user-scalable\\s*=\\s*(no|0)|maximum-scale/.test(view)) wrong.push('zoom is blocked');
  if (!/^zh/.test(document.documentElement.lang)) wrong.push('language');
  return wrong;
}"""

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def elder_faults(page: Page, *, tap: int = TAP_ELDER, big: int = BIG) -> list[str]:
    asked = {"text": TEXT, "big": big, "line": LINE, "tap": tap}
    found: list[str] = page.evaluate(_ASK, asked)
    return found


def axe_faults(page: Page) -> list[str]:
    """Violations of WCAG 2.2 AA and of good practice, with the first place of each."""
    options = {"runOnly": {"type": "tag", "values": _TAGS}, "resultTypes": ["violations"]}
    found: list[dict[str, Any]] = Axe().run(page, options=options).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]


def faults(page: Page, *, tap: int = TAP_ELDER, big: int = BIG) -> list[str]:
    return elder_faults(page, tap=tap, big=big) + axe_faults(page)
