"""A rule changes, and last month's credit keeps its text (features A1, A2, Q3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from points.procedure import DELIBERATIONS, Step
from points.rulebook import Rule
from tests.browser.elder import faults
from tests.browser.phone import DESK, PHONE, held
from tests.browser.served import Served, serving
from tests.support.house import VILLAGE
from tests.support.procedure import adopt_by_procedure, procedure

TAP = 44
HOME = "/staff/households/A005"
RULES = "/staff/books/rules"
KEYS_MAX = 40

pytestmark = pytest.mark.row("A1", "A2", "Q3")


@pytest.fixture
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A month after the credits of the village were posted."""
    with serving(tmp_path_factory.mktemp("rules"), households=40) as running:
        running.office.later(31)
        yield running


def test_a_rule_changes_and_last_months_credit_keeps_its_text(
    browser: Browser, served: Served
) -> None:
    today = served.office.today
    with held(browser, size=DESK) as page:
        served.sit_down(page, "xian")
        _draft(page, served)
        page.get_by_role("link", name="记下一步").click()
        for number, step in enumerate(procedure(today), start=1):
            expect(page.get_by_text(f"第 {number} 步，共 6 步")).to_be_visible()
            _by_keyboard(page, step)
        expect(page.get_by_text("您起草的，要另一个人通过")).to_be_visible()

    with held(browser) as page:
        served.sit_down(page, "liang")
        page.goto(f"{served.url}{RULES}/2")
        page.get_by_role("button", name="通过这一版").click()
        expect(page.get_by_text(f"从 {today} 起生效", exact=False).first).to_be_visible()

    with held(browser) as page:
        served.sit_down(page, "wang")
        page.goto(f"{served.url}/staff/award")
        expect(page.get_by_text("整洁户").first).to_be_attached()
        page.goto(served.url + HOME)
        expect(page.get_by_text("整洁户")).to_have_count(0)
        page.goto(f"{served.url}/staff/entries/{_credit(served)}")
        expect(page.get_by_text("C01 清洁户", exact=True)).to_be_visible()
        page.get_by_role("link", name="第 1 版").click()
        expect(page.get_by_text("清洁户", exact=True)).to_be_visible()


def _credit(served: Served) -> int:
    """Last month's credit for the cleanest household."""
    lines = served.office.house.read.entries.latest(f"{VILLAGE}-A005")
    return next(line["id"] for line in lines if line["item"] == "清洁户")


def _draft(page: Page, served: Served) -> None:
    page.goto(f"{served.url}{RULES}/draft")
    row = page.locator("details.draft-row").filter(has_text="C01")
    row.locator("summary").click()
    row.get_by_label("名称").fill("整洁户")
    page.get_by_role("button", name="存成草稿").click()


def _by_keyboard(page: Page, step: Step) -> None:
    """Tab, type, Enter: the form needs no mouse."""
    _type(page, "day", _date_keys(step.day))
    if step.step in DELIBERATIONS:
        _type(page, "body", step.body)
        for name in ("entitled", "present", "in_favour"):
            _type(page, name, str(getattr(step, name)))
    else:
        assert step.until
        _type(page, "place", step.place)
        _type(page, "until", _date_keys(step.until))
    _type(page, "number", step.number)
    page.keyboard.press("Enter")


def _type(page: Page, name: str, keys: str) -> None:
    for _ in range(KEYS_MAX):
        if page.evaluate("document.activeElement.name") == name:
            break
        page.keyboard.press("Tab")
    else:
        pytest.fail(f"{name} is not reached by the keyboard")
    if page.evaluate("document.activeElement.type") != "date":
        page.keyboard.press("Control+A")
    page.keyboard.type(keys)


def _date_keys(day: date) -> str:
    """As the browser of these tests asks for it: month, day, year."""
    return f"{day:%m%d%Y}"


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_pages_of_a_procedure_are_fit_for_everybody(
    browser: Browser, served: Served, size: dict[str, int]
) -> None:
    office = served.office
    _other_rules(served)
    with held(browser, size=size) as page:
        served.sit_down(page, "xian")
        for path in (f"{RULES}/3", f"{RULES}/3/step", f"{RULES}/2", f"{RULES}/3/compare"):
            page.goto(served.url + path)
            assert faults(page, tap=TAP, big=0) == [], path
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= size["width"], path
    assert office.house.ledger.rule_book().steps_of(3)


def _other_rules(served: Served) -> None:
    """Version 2 in force, version 3 with two steps and a legal check; several rules differ."""
    office, ledger = served.office, served.office.house.ledger
    _, rules, policy = ledger.rules_on(office.today)
    lines = list(rules.values())
    with office.place.by(office.actor(office.user("xian"))):
        second = ledger.draft_rules(lines, policy=policy)
    with office.place.by(office.actor(office.user("liang"))):
        adopt_by_procedure(ledger, second, office.today)
    other: dict[str, dict[str, Any]] = {
        "C01": {"name": "整洁户", "points_max": 8},
        "E01": {"proof_kind": "photo"},
        "N01": {"cap": 5, "body": "villagers_council"},
    }
    changed = [replace(rule, **other.get(rule.code, {})) for rule in lines if rule.code != "V02"]
    changed.append(Rule("X01", "看护水渠", "civility", 4, 4))
    with office.place.by(office.actor(office.user("xian"))):
        third = ledger.draft_rules(changed, policy=policy)
        ledger.record_rule_steps(third, procedure(office.today)[:4])
        ledger.check_rules_legally(third, opinion="remarks", note="第三条写得太宽，建议改")
