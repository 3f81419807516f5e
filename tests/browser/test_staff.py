"""Every page that staff can reach by links: axe finds nothing, nothing breaks the policy."""

from __future__ import annotations

import re
from collections import deque
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.elder import TAP_STAFF, faults
from tests.browser.phone import DESK, PHONE, held, sign_in_as
from tests.browser.world import World

PAGES_MAX = 60
_HREFS = "[...document.querySelectorAll('a[href]')].map((link) => link.getAttribute('href'))"


@pytest.mark.parametrize(
    ("login", "size"), [("root", DESK), ("mei", PHONE)], ids=["administrator", "village, phone"]
)
def test_every_page_that_a_link_leads_to(
    browser: Browser, world: World, login: str, size: dict[str, int]
) -> None:
    with held(browser, size=size) as page:
        sign_in_as(page, world, login, "/staff")
        found, seen = _walk(page, world)
        assert found == []
        assert len(seen) >= 20, sorted(seen)


def _walk(page: Page, world: World) -> tuple[list[str], set[str]]:
    """Breadth first, one page of each kind: what is wrong, and the kinds."""
    found: list[str] = []
    seen: set[str] = set()
    waiting = deque(["/staff"])
    while waiting and len(seen) < PAGES_MAX:
        address = waiting.popleft()
        if (kind := _kind(address)) in seen:
            continue
        seen.add(kind)
        answer = page.goto(world.url + address)
        assert answer is not None
        if "html" not in answer.headers.get("content-type", ""):
            continue
        if answer.status >= 400:
            found.append(f"{address}: {answer.status}")
        found += [f"{address}: {fault}" for fault in faults(page, tap=TAP_STAFF, big=0)]
        waiting.extend(_inside(page, world))
    return found, seen


def _inside(page: Page, world: World) -> list[str]:
    """Links of this house that only look; downloads and the till have tests of their own."""
    links = (urlsplit(urljoin(page.url, href)) for href in page.evaluate(_HREFS))
    return [
        link.path + (f"?{link.query}" if link.query else "")
        for link in links
        if f"{link.scheme}://{link.netloc}" == world.url
        and link.path.startswith(("/staff", "/own", "/log"))
        and not re.search(r"\.(csv|xlsx|pdf|png)$", link.path)
    ]


def _kind(address: str) -> str:
    """The page whatever its object: ids and numbers are all one."""
    path, _, query = address.partition("?")
    names = ",".join(sorted(part.partition("=")[0] for part in query.split("&") if part))
    path = re.sub(r"/(?=[^/]*\d)[^/]+", "/n", path)
    return f"{path}?{names}"
