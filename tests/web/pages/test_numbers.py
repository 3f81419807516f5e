"""Every number on the staff's first page opens what it is made of, and that adds up to it."""

from __future__ import annotations

import re

import pytest

from tests.support.house import VILLAGE
from tests.support.office import Office
from tests.web.pages.desk import Desk, links, number, tiles, words

ROLES = ("wang", "zhao", "xian", "jian", "guan")


@pytest.mark.parametrize("login", ROLES)
def test_every_tile_leads_to_its_sum(quiet: Office, login: str) -> None:
    desk = Desk(quiet, login)
    shown = tiles(desk.page("/staff"))

    assert {"加分", "兑换", "积分账户", "可用积分", "任务积分", "基础分"} <= shown.keys()
    for label, (figure, href) in shown.items():
        page = desk.page(href)
        assert page.status_code == 200, href
        if "/entries" in href:
            assert _sum_of_entries(page.text) == figure, label
        if "/accounts" in href and label != "积分账户":
            assert _foot(page.text) == figure, label


def _sum_of_entries(page: str) -> int:
    found = re.search(r'<p class="sum">.*?<span class="num[^"]*">(.*?)</span>', page)
    assert found
    return number(found[1])


def _foot(page: str) -> int:
    foot = page[page.index("<tfoot>") : page.index("</tfoot>")]
    return number(re.findall(r'<span class="num">(.*?)</span>', foot)[-1])


def test_the_entries_of_all_pages_add_up_to_the_sum(quiet: Office) -> None:
    """The sum is not taken from the same query as the lines."""
    desk = Desk(quiet, "wang")
    href: str | None = "/staff/entries"
    seen: list[int] = []
    total = _sum_of_entries(desk.page(href).text)
    while href:
        page = desk.page(href)
        seen += [
            number(n) for n in re.findall(r'看这一笔"><span class="num[^"]*">(.*?)<', page.text)
        ]
        older = re.search(r'rel="next" href="([^"]+)"', page.text)
        href = older[1].replace("&amp;", "&") if older else None

    assert len(seen) > 50
    assert sum(seen) == total


def test_a_place_is_the_sum_of_the_places_below(quiet: Office) -> None:
    desk = Desk(quiet, "guan")
    whole = quiet.house.read.accounts.totals("")["earned"]

    assert _foot(desk.page("/staff/accounts?measure=earned").text) == whole
    township = desk.page(f"/staff/accounts?place={VILLAGE[:9]}&measure=earned")
    assert _foot(township.text) == whole
    assert f"/staff/accounts?place={VILLAGE}&measure=earned" in links(township)


def test_a_household_s_numbers_lead_to_its_own_entries(quiet: Office) -> None:
    desk = Desk(quiet, "wang")
    for label, (figure, href) in tiles(desk.page("/staff/households/A002")).items():
        assert _sum_of_entries(desk.page(href).text) == figure, label


def test_a_shop_s_day_is_the_sum_of_its_entries(quiet: Office) -> None:
    desk = Desk(quiet, "wang")
    page = desk.page("/staff/shops/100201")
    found = re.search(
        r'<a href="(/staff/entries[^"]+)"><strong><span class="num[^"]*">(.*?)<', page.text
    )
    assert found

    assert number(found[2]) == -80
    assert _sum_of_entries(desk.page(found[1].replace("&amp;", "&")).text) == -80


def test_what_is_on_hand_is_the_sum_of_what_moved(quiet: Office) -> None:
    desk = Desk(quiet, "wang")
    page = desk.page("/staff/shops/100201/moves?sku=G29")
    moved = re.findall(r'data-label="数量"><span class="num[^"]*">(.*?)<', page.text)

    assert sum(map(number, moved)) == quiet.house.read.stock.levels("100201")["G29"]
    assert "现存 3" in words(page)


def test_filters_stand_in_the_address(quiet: Office) -> None:
    desk = Desk(quiet, "wang")
    only = desk.read("/staff/entries?what=taken&from=2026-11-24&to=2026-11-24")

    assert "兑换 · 100201-20261124-0001" in only
    assert "清洁户" not in only
    assert "没有积分变化" in desk.read("/staff/entries?from=2020-01-01&to=2020-12-31")


def test_nobody_looks_beyond_her_place(quiet: Office) -> None:
    desk = Desk(quiet, "wang")
    for path in ("/staff", "/staff/entries", "/staff/accounts", "/staff/sign", "/staff/households"):
        assert desk.page(f"{path}?place=999901100202").status_code == 403, path
        assert desk.page(f"{path}?place=99990").status_code == 404, path
    assert desk.page("/staff/entries?household=999901100202-A001").status_code == 403
