"""J5, J6, B5: the village's public page on phones and desks, and an objection without script."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page

from points.clock import business_day
from points.envelope import Actor
from points.ledger import Answer, Proposal
from points.objection import UPHELD
from tests.browser.elder import faults
from tests.browser.phone import DESK, PHONE, SMALL_PHONE, held
from tests.browser.world import CREW, World, number
from tests.support.chain import review
from tests.support.house import VILLAGE

pytestmark = pytest.mark.row("J5", "J6", "B5")

OPENER = Actor("opener", "village", VILLAGE)
DECIDER = Actor("decider", "village", VILLAGE)

EYES: dict[str, dict[str, Any]] = {
    "phone": {"size": PHONE},
    "small, largest text, dark": {"size": SMALL_PHONE, "color_scheme": "dark"},
    "desk": {"size": DESK},
}
LARGEST = {"small, largest text, dark"}


@pytest.fixture(scope="module")
def month(world: World) -> str:
    """Hung up yesterday: three lines, one of them struck after an objection, one waiting."""
    house = world.house
    day = business_day(house.clock() - timedelta(days=1))
    wishes = [
        Proposal(number(no), rule, day, points)
        for no, rule, points in (("A001", "M01", 20), ("A002", "E01", 20), ("A003", "C01", 5))
    ]
    yesterday = timedelta(days=1)
    cases = review(world.as_, CREW, house.clock() - yesterday, wishes)
    of = day.isoformat()[:7]
    notice: UUID = world.by(
        OPENER, lambda: house.ledger.open_notice(VILLAGE, of, cases), ago=yesterday
    )
    for line in (1, 2):
        made = world.by(
            Actor("anonymous", "public", VILLAGE),
            partial(
                house.ledger.object_to, notice, about="line", line=line, text="不对", way="page"
            ),
            ago=yesterday,
        )
    world.by(
        DECIDER,
        lambda: house.ledger.decide_objection(
            made, Answer(UPHELD, "查了登记表，这一户当天没有参加，李建国本人也认可。")
        ),
        ago=yesterday,
    )
    return of


def pages(month: str) -> list[str]:
    here = f"/village/{VILLAGE}"
    return [
        here,
        f"{here}/notice/{month}/1",
        f"{here}/notice/{month}/1?v=1",
        f"{here}/objection/named",
        f"{here}/objection",
        "/village",
    ]


@pytest.mark.parametrize("eye", EYES)
def test_readable_for_old_eyes_and_thumbs(
    browser: Browser, world: World, month: str, eye: str
) -> None:
    with held(browser, **EYES[eye]) as page:
        for path in pages(month):
            size = "size=3" if eye in LARGEST else "size=1"
            page.goto(world.url + path + ("&" if "?" in path else "?") + size)
            for each in page.locator("details").all():
                each.evaluate("details => { details.open = true; }")
            assert faults(page) == [], path


def test_an_objection_without_script(browser: Browser, world: World, month: str) -> None:
    """She picks a line, writes, sends, and has a number and a day."""
    with held(browser, size=SMALL_PHONE, java_script_enabled=False) as page:
        page.goto(f"{world.url}/village/{VILLAGE}")
        page.select_option("[name=about]", f"{month}/1/3")
        page.fill("[name=text]", "他家院子还没有扫")
        page.click("text=不留名，交上去")
        assert "收到了" in page.inner_text("h1")
        code = page.inner_text(".number")
        assert "最晚" in page.inner_text("main")

        page.goto(f"{world.url}/village/{VILLAGE}")
        assert page.locator(".held").count() == 2
        page.fill("[name=code]", code)
        page.click("form[method=get] button")
        assert "最晚" in page.inner_text("main")


def test_what_is_wrong_stands_beside_what_she_wrote(
    browser: Browser, world: World, month: str
) -> None:
    with held(browser) as page:
        page.goto(f"{world.url}/village/{VILLAGE}/notice/{month}/1")
        page.select_option("[name=about]", f"{month}/1/missing")
        page.fill("[name=text]", "少了修路的")
        page.fill("[name=household]", "Z9")
        page.click("text=不留名，交上去")
        assert "没有找到户号" in page.inner_text(".error")
        assert page.input_value("[name=text]") == "少了修路的"
        assert faults(page) == []
        page.select_option("[name=about]", f"{month}/1/1")
        page.click("text=不留名，交上去")
        page.wait_for_url("**/objection?*")
        assert faults(page) == []


def test_the_message_for_the_group_is_copied(browser: Browser, world: World, month: str) -> None:
    with held(browser, permissions=["clipboard-read", "clipboard-write", "camera"]) as page:
        page.goto(f"{world.url}/village/{VILLAGE}/notice/{month}/1")
        page.click("#copy")
        _wait(page)
        told = page.evaluate("navigator.clipboard.readText()")
    assert "积分公示】" in told
    assert "1. A001 张*英" in told
    assert f"/village/{VILLAGE}" in told


def _wait(page: Page) -> None:
    page.get_by_text("复制好了").wait_for()
