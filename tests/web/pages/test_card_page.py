"""The page behind a card: in plain words what changed, and not more than it may tell."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from points.clock import business_day
from points.envelope import Actor
from points.ledger import CardUse, OpeningEntry
from points.rulebook import Policy
from tests.support.cast import RULES
from tests.support.house import (
    MAKER,
    OPENER,
    PASSWORD,
    PIN,
    QIAN,
    SHOP,
    SIGNER,
    VILLAGE,
    ZHAO,
    Browser,
    Place,
)
from tests.support.procedure import adopt_by_procedure
from tests.support.queries import statements
from tests.web.pages.desk import words
from web.pages.homes import home_of

BUDGETS = {"": 16, "/code": 16, "/goods": 16, "/rules": 18, "/all": 17}
"""Statements; the card itself takes two."""


@pytest.fixture
def card(place: Place) -> str:
    """The page of ZHAO, who earned 40 points."""
    place.earn(ZHAO, 40)
    return f"/C/{place.card(ZHAO).token}"


def reasons(place: Place, household: str = ZHAO) -> list[tuple[str, int, str]]:
    with place.app.test_request_context():
        changes = home_of(place.house, household).changes
    return [(one.reason, one.points, one.more) for one in changes]


def redeem(place: Place, *lines: tuple[str, int]) -> str:
    keeper = Actor("keeper", "keeper", VILLAGE)
    with place.by() as ledger:
        ledger.assign_keeper(SHOP, keeper=keeper.id)
    found = place.house.read.cards.of(ZHAO)[0]
    use = CardUse(ZHAO, token_hash=found["token_hash"])
    with place.by(keeper) as ledger:
        receipt = ledger.redeem(shop=SHOP, card=use, lines=lines, pin_checked=True)
    number: str = receipt.receipt_no
    return number


def test_a_redemption_names_the_goods(place: Place, card: str) -> None:
    redeem(place, ("G01", 2), ("G02", 1))
    assert reasons(place)[0] == ("换了 牙刷 2支，肥皂 1块", -7, "")


def test_a_return_says_what_came_back(place: Place, card: str) -> None:
    receipt = redeem(place, ("G01", 2))
    with place.by() as ledger:
        undo = ledger.ask_return(receipt, reason="坏了")
    with place.by(SIGNER) as ledger:
        ledger.sign_undo(undo)
    assert reasons(place)[0] == ("退了东西，退回积分", 4, "")


def test_a_reversal_is_called_a_correction(place: Place, card: str) -> None:
    lot = place.house.read.lots.of(ZHAO)[0]["lot"]
    with place.by() as ledger:
        undo = ledger.ask_reversal(ZHAO, entry=lot, reason="记错户")
    with place.by(SIGNER) as ledger:
        ledger.sign_undo(undo)
    assert reasons(place)[0] == ("更正：加错了，收回", -40, "")


def test_an_old_paper_line_says_where_it_comes_from(place: Place) -> None:
    place.card(ZHAO)
    line = OpeningEntry("1", ZHAO, "E01", 30, date(2020, 3, 8))
    with place.by() as ledger:
        ledger.post_opening_entries([line])
    assert reasons(place)[0] == ("见义勇为（从纸账转来）", 30, "3月8日的事")


def test_base_points_are_shown_apart(place: Place) -> None:
    place.card(ZHAO)
    with place.by() as ledger:
        ledger.grant_base(ZHAO)
    assert reasons(place)[0] == ("基础分", 10, "不能换东西")
    with place.app.test_request_context():
        home = home_of(place.house, ZHAO)
    assert (home.balance, home.apart) == (0, 10)
    assert home.nearest is not None
    assert home.nearest.short == 2


@pytest.mark.row("K1")
def test_what_lapses_within_sixty_days_is_announced(place: Place) -> None:
    """Rulings 10."""
    today = business_day(place.watch())
    with place.earlier(timedelta(days=20)):
        with place.by() as ledger:
            version = ledger.draft_rules(RULES, policy=Policy(expiry_months=2))
        with place.by(SIGNER) as ledger:
            adopt_by_procedure(ledger, version, business_day(place.watch()))
    place.earn(ZHAO, 40)
    page = f"/C/{place.card(ZHAO).token}"
    assert "到期" not in place.browser().get(page).text
    place.watch.later(days=10)
    assert "有 40 分" in place.browser().get(page).text
    desk = place.signed_in("village", VILLAGE)
    soon = "有 40 分 2027年1月"
    for path in (f"{page}/all", f"/staff/households/{ZHAO}/statement"):
        assert soon in desk.get(path).text, path
    assert "到期" not in desk.get(f"{page}/all?year={today.year - 1}").text
    before = f"?from=2026-01-01&to={today}"
    assert "到期" not in desk.get(f"/staff/households/{ZHAO}/statement{before}").text
    place.watch.later(days=60)
    with place.by() as ledger:
        ledger.expire_due(business_day(place.watch()))
    assert reasons(place)[0] == ("到期清零", -40, "")


@pytest.mark.parametrize("path", BUDGETS)
def test_it_asks_no_more_than_its_budget(place: Place, card: str, path: str) -> None:
    redeem(place, ("G01", 2), ("G02", 1))
    place.browser().get(card + path)
    with statements(place.house) as heard:
        assert place.browser().get(card + path).status_code == 200
    assert len(heard) <= BUDGETS[path], "\n".join(heard)


def test_the_pin_locks_after_five_wrong_tries(place: Place, card: str) -> None:
    place.house.pins.set(ZHAO, PIN)
    villager = place.browser()
    for _ in range(5):
        assert villager.post(card + "/all", card + "/all", pin="1357").status_code == 409
    locked = villager.post(card + "/all", card + "/all", pin=PIN)
    assert "试错次数太多" in locked.text
    place.watch.later(minutes=31)
    assert villager.post(card + "/all", card + "/all", pin=PIN).status_code == 303
    assert "赵秀英" in villager.get(card + "/all").text


def test_the_opened_statement_closes_by_itself(place: Place, card: str) -> None:
    place.house.pins.set(ZHAO, PIN)
    villager = place.browser()
    villager.post(card + "/all", card + "/all", pin=PIN)
    assert "积分对账单" in villager.get(card + "/all").text
    place.watch.later(minutes=11)
    assert "请输家里的密码" in villager.get(card + "/all").text


@pytest.mark.row("K1")
def test_the_statement_adds_up(place: Place, card: str) -> None:
    redeem(place, ("G01", 2))
    desk = place.signed_in("village", VILLAGE)
    page = desk.get(card + "/all").text
    assert "赵秀英" in page
    assert page.index("−4") < page.index("+40")
    assert "36" in page
    last_year = place.watch().year - 1
    assert "这段时间没有变动" in desk.get(f"{card}/all?year={last_year}").text


def test_the_statement_tells_how_each_award_came_and_no_name(place: Place, card: str) -> None:
    page = words(place.signed_in("village", VILLAGE).get(card + "/all"))
    assert ("11月10日报的，11月10日复核，11月10日到11月17日公示（2026年10月 第1期第1行）") in page
    for actor in (MAKER, SIGNER, OPENER):
        assert actor.id not in page


def test_a_keeper_is_sent_to_the_villagers_own_phone(place: Place, card: str) -> None:
    """A PIN typed here would sign her out, and she may not see the whole statement anyway."""
    place.house.pins.set(ZHAO, PIN)
    keeper = place.signed_in("keeper", VILLAGE, shop=SHOP)
    assert "请在户主自己的手机上看" in keeper.get(card + "/all").text
    keeper.post(card + "/all", "/own", pin=PIN)
    assert keeper.get("/own").status_code == 200


def test_a_card_session_ends_with_leave(place: Place, card: str) -> None:
    place.house.pins.set(ZHAO, PIN)
    villager: Browser = place.browser()
    villager.post(card + "/all", card + "/all", pin=PIN)
    villager.post(card + "/leave", card + "/all")
    assert "请输家里的密码" in villager.get(card + "/all").text


def test_an_erased_household_keeps_its_balance_without_a_name(place: Place, card: str) -> None:
    place.house.registry.erase(ZHAO, place.watch() + timedelta(days=1))
    page = place.browser().get(card).text
    assert "我家" in page
    assert "赵" not in page


def test_unknown_and_lost_cards(place: Place, card: str) -> None:
    assert place.browser().get("/C/" + "A" * 26).status_code == 404
    assert place.browser().get("/C/short").status_code == 404
    with place.by():
        place.house.cards.block(ZHAO)
    answer = place.browser().get(card)
    assert answer.status_code == 410
    assert "怎么办" in answer.text
    assert PASSWORD not in answer.text
    assert QIAN not in answer.text
