"""However the network and the keeper's thumb behave, one redemption is one."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.browser.phone import add, at, held, press, sign_in, wedge
from tests.browser.world import ADA, SHOP, World
from tests.support.house import VILLAGE


def pick(page: Page, world: World, household: str, *skus: str) -> None:
    wedge(page, world.link(household))
    at(page, "cart")
    add(page, *skus)


def test_three_taps_on_confirm_are_one_redemption(till: Page, world: World) -> None:
    before, receipts = world.balance("A001"), len(world.receipts("A001"))
    pick(till, world, "A001", "G01")
    till.eval_on_selector("#confirm", "(b) => { b.click(); b.click(); b.click(); }")
    at(till, "done")
    assert world.balance("A001") == before - 2
    assert len(world.receipts("A001")) == receipts + 1


def test_a_lost_answer_is_asked_again_with_the_same_key(till: Page, world: World) -> None:
    before = world.balance("A001")
    keys: list[str] = []
    replayed: list[str | None] = []
    till.on("request", lambda request: _note(keys, request.headers.get("idempotency-key")))
    till.on("response", lambda answer: replayed.append(answer.headers.get("idempotency-replayed")))
    pick(till, world, "A001", "G02")
    world.lose = 1
    press(till, "confirm")
    at(till, "done")
    assert world.balance("A001") == before - 3
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert "true" in replayed


def _note(keys: list[str], key: str | None) -> None:
    if key:
        keys.append(key)


def test_while_nothing_is_known_the_till_waits_and_asks_again(till: Page, world: World) -> None:
    """Four answers lost: the page says so plainly, survives a reload, and ends with one debit."""
    before = world.balance("A001")
    pick(till, world, "A001", "G02")
    till.clock.install()  # the pauses between the tries need not be waited for
    world.lose = 4
    press(till, "confirm")
    _let_time_pass_until(till, "unknown")
    expect(till.locator("#unknown")).to_contain_text("请先不要给东西")
    till.reload()
    _let_time_pass_until(till, "done")
    assert world.balance("A001") == before - 3
    assert till.inner_text("#done-points") == "3"


def _let_time_pass_until(page: Page, step: str) -> None:
    for _ in range(200):
        if page.get_attribute("body", "data-step") == step:
            return
        page.clock.run_for(250)
    at(page, step)


def test_a_stale_form_token_renews_itself(till: Page, world: World) -> None:
    """A keeper signed in again in another tab; the till goes on."""
    till.context.clear_cookies(name="form")
    pick(till, world, "A002", "G01")
    press(till, "confirm")
    at(till, "done")


def test_without_network_the_cart_stays(browser: Browser, world: World) -> None:
    with held(browser) as page:
        sign_in(page, world)
        pick(page, world, "A002", "G01", "G02")
        page.context.set_offline(True)
        expect(page.locator("#net")).to_have_text("网络断了")
        expect(page.locator("#confirm")).to_be_disabled()
        expect(page.locator("#why")).to_contain_text("选好的东西还在")
        page.context.set_offline(False)
        expect(page.locator("#net")).to_have_text("网络正常")
        expect(page.locator("#picks")).to_have_text("牙刷 ×1肥皂 ×1")
        press(page, "confirm")
        at(page, "done")


def test_the_undo_counts_down_and_goes(till: Page, world: World) -> None:
    pick(till, world, "A003", "G01")
    till.clock.install()
    press(till, "confirm")
    at(till, "done")
    undo = till.locator("#done [data-act=undo]")
    expect(undo).to_be_visible()
    till.clock.run_for(61_000)
    expect(undo).to_be_hidden()


def test_a_device_token_opens_straight_to_the_camera(browser: Browser, world: World) -> None:
    token, secret = world.house.tokens.create(
        "收银台", role="keeper", place=VILLAGE, shop=SHOP, made_by=ADA.id
    )
    world.by(ADA, lambda: world.house.ledger.assign_keeper(SHOP, keeper=token.id))
    with held(browser) as page:
        page.goto(f"{world.url}/till")
        at(page, "enrol")
        page.click("details summary")
        page.fill("#token", "jm_wrong")
        page.keyboard.press("Enter")
        expect(page.locator("#enrol-why")).to_contain_text("登记码不对")
        page.fill("#token", secret)
        page.keyboard.press("Enter")
        at(page, "scan")
        page.reload()
        pick(page, world, "A002", "G01")
        press(page, "confirm")
        at(page, "done")
        expect(page.locator("#shop")).to_have_text("示例01村积分超市")
