"""The household's page: what it shows, without script too, and what it keeps to itself."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.phone import held
from tests.browser.world import ADA, PIN, World, number


def test_it_works_without_script(browser: Browser, world: World) -> None:
    with held(browser, java_script_enabled=False) as page:
        page.goto(world.page("A001"))
        expect(page.locator("h1")).to_have_text("张*英家")
        expect(page.locator(".balance .huge")).to_have_text("156")
        expect(page.locator(".balance")).to_contain_text("够换：电饭锅 1 台")
        expect(page.locator(".note.warn")).to_contain_text("有 100 分")
        expect(page.locator("main")).to_contain_text("等复核")
        expect(page.locator("#changes li")).to_have_count(5)
        expect(page.locator("#changes li").first).to_contain_text("志愿培训")
        page.click("text=大字")
        expect(page.locator("html")).to_have_attribute("data-size", "2")
        page.goto(world.page("A001"))
        expect(page.locator("html")).to_have_attribute("data-size", "2")
        page.click("text=能换什么")
        expect(page.locator(".goods-list li").first).to_contain_text("牙刷")
        page.click("text=返回")
        page.click("text=怎样得分")
        expect(page.locator("main")).to_contain_text("志愿服务")
        page.click("text=返回")
        page.click("text=我的二维码")
        expect(page.locator(".own-code svg")).to_be_visible()


def test_the_balance_is_huge(phone: Page, world: World) -> None:
    phone.goto(world.page("A001"))
    size = phone.locator(".balance .huge").evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    assert size >= 56


def test_the_text_size_is_remembered(phone: Page, world: World) -> None:
    phone.goto(world.page("A001"))
    phone.click("#text-size")
    phone.click("#text-size")
    expect(phone.locator("#text-size")).to_have_text("小字")
    phone.reload()
    expect(phone.locator("html")).to_have_attribute("data-size", "3")
    expect(phone.locator("#text-size")).to_have_text("小字")


def test_it_reads_itself_aloud(browser: Browser, world: World) -> None:
    """A voice of our own listens: real phones bring theirs, the test machine has none."""
    with held(browser) as page:
        page.add_init_script(
            "window.said = []; Object.defineProperty(window, 'speechSynthesis', "
            "{value: {speaking: false, cancel() {}, speak(words) { said.push(words.text); }}});"
        )
        page.goto(world.page("A001"))
        page.click("#aloud")
        said = page.evaluate("said[0]")
    assert said.startswith("张*英家，现有积分 156 分。够换电饭锅 1 台。")
    assert "志愿培训，加 1 分。" in said


def test_the_statement_opens_with_the_pin(phone: Page, world: World) -> None:
    phone.goto(world.page("A001"))
    phone.click("text=看全部")
    phone.fill("#pin", "1357")
    phone.click("main form button")
    expect(phone.locator("[role=alert]")).to_contain_text("密码不对")
    phone.fill("#pin", PIN)
    phone.click("main form button")
    expect(phone.locator("h1")).to_have_text("积分对账单")
    expect(phone.locator("main")).to_contain_text("张秀英")
    expect(phone.locator("tbody tr")).to_have_count(6)
    phone.click("text=看完了")
    phone.goto(world.page("A001") + "/all")
    expect(phone.locator("h1")).to_have_text("请输家里的密码")


def test_another_household_stays_closed(phone: Page, world: World) -> None:
    phone.goto(world.page("A001") + "/all")
    phone.fill("#pin", PIN)
    phone.click("main form button")
    phone.goto(world.page("A002") + "/all")
    expect(phone.locator("main")).to_contain_text("还没有设密码")


def test_the_address_is_kept_secret(phone: Page, world: World) -> None:
    for path in ("", "/all", "/code", "/goods", "/rules"):
        answer = phone.goto(world.page("A001") + path)
        assert answer is not None
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert "wasm" not in answer.headers["content-security-policy"]
    assert "张秀英" not in phone.content()


def test_lower_case_is_taken_too(phone: Page, world: World) -> None:
    phone.goto(world.page("A001").replace("/C/", "/c/").lower())
    expect(phone.locator("h1")).to_have_text("张*英家")
    assert re.search(r"/C/[A-Z2-7]{26}/code", phone.content())


def test_the_number_to_type_opens_nothing(phone: Page, world: World) -> None:
    answer = phone.goto(f"{world.url}/C/{world.cards['A001'].number}")
    assert answer is not None
    assert answer.status == 404
    expect(phone.locator("h1")).to_have_text("没有找到这张卡")


def test_a_lost_card_is_told_what_to_do(phone: Page, world: World) -> None:
    old = world.page("A003")
    new = world.by(ADA, lambda: world.house.cards.reissue(number("A003")))
    answer = phone.goto(old)
    assert answer is not None
    assert answer.status == 410
    expect(phone.locator("main")).to_contain_text("请用新卡")
    phone.goto(f"{world.url}/C/{new.token}")
    expect(phone.locator("h1")).to_have_text("王*兰家")


def test_print_keeps_name_and_balance(phone: Page, world: World) -> None:
    phone.goto(world.page("A001"))
    phone.emulate_media(media="print")
    expect(phone.locator("h1")).to_be_visible()
    expect(phone.locator(".balance .huge")).to_be_visible()
    expect(phone.locator(".pair")).to_be_hidden()


def test_every_sign_comes_from_one_chinese_face(phone: Page, world: World) -> None:
    """Digits too: a Latin face among them makes numbers jump. Phones bring a face of their own."""
    phone.goto(world.page("A001"))
    tools = phone.context.new_cdp_session(phone)
    tools.send("DOM.enable")
    tools.send("CSS.enable")
    root = tools.send("DOM.getDocument")["root"]["nodeId"]
    faces = set()
    for selector in (
        "h1",
        ".huge",
        ".buys",
        "#changes .what span",
        "#changes .points span",
        ".btn",
    ):
        node = tools.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
        fonts = tools.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        faces |= {font["familyName"] for font in fonts}
    assert faces == {"Noto Sans CJK SC"}
