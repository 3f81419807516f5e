"""P1, P2: the pages of the public proof on phones and desks, and the sheet for the village board
as a printer of 300 dpi draws it: read by a camera's decoder, believed by the verifier."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page

from points.audit.export.events import export_events
from points.audit.policy import Policy
from points.clock import business_day
from points.ledger import Proposal
from tests.browser.elder import faults
from tests.browser.phone import (
    DESK,
    PHONE,
    SMALL_PHONE,
    add,
    at,
    held,
    new_context,
    press,
    sign_in,
    wedge,
)
from tests.browser.world import ADA, World, number
from tests.points.audit.exported import verify
from tests.support.house import settings_for
from tests.support.publishing import publish, trust, witness_file

A4 = {"width": 794, "height": 1123}  # px at 96 dpi
DPI_300 = 300 / 96

EYES: dict[str, dict[str, Any]] = {
    "phone": {"size": PHONE},
    "small, largest text, dark": {"size": SMALL_PHONE, "color_scheme": "dark"},
    "desk": {"size": DESK},
}


@pytest.fixture(scope="module")
def code(browser: Browser, world: World, tmp_path_factory: pytest.TempPathFactory) -> str:
    """On the slip of two goods; witnesses and policy are there, nothing is signed yet."""
    trust(_settings(world, tmp_path_factory.mktemp("trust")), _signer(world))
    with held(browser) as page:
        sign_in(page, world)
        wedge(page, world.link("A001"))
        at(page, "cart")
        add(page, "G01", "G02")
        press(page, "confirm")
        at(page, "done")
        shown = page.inner_text("#done-code")
    return shown.split()[-1]


@pytest.fixture(params=EYES)
def reader(request: pytest.FixtureRequest, browser: Browser, world: World) -> Iterator[Page]:
    with held(browser, **EYES[request.param]) as page:
        if "largest" in request.param:
            page.context.add_cookies([{"name": "size", "value": "3", "url": world.url}])
        yield page


def test_every_page_for_every_eye(reader: Page, world: World, code: str) -> None:
    _sign(world)
    found = []
    asked = ("/audit", "/audit/receipt", "/audit/receipt?code=12", "/audit/board")
    for path in (*asked, f"/r/{code}", "/r/" + "0" * 16):
        reader.goto(world.url + path)
        assert reader.locator("h1").first.is_visible()
        found += [f"{path} {fault}" for fault in faults(reader)]
        wide = reader.evaluate("document.documentElement.scrollWidth - screen.width")
        assert wide <= 0, f"{path} is {wide} px too wide"
    assert found == []


def test_the_code_is_typed_and_answered_without_script(
    browser: Browser, world: World, code: str
) -> None:
    """P2"""
    _sign(world)
    with held(browser, java_script_enabled=False) as page:
        page.goto(f"{world.url}/audit/receipt")
        page.fill("#code", code.lower().replace("-", " ").replace("0", "o"))
        page.click("main form button")
        assert page.inner_text(".huge") == "是"
        assert "5 分" in page.inner_text("dl")


def test_the_slip_carries_code_and_picture(browser: Browser, world: World, code: str) -> None:
    """P2: what the till prints, 58 mm wide, read back."""
    with held(browser, device_scale_factor=DPI_300) as page:
        sign_in(page, world)
        page.goto(f"{world.url}/till/today")
        page.evaluate("window.print = () => { window.printed = true; }")
        page.click("[data-act=print]")
        page.wait_for_function("window.printed")
        page.emulate_media(media="print")
        assert code in page.inner_text("#slip")
        picture = page.locator("#slip img").screenshot()

    assert _read(picture) == f"{world.url.upper()}/R/{code.replace('-', '')}"


@pytest.mark.parametrize(
    "sheets", [3, pytest.param(100, marks=pytest.mark.nightly)], ids=["few", "hundred"]
)
def test_the_sheet_is_read_off_a_print_and_believed(
    browser: Browser, world: World, code: str, tmp_path: Path, sheets: int
) -> None:
    """P1: trust.md goal 22; the last one is held against an export by the verifier."""
    context = new_context(browser, size=A4, device_scale_factor=DPI_300)
    page = context.new_page()
    policy, seen = Policy.parse(world.house.log.policy()), set()
    for _ in range(sheets):
        world.by(ADA, lambda: world.house.ledger.propose(_wish(world)))  # what it proves grows
        _sign(world)
        page.goto(f"{world.url}/audit/board")
        page.emulate_media(media="print")
        photo = _read(page.screenshot(full_page=True))
        believed = policy.believe(photo)
        assert photo == world.house.log.checkpoint()
        assert len(believed.cosigned) == 3
        seen.add(photo)
    pdf = page.pdf(prefer_css_page_size=True)
    context.close()

    assert len(seen) == sheets
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1  # one sheet of A4
    export_events(world.house.county, world.house.log, tmp_path / "export")
    (tmp_path / "photo").write_text(photo)
    (tmp_path / "policy").write_text(world.house.log.policy())
    said = verify(
        tmp_path / "export",
        *("--policy", str(tmp_path / "policy"), "--board", str(tmp_path / "photo")),
    )
    assert said[0] == 0, said[1]
    (tmp_path / "photo").write_text(_other_root(photo))
    assert verify(tmp_path / "export", "--board", str(tmp_path / "photo"))[0] == 1


def _read(png: bytes) -> str:
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(png)).convert("L"))
    assert found.valid
    return found.text


def _other_root(photo: str) -> str:
    lines = photo.split("\n")
    lines[2] = ("A" if lines[2][0] != "A" else "B") + lines[2][1:]
    return "\n".join(lines)


def _wish(world: World) -> Proposal:
    return Proposal(number("A003"), "E01", business_day(world.house.clock()), 20)


def _sign(world: World) -> None:
    publish(world.house.settings, int(time.time()))


def _settings(world: World, folder: Path) -> Any:
    return settings_for(
        world.house.settings.database_url,
        base_url=world.url,
        witnesses=str(witness_file(folder)),
    )


def _signer(world: World) -> Any:
    assert world.house.ledger.signer
    return world.house.ledger.signer
