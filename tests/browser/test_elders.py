"""Every page of villager and till: axe finds nothing, and the elder norms hold, also on a small
phone with the largest text and in the dark."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.elder import faults
from tests.browser.phone import (
    PHONE,
    SMALL_PHONE,
    add,
    at,
    held,
    press,
    sign_in,
    wedge,
)
from tests.browser.world import PIN, World

EYES: dict[str, dict[str, Any]] = {
    "phone": {"size": PHONE},
    "small, largest text": {"size": SMALL_PHONE},
    "dark": {"size": PHONE, "color_scheme": "dark"},
}


@pytest.fixture(params=EYES)
def reader(request: pytest.FixtureRequest, browser: Browser, world: World) -> Iterator[Page]:
    with held(browser, **EYES[request.param]) as page:
        if request.param == "small, largest text":
            _largest(page.context, world)
        yield page


def _largest(context: BrowserContext, world: World) -> None:
    context.add_cookies([{"name": "size", "value": "3", "url": world.url}])


VILLAGER_PAGES = ("", "/code", "/goods", "/rules", "/all")


def test_the_household_pages(reader: Page, world: World) -> None:
    found = []
    for path in VILLAGER_PAGES:
        reader.goto(world.page("A001") + path)
        found += [f"{path} {fault}" for fault in faults(reader, big=0 if path == "/all" else 26)]
    reader.goto(world.page("A001"))
    reader.click("#changes li:nth-child(2) >> text=有意见")
    expect(reader.locator("h1")).to_have_text("对这一笔有意见")
    assert found + faults(reader, big=0) == []


def test_the_statement_and_the_kind_refusals(reader: Page, world: World) -> None:
    reader.goto(world.page("A001") + "/all")
    reader.fill("#pin", PIN)
    reader.click("main form button")
    expect(reader.locator("h1")).to_have_text("积分对账单")
    assert faults(reader, big=0) == []
    for address in ("/C/" + "A" * 26, "/nothing-here"):
        reader.goto(world.url + address)
        assert faults(reader, big=0) == []


def test_the_till(reader: Page, world: World) -> None:
    """From scan to today's list in one shift; the results are read at two metres (96 px)."""
    found: list[str] = []

    def look(step: str, big: int = 26) -> None:
        at(reader, step)
        found.extend(f"{step}: {fault}" for fault in faults(reader, big=big))

    sign_in(reader, world)
    press(reader, "type")
    look("scan")
    wedge(reader, world.link("A001"))
    at(reader, "cart")
    add(reader, "G01", "G02", "G25")
    look("cart")
    press(reader, "confirm")
    look("pin")
    reader.click("#pin [data-key=leave]")
    reader.click("[data-sku=G25] .less")
    press(reader, "confirm")
    look("done", big=96)
    assert reader.locator("#done .mark-big").is_visible()  # a sign, not the colour alone
    assert reader.get_attribute("#done", "role") == "alertdialog"
    assert reader.evaluate("document.querySelector('main').inert")
    press(reader, "undo")
    look("undone", big=96)
    wedge(reader, world.url.upper() + "/C/" + "A" * 26)
    look("refused", big=96)
    reader.goto(world.url + "/till/today")
    reader.wait_for_selector("[data-receipt]")
    found += [f"today: {fault}" for fault in faults(reader, big=26)]
    assert found == []


def test_enrolment(reader: Page, world: World) -> None:
    reader.goto(world.url + "/till")
    at(reader, "enrol")
    reader.click("details summary")
    assert faults(reader, big=26) == []


def test_keyboard_only(browser: Browser, world: World) -> None:
    """Scan, choose, confirm, next: without pointer."""
    with held(browser) as page:
        sign_in(page, world)
        wedge(page, world.link("A001"))
        at(page, "cart")
        page.focus("[data-sku=G01] .add")
        page.keyboard.press("Enter")
        page.focus("#confirm")
        page.keyboard.press("Enter")
        at(page, "done")
        assert page.evaluate("document.activeElement.dataset.act") == "next"
        page.keyboard.press("Enter")
        at(page, "scan")
