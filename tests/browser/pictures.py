"""The pictures of the README: `python -m tests.browser.pictures`."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.feed import film
from tests.browser.phone import PHONE, add, at, launch, new_context, press, sign_in, wedge
from tests.browser.world import World, running

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
GAP = 24  # px between two phones
GROUND = (255, 255, 255)
SCALE = 1.5
TALL_PHONE = {"width": 360, "height": 980}


def till(world: World, camera: Browser, wedged: Browser) -> Image.Image:
    """Three moments: the card before the camera, the goods picked, the result."""
    page = _phone(camera)
    page.route("**/api/v1/cards/lookup", lambda route: None)  # stay at this moment
    sign_in(page, world)
    page.wait_for_selector("body[data-source=camera]")
    moments = [_shot(page)]

    page = _phone(wedged)
    sign_in(page, world)
    wedge(page, world.link("A001"))
    at(page, "cart")
    page.click("[data-kind=food]")
    add(page, "G04", "G10", "G10")
    page.evaluate("scrollTo(0, 0)")
    page.evaluate("document.activeElement.blur()")
    moments.append(_shot(page))
    press(page, "confirm")
    at(page, "done")
    moments.append(_shot(page))
    return _beside(moments)


def balance(world: World, browser: Browser) -> Image.Image:
    """The household's page, and what it leads to."""
    page = new_context(browser, size=TALL_PHONE, device_scale_factor=SCALE).new_page()
    moments = []
    for path in ("", "/goods", "/code"):
        page.goto(world.page("A001") + path)
        moments.append(_shot(page))
    return _beside(moments)


def _phone(browser: Browser) -> Page:
    return new_context(browser, size=PHONE, device_scale_factor=SCALE).new_page()


def _shot(page: Page) -> Image.Image:
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def _beside(moments: list[Image.Image]) -> Image.Image:
    wide = sum(each.width for each in moments) + GAP * (len(moments) - 1)
    whole = Image.new("RGB", (wide, moments[0].height), GROUND)
    left = 0
    for each in moments:
        whole.paste(each, (left, 0))
        left += each.width + GAP
    return whole


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder)) as world,
        sync_playwright() as playwright,
    ):
        camera = launch(playwright, film(Path(folder), "card", world.link("A001")))
        wedged = launch(playwright, film(Path(folder), "table", None))
        for name, made in (
            ("till", till(world, camera, wedged)),
            ("balance", balance(world, wedged)),
        ):
            made.quantize(256, dither=Image.Dither.NONE).save(
                PICTURES / f"{name}.png", optimize=True
            )


if __name__ == "__main__":
    main()
