"""Every page opens for whom it is, has no forms for those who only look, and keeps its budget."""

from __future__ import annotations

import pytest

from tests.support.office import Office
from tests.support.queries import statements
from tests.web.pages.desk import Desk, forms

BUDGETS = {
    "/staff": 14,
    "/staff/households": 8,
    "/staff/households?q=A0": 12,
    "/staff/households?q=w": 12,
    "/staff/households/A002": 18,
    "/staff/households/A002/statement": 12,
    "/staff/entries": 8,
    "/staff/entries?measure=spendable": 8,
    "/staff/accounts": 8,
    "/staff/accounts?page=6": 8,
    "/staff/award": 9,
    "/staff/award?group=2组": 9,
    "/staff/sign": 10,
    "/staff/undos": 11,
    "/staff/rules": 9,
    "/staff/books/rules/1": 8,
    "/staff/books/prices/1": 8,
    "/staff/shops": 7,
    "/staff/shops/100201": 17,
    "/staff/shops/100201/moves": 14,
    "/staff/shops/100201/receive": 8,
    "/staff/shops/low": 9,
    "/staff/cards": 8,
    "/staff/cards/sheet": 12,
    "/staff/imports": 5,
    "/staff/devices": 6,
}
"""Statements that a page may ask of a village with 300 households; the first two are who she is."""


@pytest.mark.parametrize("path", BUDGETS)
def test_a_page_asks_no_more_than_its_budget(quiet: Office, path: str) -> None:
    desk = Desk(quiet, "wang")
    with statements(quiet.house) as heard:
        answer = desk.page(path)

    assert answer.status_code == 200
    assert len(heard) <= BUDGETS[path], "\n".join(heard)


COUNTY_BUDGETS = {
    "/staff": 18,
    "/staff/accounts": 8,
    "/staff/entries": 9,
    "/staff/sign": 11,
    "/staff/users": 6,
    "/staff/users/new": 4,
    "/staff/books/rules/draft": 5,
}


@pytest.mark.parametrize("path", COUNTY_BUDGETS)
def test_a_county_page_asks_no_more_than_its_budget(quiet: Office, path: str) -> None:
    desk = Desk(quiet, "xian")
    with statements(quiet.house) as heard:
        answer = desk.page(path)

    assert answer.status_code == 200
    assert len(heard) <= COUNTY_BUDGETS[path], "\n".join(heard)


def test_an_entry_asks_no_more_than_its_budget(quiet: Office) -> None:
    desk = Desk(quiet, "wang")
    for line in quiet.house.read.entries.latest(quiet.numbers[1], 10):
        with statements(quiet.house) as heard:
            assert desk.page(f"/staff/entries/{line['id']}").status_code == 200
        assert len(heard) <= 17, "\n".join(heard)


LOOKED_AT = [path for path in BUDGETS if "/award" not in path and "/receive" not in path]


@pytest.mark.parametrize("path", [path for path in LOOKED_AT if "/cards" not in path])
def test_the_supervisor_sees_the_same_pages_and_no_forms(quiet: Office, path: str) -> None:
    page = Desk(quiet, "jian").page(path)

    assert page.status_code == 200
    assert forms(page) == []


@pytest.mark.parametrize(
    "path",
    ["/staff/award", "/staff/cards", "/staff/shops/100201/receive", "/staff/books/rules/draft"],
)
def test_the_supervisor_is_told_what_is_not_hers(quiet: Office, path: str) -> None:
    assert Desk(quiet, "jian").page(path).status_code == 403


@pytest.mark.parametrize("path", ["/staff", "/staff/households", "/staff/users", "/staff/award"])
def test_a_keeper_has_her_shop_and_no_office(quiet: Office, path: str) -> None:
    desk = Desk(quiet, "dian")

    assert desk.page(path).status_code == 403
    assert "刘店长" in desk.read("/staff/shops/100201")
    assert "存" in desk.read("/staff/shops/100201/receive")


def test_whoever_is_not_signed_in_is_led_to_the_door(quiet: Office) -> None:
    answer = quiet.place.browser().get("/staff/sign")

    assert answer.status_code == 303
    assert "/sign-in" in answer.headers["Location"]


def test_an_empty_village_has_kind_pages(quiet: Office) -> None:
    quiet.person("empty", "刘空", "village", "999901100203")
    desk = Desk(quiet, "empty")

    assert "还没有登记户" in desk.read("/staff/households")
    assert "没有等复核的" in desk.read("/staff/sign")
    assert "没有等签字的更正申请" in desk.read("/staff/undos")
    assert "还没有超市" in desk.read("/staff/shops")
    assert "现在没有要办的事" in desk.read("/staff")
    assert "没有可以打印的卡" in desk.read("/staff/cards/sheet")
