"""A card before the camera: two goods, undone, and the balance page read."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Playwright

from tests.browser.feed import film
from tests.browser.phone import add, at, held, launch, press, sign_in
from tests.browser.world import World

TAPS = "window.taps = 0; addEventListener('pointerdown', () => { window.taps += 1; }, true);"


def test_scan_two_goods_undo_and_read_the_balance(
    playwright: Playwright, world: World, tmp_path: Path
) -> None:
    """Ruling 10: at most four taps from the card to the next one, three with one good."""
    before = world.balance("A001")
    browser = launch(playwright, film(tmp_path, "card", world.link("A001")))
    with held(browser) as page:
        page.add_init_script(TAPS)
        sign_in(page, world)
        at(page, "cart")  # seen by the camera, without a tap
        assert page.get_attribute("body", "data-source") == "camera"
        assert page.inner_text("#household") == "张*英"
        assert page.inner_text("#balance") == str(before)

        add(page, "G01", "G02")
        assert page.inner_text("#total") == "5"
        assert page.inner_text("#rest") == str(before - 5)
        press(page, "confirm")
        at(page, "done")
        assert page.inner_text("#done-points") == "5"
        assert world.balance("A001") == before - 5

        press(page, "undo")
        at(page, "undone")
        assert world.balance("A001") == before
        assert page.evaluate("window.taps") == 4
        press(page, "next")
        at(page, "scan")  # the same card still lies there: it is not scanned again

        page.goto(world.page("A001"))
        assert page.inner_text(".balance .huge") == str(before)
        latest = page.locator("#changes li")
        assert latest.nth(0).locator(".points").inner_text() == "+5"
        assert "撤销" in latest.nth(0).inner_text()
        assert "换了 牙刷 1支，肥皂 1块" in latest.nth(1).inner_text()
    browser.close()


def test_one_good_takes_three_taps(playwright: Playwright, world: World, tmp_path: Path) -> None:
    browser = launch(playwright, film(tmp_path, "card", world.link("A002")))
    with held(browser) as page:
        page.add_init_script(TAPS)
        sign_in(page, world)
        at(page, "cart")
        add(page, "G03")
        press(page, "confirm")
        at(page, "done")
        press(page, "next")
        at(page, "scan")
        assert page.evaluate("window.taps") == 3
    browser.close()
