"""A phone in a keeper's or a villager's hand, and what it complains about."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from tests.browser.world import World
from tests.support.house import PASSWORD

CHROMIUM = "/usr/bin/chromium"
PHONE = {"width": 360, "height": 740}
SMALL_PHONE = {"width": 320, "height": 640}
DESK = {"width": 1280, "height": 800}

_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
_WATCH = """
window.complaints = [];
addEventListener('securitypolicyviolation', (event) => {
  complaints.push(`${event.violatedDirective} ${event.blockedURI}`);
});
"""


def launch(playwright: Playwright, film: Path) -> Browser:
    """Debian's chromium, whose camera shows `film`."""
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    camera = f"--use-file-for-fake-video-capture={film}"
    return playwright.chromium.launch(executable_path=CHROMIUM, args=[*_FLAGS, *root, camera])


class Complaints(list[str]):
    """Script errors and refusals of the content policy; refusals of the server are no such."""

    def hear(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.append(str(error)))
        page.on("console", lambda said: self._console(said.type, said.text))

    def _console(self, kind: str, text: str) -> None:
        if "Content Security Policy" in text or (kind == "error" and "load resource" not in text):
            self.append(text)


@contextmanager
def held(browser: Browser, *, size: dict[str, int] = PHONE, **more: Any) -> Iterator[Page]:
    """A fresh phone. It must not complain."""
    context = new_context(browser, size=size, **more)
    complaints = Complaints()
    page = context.new_page()
    complaints.hear(page)
    yield page
    if more.get("java_script_enabled", True):
        complaints += page.evaluate("window.complaints || []")
    context.close()
    assert not complaints, "; ".join(complaints)


def new_context(browser: Browser, *, size: dict[str, int] = PHONE, **more: Any) -> BrowserContext:
    settings: dict[str, Any] = {
        "viewport": size,
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "permissions": ["camera"],
        "has_touch": size["width"] < 800,
        "is_mobile": size["width"] < 800,
    }
    context = browser.new_context(**settings | more)
    context.add_init_script(_WATCH)
    context.set_default_timeout(10_000)
    context.set_default_navigation_timeout(30_000)  # a busy machine
    return context


def sign_in(page: Page, world: World) -> None:
    """Cleo signs in and stands at her till."""
    sign_in_as(page, world, "cleo", "/till")
    at(page, "scan")


def sign_in_as(page: Page, world: World, login: str, then: str) -> None:
    page.goto(f"{world.url}/sign-in?next={then}")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button")
    page.wait_for_url(f"{world.url}{then}")


def at(page: Page, step: str) -> None:
    page.wait_for_selector(f"body[data-step={step}]")


def wedge(page: Page, text: str, delay: float = 3) -> None:
    """A scanner that types: so many milliseconds between two keys, then Enter.

    Each key carries the time at which it was pressed, as real ones do: a busy machine reads them
    later, not further apart.
    """
    keys = page.context.new_cdp_session(page)
    began = time.time()
    for place, sign in enumerate([*text, "\r"]):
        about = {"key": "Enter", "code": "Enter"} if sign == "\r" else {"key": sign}
        when = {"timestamp": began + place * delay / 1000}
        keys.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": sign, **about, **when})
        keys.send("Input.dispatchKeyEvent", {"type": "keyUp", **about, **when})
    keys.detach()


def add(page: Page, *skus: str) -> None:
    for sku in skus:
        page.click(f"[data-sku={sku}] .add")


def press(page: Page, act: str) -> None:
    page.click(f"[data-act={act}]:visible")
