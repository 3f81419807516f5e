"""A courtyard sheet of thirty households, typed with nothing but the keys."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from statistics import median
from uuid import UUID

import pytest
from playwright.sync_api import Browser, expect

from points.scoring import COURTYARD, ITEMS, Judge, Terms
from tests.browser.elder import faults
from tests.browser.phone import DESK, PHONE, held
from tests.browser.served import Served, serving
from tests.support.house import VILLAGE

pytestmark = pytest.mark.row("Q5")

TAP = 44  # px: staff pages
TWO_MINUTES = 120.0
HOUSEHOLDS = 30


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("scores"), households=HOUSEHOLDS) as office:
        yield office


def opened(served: Served, period: str, *, by_item: bool = True) -> UUID:
    """A round whose first judge lives in A001 and whose second is near to A002."""
    office = served.office
    li, zhou = office.user("li"), office.user("zhou")
    judges = (
        Judge(zhou.id, zhou.household),
        Judge(li.id),
        Judge(f"household:{VILLAGE}-A003", f"{VILLAGE}-A003"),
    )
    with office.place.by(office.actor(office.user("wang"))) as ledger:
        if f"{VILLAGE}-A002" not in ledger.kin_of(li.id):
            ledger.declare_kin(li.id, f"{VILLAGE}-A002", "in-law")
        made: UUID = ledger.open_round(
            VILLAGE, COURTYARD, period, judges=judges, terms=Terms(by_item=by_item)
        )
    return made


def recused(number: int) -> int | None:
    """The seat that keeps out of a household."""
    return {1: 0, 2: 1, 3: 2}.get(number)


def scores(seed: int) -> dict[int, list[list[int] | None]]:
    chance = random.Random(seed)
    return {
        number: [
            None if seat == recused(number) else [chance.randint(10, 20) for _ in ITEMS]
            for seat in range(3)
        ]
        for number in range(1, HOUSEHOLDS + 1)
    }


def result(given: list[list[int] | None]) -> int:
    totals = [sum(each) for each in given if each]
    return int(median(totals)) if len(totals) == 3 else sum(totals) // len(totals)


def test_thirty_households_in_two_minutes_by_keys_alone(browser: Browser, served: Served) -> None:
    """Tab from field to field, Enter on the button: no mouse, and nothing is asked twice."""
    round_id, wanted = opened(served, "2026-Q4"), scores(1)
    with held(browser, size=DESK) as page:
        served.sit_down(page, "wang")
        page.goto(f"{served.url}/staff/evaluations/{round_id}/sheet")
        expect(page.locator("[data-row]")).to_have_count(HOUSEHOLDS)
        page.locator("[data-row] input[data-column]").first.focus()
        began = time.monotonic()
        for given in wanted.values():
            for score in (each for seat in given if seat for each in seat):
                page.keyboard.insert_text(str(score))
                page.keyboard.press("Tab")
        shown = page.locator("[data-median]").all_text_contents()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/evaluations/{round_id}*")
        spent = time.monotonic() - began
    assert shown == [str(result(given)) for given in wanted.values()]
    assert spent < TWO_MINUTES
    found = {
        int(each.household[-3:]): each for each in served.office.house.ledger.results(round_id)
    }
    assert {number: each.median for number, each in found.items()} == {
        number: result(given) for number, given in wanted.items()
    }
    assert len(found[1].recused) == len(found[2].recused) == 1


def test_enter_goes_down_a_column_and_letters_stay_out(browser: Browser, served: Served) -> None:
    round_id = opened(served, "2026-Q3", by_item=False)
    with held(browser, size=DESK) as page:
        served.sit_down(page, "wang")
        page.goto(f"{served.url}/staff/evaluations/{round_id}/sheet")
        second = page.locator("[data-row]").nth(3).locator("input[data-column]").first
        second.focus()
        page.keyboard.type("9x1")
        page.keyboard.press("Enter")
        page.keyboard.type("85")
        page.keyboard.press("Shift+Enter")
        assert second.evaluate("(field) => field === document.activeElement")
        assert second.input_value() == "91"
        below = page.locator("[data-row]").nth(4).locator("input[data-column]").first
        assert below.input_value() == "85"
        below.fill("101")
        expect(below).to_have_attribute("aria-invalid", "true")


def test_the_sheet_works_without_script(browser: Browser, served: Served) -> None:
    round_id = opened(served, "2026-Q2", by_item=False)
    with held(browser, size=PHONE, java_script_enabled=False) as page:
        served.sit_down(page, "wang")
        page.goto(f"{served.url}/staff/evaluations/{round_id}/sheet")
        fields = page.locator("[data-row]").nth(5).locator("input[data-column]")
        for place, score in enumerate((70, 90, 80)):
            fields.nth(place).fill(str(score))
        fields.nth(2).press("Enter")
        expect(fields.nth(2)).to_have_value("80")  # nothing is sent half done
        page.click(".stay .btn.main")
    (found,) = served.office.house.ledger.results(round_id)
    assert (found.median, found.spread) == (80, 20)


@pytest.mark.row("B6")
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_pages_have_no_faults(browser: Browser, served: Served, size: dict[str, int]) -> None:
    rounds = served.office.house.read.evaluations.of()
    scored = next(each["round_id"] for each in rounds if each["period"] == "2026-Q4")
    blank = _blank(served, size)
    some = (f"/{blank}/sheet", f"/{blank}/print", f"/{scored}/sheet?fix={VILLAGE}-A004")
    paths = ("", f"/{scored}", *some)
    found = []
    with held(browser, size=size) as page:
        served.sit_down(page, "wang")
        for path in (*(f"/staff/evaluations{each}" for each in paths), "/staff/showcases"):
            page.goto(served.url + path)
            page.evaluate("scrollTo(0, document.body.scrollHeight)")
            found += [f"{path} {fault}" for fault in faults(page, tap=TAP, big=0)]
    assert found == []


def _blank(served: Served, size: dict[str, int]) -> UUID:
    return opened(served, "2026-Q1" if size == PHONE else "2025-Q4")
