"""Finding a household by whatever one has at hand, its statement, its card, its PIN."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from tests.support.house import PIN
from tests.support.office import Office
from tests.web.pages.desk import Desk, words

A002, A003, A050 = (f"/staff/households/{no}" for no in ("A002", "A003", "A050"))


@pytest.mark.parametrize(
    "asked",
    [
        "A002",
        "a002",
        "Ａ００２",
        "999901100201-A002",
        "张桂桂",
        "桂桂",
        "zgg",
        "0002",
        "13800000002",
    ],
)
def test_a_household_is_found(quiet: Office, asked: str) -> None:
    page = Desk(quiet, "wang").read(f"/staff/households?q={asked}")

    assert "A002 张桂桂" in page


def test_a_household_is_found_by_its_card_s_number(quiet: Office) -> None:
    card = quiet.house.cards.of(quiet.numbers[1])
    assert card is not None

    page = Desk(quiet, "wang").read(f"/staff/households?q={card.shown_number}")

    assert "找到 1 户" in page
    assert "A002 张桂桂" in page


def test_what_is_not_found_is_said_kindly(quiet: Office) -> None:
    assert "没有找到“查无此人”" in Desk(quiet, "wang").read("/staff/households?q=查无此人")


def test_a_group_is_listed_page_by_page(quiet: Office) -> None:
    desk = Desk(quiet, "wang")
    page = desk.read("/staff/households?group=3组")

    assert "找到 50 户" in page
    assert "A002" in page
    assert "A003" not in page
    assert "第 2 页，共 6 页" in desk.read("/staff/households?page=2")


def test_names_are_masked_for_all_but_the_village(quiet: Office) -> None:
    for login in ("zhao", "xian", "jian", "guan"):
        page = Desk(quiet, login).read("/staff/households?q=A002")
        assert "张*桂" in page, login
        assert "张桂桂" not in page, login
    assert "13800000002" not in Desk(quiet, "jian").read(A002)
    assert "13800000002" in Desk(quiet, "wang").read(A002)


@pytest.mark.row("K1")
def test_the_statement_opens_runs_and_closes(quiet: Office) -> None:
    page = Desk(quiet, "wang").read(f"{A002}?from=2026-11-24&to=2026-11-30")

    assert re.search(r"期初可用\s*（\s*2026年11月24日\s*）\s*0 ", page)
    assert "期末可用" in page
    assert "发生在 2026年3月9日" in page
    left = [int(n) for n in re.findall(r"[+-]\d+ (\d+) ", page)]
    assert left[-1] == quiet.house.read.balances.of(quiet.numbers[1]).balance


def test_a_day_before_anything_happened_is_zero(quiet: Office) -> None:
    page = Desk(quiet, "wang").read(f"{A002}?on=2026-11-23")

    assert "2026年11月23日 那天晚上" in page
    assert "可用积分 0 分" in page


@pytest.mark.row("K1")
def test_the_printed_statement_has_no_menu_and_three_signatures(quiet: Office) -> None:
    page = Desk(quiet, "wang").read(f"{A002}/statement?from=2026-01-01&to=2026-12-31")

    assert "户主签字" in page
    assert "村妇联（盖章）" in page


# The card.


def test_a_card_is_made_once_however_often_the_form_is_sent(office: Office, wang: Desk) -> None:
    key = uuid4().hex
    first = wang.send(f"{A050}/card", key=key)
    again = wang.send(f"{A050}/card", key=key)

    assert "做好了" in wang.follow(first)
    assert again.status_code == 303
    cards = office.house.read.cards.of(office.numbers[49])
    assert [card["state"] for card in cards] == ["active"]
    printed = office.house.cards.of(office.numbers[49])
    assert printed is not None
    assert office.house.cards.read(printed.token).household == office.numbers[49]


def test_another_card_is_made_only_after_the_loss(office: Office, wang: Desk) -> None:
    refused = wang.send(f"{A002}/card")
    assert refused.status_code == 409
    assert "丢了请先挂失" in words(refused)

    old = office.house.cards.of(office.numbers[1])
    assert "挂失好了" in wang.follow(wang.send(f"{A002}/card/lost"))
    assert "已挂失" in wang.read(A002)
    assert office.house.cards.of(office.numbers[1]) is None

    assert "新卡做好了" in wang.follow(wang.send(f"{A002}/card", again="1"))
    new = office.house.cards.of(office.numbers[1])
    assert old
    assert new
    assert old.token != new.token


def test_a_sheet_prints_the_same_card_again(office: Office, wang: Desk) -> None:
    card = office.house.cards.of(office.numbers[1])
    assert card is not None

    sheet = wang.page(f"/staff/cards/sheet?no={office.numbers[1]}")

    assert card.shown_number in words(sheet)
    assert sheet.text == wang.page(f"/staff/cards/sheet?no={office.numbers[1]}").text
    assert sheet.text.count("<svg") == 1
    assert sheet.headers["Cache-Control"] == "no-store"


def test_cards_of_a_group_are_made_and_printed_ten_a_page(office: Office, wang: Desk) -> None:
    some = office.numbers[60:85]
    key = uuid4().hex
    assert "做好了 25 张卡" in wang.follow(wang.send("/staff/cards", key=key, no=some))
    assert wang.send("/staff/cards", key=key, no=some).status_code == 303

    sheet = wang.page("/staff/cards/sheet?" + "&".join(f"no={number}" for number in some)).text
    assert sheet.count('class="points-card"') == 25
    assert sheet.count('class="card-sheet"') == 3


def test_a_township_does_not_print_cards(office: Office, zhao: Desk) -> None:
    assert zhao.page(f"/staff/cards/sheet?no={office.numbers[1]}").status_code == 403


# The PIN.


def test_a_pin_is_set_by_typing_it_twice(office: Office, wang: Desk) -> None:
    assert "密码设好了" in wang.follow(wang.send(f"{A003}/pin", pin=PIN, again=PIN))
    office.house.pins.check(office.numbers[2], PIN)
    assert "密码取消了" in wang.follow(wang.send(f"{A003}/pin/reset"))
    assert not office.house.pins.is_set(office.numbers[2])


@pytest.mark.parametrize(
    ("pin", "again", "said"),
    [("2580", "2581", "两次输的密码不一样"), ("1111", "1111", "太简单"), ("12", "12", "4 到 6 位")],
)
def test_a_poor_pin_is_refused_beside_its_form(wang: Desk, pin: str, again: str, said: str) -> None:
    answer = wang.send(f"{A003}/pin", pin=pin, again=again)

    assert answer.status_code in (400, 409)
    assert said in words(answer)


def test_nobody_makes_her_own_card(office: Office, zhou: Desk) -> None:
    answer = zhou.send("/staff/households/A001/card")

    assert answer.status_code == 409
    assert "自己家" in words(answer)
    assert "A001" not in zhou.read("/staff/cards")


def test_nobody_sets_her_own_household_s_pin_at_work(zhou: Desk) -> None:
    answer = zhou.send("/staff/households/A001/pin", pin=PIN, again=PIN)

    assert answer.status_code == 409
    assert "自己家" in words(answer)


def test_the_next_village_is_out_of_reach(wang: Desk) -> None:
    for path in ("999901100202-A001", "999901100202-A001/statement"):
        assert wang.page(f"/staff/households/{path}").status_code == 403
    assert wang.send("/staff/households/999901100202-A001/card").status_code == 403
    assert wang.page("/staff/households/B999").status_code == 404


def test_what_is_typed_is_never_markup(quiet: Office) -> None:
    page = Desk(quiet, "wang").page("/staff/households?q=<script>alert(1)</script>")

    assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in page.text


def test_a_new_pin_or_a_lost_card_closes_what_the_old_one_opened(
    office: Office, wang: Desk
) -> None:
    """Who had learnt the PIN looks on no more (`/C/…/all`)."""
    number, sessions = office.numbers[2], office.house.sessions
    for path, fields in (
        ("pin", {"pin": PIN, "again": PIN}),
        ("pin/reset", {}),
        ("card", {"again": "1"}),
        ("card/lost", {}),
    ):
        sessions.begin("card", number)
        assert wang.send(f"{A003}/{path}", **fields).status_code == 303

        assert sessions.open_of("card", number) == [], path
