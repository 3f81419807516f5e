"""`verify.html` in a browser without a network: what it is given, and what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from points.audit.standalone import PAGE
from tests.browser.phone import DESK, held

Verdict = tuple[str, str | None, int | None]
"""good, bad or unsure; the rule and the index that it names."""


@contextmanager
def opened(browser: Browser, *, size: dict[str, int] = DESK, **more: Any) -> Iterator[Page]:
    """The file itself, opened from the disk. It must ask nobody for anything."""
    with held(browser, size=size, offline=True, **more) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(PAGE.as_uri())
        yield page
        assert set(asked) <= {PAGE.as_uri(), "data:,"}


def press_go(page: Page) -> Verdict:
    page.click("#go")
    page.wait_for_selector("#answer:not([hidden])", timeout=60_000)
    verdict, rule, index = page.evaluate(
        """() => {
          const {verdict, rule, index} = document.getElementById('answer').dataset;
          return [verdict, rule || null, index === undefined ? null : Number(index)];
        }"""
    )
    return verdict, rule, index


def check_export(page: Page, folder: Path, **fields: str) -> Verdict:
    """All signatures; `fields`: texts by the id of the field."""
    page.click("#mode-export")
    page.set_input_files("#folder", folder)
    _open_all(page)
    page.check("#every")
    _fill(page, fields)
    return press_go(page)


def check_receipt(page: Page, files: Sequence[Path], **fields: str) -> Verdict:
    page.click("#mode-receipt")
    page.set_input_files("#proof-files", list(files))
    _open_all(page)
    _fill(page, fields)
    return press_go(page)


def named(said: str) -> Verdict:
    """What `verify.py` printed, as a verdict of the page."""
    if said.startswith("GOOD"):
        return "good", None, None
    found = re.match(r"BAD 有问题: (V\d+)(?: index (\d+))?: ", said)
    assert found, said
    return "bad", found[1], int(found[2]) if found[2] else None


def _fill(page: Page, fields: dict[str, str]) -> None:
    for name, text in fields.items():
        page.fill(f"#{name.replace('_', '-')}", text)


def _open_all(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
