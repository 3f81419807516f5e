"""A number typed, a photo taken, and the PIN that they need."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.feed import card_picture
from tests.browser.phone import add, at, held, press, sign_in, wedge
from tests.browser.world import PIN, World


def type_number(page: Page, number: str) -> None:
    press(page, "type")
    page.fill("#number", number)
    page.keyboard.press("Enter")


def enter_pin(page: Page, pin: str) -> None:
    at(page, "pin")
    for digit in pin:
        page.click(f"#pin [data-key='{digit}']")
    page.click("#pin [data-key=done]")


def test_a_typed_number_needs_the_pin(till: Page, world: World) -> None:
    """Rulings 16. A wrong PIN is asked again; the cart stays."""
    before = world.balance("A001")
    type_number(till, world.cards["A001"].shown_number.lower())
    at(till, "cart")
    add(till, "G01")
    expect(till.locator("#why")).to_have_text("下一步要请户主输密码")
    press(till, "confirm")
    enter_pin(till, "1357")
    expect(till.locator("#pin-why")).to_contain_text("密码不对")
    enter_pin(till, PIN)
    at(till, "done")
    assert world.balance("A001") == before - 2


def test_above_the_threshold_the_pin_is_asked_and_may_be_declined(till: Page, world: World) -> None:
    before = world.balance("A001")
    wedge(till, world.link("A001"))
    at(till, "cart")
    add(till, "G27")  # 35 points, above 30
    press(till, "confirm")
    at(till, "pin")
    for digit in PIN:
        till.keyboard.press(digit)
    till.keyboard.press("Escape")
    at(till, "cart")
    expect(till.locator("#picks")).to_have_text("书包 ×1")
    press(till, "confirm")
    enter_pin(till, PIN)
    at(till, "done")
    assert world.balance("A001") == before - 35


def test_a_number_without_pin_is_told_what_to_do(till: Page, world: World) -> None:
    type_number(till, world.cards["A002"].number)
    at(till, "cart")
    add(till, "G01")
    press(till, "confirm")
    enter_pin(till, PIN)
    at(till, "refused")
    expect(till.locator("#refused")).to_contain_text("还没有设密码")
    expect(till.locator("#refused-advice")).to_contain_text("请用扫码")


def test_a_mistyped_number_is_refused(till: Page, world: World) -> None:
    number = world.cards["A001"].number
    swap = next(place for place in range(9) if number[place] != number[place + 1])
    wrong = number[:swap] + number[swap + 1] + number[swap] + number[swap + 2 :]
    type_number(till, wrong)
    at(till, "refused")
    press(till, "next")
    at(till, "scan")


def test_a_photo_is_read_where_there_is_no_camera(
    browser: Browser, world: World, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.png"
    card_picture(world.link("A001")).resize((1600, 1200)).save(photo)
    with held(browser) as page:
        page.add_init_script(
            "Object.defineProperty(navigator, 'mediaDevices', {value: undefined});"
        )
        sign_in(page, world)
        page.wait_for_selector("body[data-camera=off]")
        page.set_input_files("#photo", photo)
        at(page, "cart")
        assert page.get_attribute("body", "data-source") == "photo"


def test_a_photo_without_a_code_says_so(till: Page, tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    card_picture("x").crop((0, 0, 200, 200)).save(photo)
    till.set_input_files("#photo", photo)
    expect(till.locator("#tell")).to_contain_text("照片里没有找到二维码")
