"""Keys that are made in the browser and never leave it: a till's and a staff member's (P4)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import text

from points.checks import check
from tests.browser.phone import DESK, add, at, held, press, sign_in_as, wedge
from tests.browser.world import ADA, SHOP, World, number
from tests.support.house import VILLAGE

pytestmark = pytest.mark.row("P4")


def mandates(world: World) -> list[str]:
    """The topics of the saves that a device signed."""
    wanted = "SELECT topic FROM events WHERE mandate IS NOT NULL ORDER BY id"
    with world.house.county.read() as sql:
        return [topic for (topic,) in sql.execute(text(wanted))]


def enrolled(world: World) -> str:
    made, secret = world.house.tokens.create(
        "till", role="keeper", place=VILLAGE, shop=SHOP, made_by="ada"
    )
    world.by(ADA, lambda: world.house.ledger.assign_keeper(SHOP, keeper=made.id))
    return secret


def buy(page: Page, world: World) -> None:
    wedge(page, world.link("A001"))
    at(page, "cart")
    add(page, "G01")
    press(page, "confirm")
    at(page, "done")


def test_an_enrolled_till_makes_its_key_and_signs_by_it(browser: Browser, world: World) -> None:
    before = world.balance("A001")
    with held(browser) as page:
        page.goto(f"{world.url}/till")
        at(page, "enrol")
        page.click("details summary")
        page.fill("#token", enrolled(world))
        page.keyboard.press("Enter")
        at(page, "scan")
        buy(page, world)
        assert mandates(world) == ["redemption.completed"]
        press(page, "undo")
        at(page, "undone")
        assert len(mandates(world)) == 2
        page.reload()
        at(page, "scan")
        buy(page, world)
        assert len(mandates(world)) == 3
    assert world.balance("A001") == before - 2
    assert check(world.house.county) == []


def test_a_key_whose_registration_was_not_answered_signs_all_the_same(
    browser: Browser, world: World
) -> None:
    """It is in this browser and in the books; only the answer was lost on the way."""
    signed, lost = len(mandates(world)), []

    def lose(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    with held(browser) as page:
        page.route("**/api/v1/devices/mine", lose)
        page.goto(f"{world.url}/till")
        at(page, "enrol")
        page.click("details summary")
        page.fill("#token", enrolled(world))
        page.keyboard.press("Enter")
        at(page, "scan")
        buy(page, world)
    assert lost == [201]
    assert len(mandates(world)) == signed + 1


def test_staff_sign_on_their_own_device_and_nowhere_else(browser: Browser, world: World) -> None:
    signed = len(mandates(world))
    with held(browser, size=DESK) as hers:
        sign_in_as(hers, world, "mei", "/own")
        hers.fill("form[data-new-device] [name=name]", "我的电脑")
        hers.click("form[data-new-device] button")
        expect(hers.locator("#device")).to_contain_text("就是这台")

        propose(hers, world)
        expect(hers.locator(".flashes")).to_contain_text("2 户报上去了")
        hers.goto(f"{world.url}/staff/sign")
        assert len(mandates(world)) == signed + 1

        receive(hers, world)
        expect(hers.locator(".flashes")).to_contain_text("入库 1 样")

        with held(browser, size=DESK) as elsewhere:
            sign_in_as(elsewhere, world, "mei", "/own")
            expect(elsewhere.locator("#device")).to_contain_text("不是这台")
            propose(elsewhere, world)
            expect(elsewhere.locator("main [role=alert]")).to_contain_text("我的电脑")
            assert len(mandates(world)) == signed + 2

    with held(browser, size=DESK) as other:
        sign_in_as(other, world, "root", "/own")
        other.fill("form[data-new-device] [name=name]", "机房的电脑")
        other.click("form[data-new-device] button")
        expect(other.locator("#device")).to_contain_text("就是这台")
        other.goto(f"{world.url}/staff/sign")
        boxes = other.locator("input[name=case]:not(:disabled)")
        count = boxes.count()
        for place in range(count):
            boxes.nth(place).check()
        other.click("button[value=sign]")
        expect(other.locator(".flashes")).to_contain_text(f"签好了 {count} 件")
        assert len(mandates(world)) == signed + 2 + count

        other.goto(f"{world.url}/own")
        other.click("#device summary")
        other.select_option("#why", "replaced")
        other.click("#device .danger")
        expect(other.locator("#device")).to_contain_text("登记一台自己的")
    assert check(world.house.county) == []


def propose(page: Page, world: World) -> None:
    page.goto(f"{world.url}/staff/award")
    page.select_option("#rule", "C01")
    page.fill("#evidence", "打扫村道")
    for no in ("A002", "A003"):
        page.check(f"input[name=no][value='{number(no)}']")
    page.click("button[value=preview]")
    page.click("button[value=save]")


def receive(page: Page, world: World) -> None:
    page.goto(f"{world.url}/staff/shops/{SHOP}/receive")
    page.select_option("#source", index=1)
    page.select_option("[name='0.sku']", "G01")
    page.fill("[name='0.quantity']", "5")
    page.click("form .stay button")
