"""Scanners that type, quick and slow, with keys and without; and what is no scan."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.phone import add, at, press, wedge
from tests.browser.world import World


def lookups(page: Page) -> list[str]:
    """The cards that are asked for from now on."""
    asked: list[str] = []
    page.on("request", lambda each: asked.append(each.url) if "lookup" in each.url else None)
    return asked


def test_scan_redeem_undo_by_wedge(till: Page, world: World) -> None:
    before = world.balance("A001")
    wedge(till, world.link("A001"))
    at(till, "cart")
    assert till.get_attribute("body", "data-source") == "wedge"
    add(till, "G05", "G05", "G02")
    till.click("[data-sku=G05] .less")
    assert till.inner_text("#picks") == "肥皂 ×1\n作业本 ×1"
    press(till, "confirm")
    at(till, "done")
    assert world.balance("A001") == before - 5
    press(till, "undo")
    at(till, "undone")
    assert world.balance("A001") == before


@pytest.mark.parametrize("delay", [0, 10, 60])
def test_every_scanner_is_quick_enough(till: Page, world: World, delay: int) -> None:
    wedge(till, world.link("A002"), delay)
    at(till, "cart")


def test_lower_case_and_full_width_are_read(till: Page, world: World) -> None:
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in world.link("A002").lower())
    till.keyboard.insert_text(wide)
    till.keyboard.press("Enter")
    at(till, "cart")


def test_text_without_keys_is_a_scan(till: Page, world: World) -> None:
    """A Chinese input method, or a scanner over Bluetooth, commits text without key events."""
    till.keyboard.insert_text(world.link("A002"))
    at(till, "cart")


def test_a_person_typing_is_no_scan(till: Page, world: World) -> None:
    asked = lookups(till)
    wedge(till, world.link("A003"), 120)
    wedge(till, world.link("A002"))
    at(till, "cart")
    expect(till.locator("#household")).to_have_text("李*国")
    assert len(asked) == 1


def test_a_scan_presses_no_button(till: Page, world: World) -> None:
    till.focus("[data-act=type]")
    wedge(till, world.link("A002"))
    at(till, "cart")
    expect(till.locator("#typing")).to_be_hidden()


def test_a_bar_code_picks_a_good(till: Page, world: World) -> None:
    wedge(till, world.link("A002"))
    at(till, "cart")
    wedge(till, "2000000000022")
    expect(till.locator("#total")).to_have_text("3")


def test_the_same_card_again_at_once_is_one_scan(till: Page, world: World) -> None:
    wedge(till, world.link("A002"))
    at(till, "cart")
    asked = lookups(till)
    wedge(till, world.link("A002"))
    add(till, "G01")
    expect(till.locator("#total")).to_have_text("2")
    assert asked == []


def test_another_card_does_not_take_the_cart_away(till: Page, world: World) -> None:
    wedge(till, world.link("A002"))
    at(till, "cart")
    add(till, "G01")
    wedge(till, world.link("A003"))
    expect(till.locator("#tell")).to_contain_text("请先办完这一户")
    expect(till.locator("#household")).to_have_text("李*国")


def test_what_is_no_card_says_so(till: Page) -> None:
    wedge(till, "HTTPS://EXAMPLE.COM/SOMETHING")
    expect(till.locator("#tell")).to_have_text("这不是积分卡。")


def test_the_next_card_ends_the_last_result(till: Page, world: World) -> None:
    """With a wedge the keeper need not press 下一位 at all."""
    wedge(till, world.link("A003"))
    at(till, "cart")
    add(till, "G01")
    press(till, "confirm")
    at(till, "done")
    wedge(till, world.link("A002"))
    at(till, "cart")
    expect(till.locator("#household")).to_have_text("李*国")


def test_sold_out_is_grey_and_too_dear_says_how_much(till: Page, world: World) -> None:
    wedge(till, world.link("A003"))
    at(till, "cart")
    expect(till.locator("#confirm")).to_be_disabled()
    expect(till.locator("#why")).to_have_text("请点要换的东西")
    add(till, "G11")
    expect(till.locator("[data-sku=G11]")).to_contain_text("剩 1 支")
    add(till, "G11")
    expect(till.locator("#tell")).to_have_text("牙膏 只有这么多了。")
    add(till, "G30")
    expect(till.locator("#why")).to_contain_text("积分不够，还差")
    expect(till.locator("#confirm")).to_be_disabled()
