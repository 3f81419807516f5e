"""Cases, requests, redemptions, shops and shelves: one step at a time, by another person."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from points.award import AwardCase, CaseClosed, CaseHeld, NotTheProposer
from points.envelope import Actor, OwnHousehold, SamePerson
from points.redemption import AlreadyUndone, NotTheSameKeeper, Redemption, VoidTooLate
from points.shop import NotTheKeeper, Shop, ShopDay
from points.stock import BadQuantity, OutOfStock, Stock, UnknownSource
from points.undo import TownshipSigns, Undo, UndoAsked, UndoClosed
from tests.support.cast import ADA, BEN, CLEO, DORA, FAYE, QIAN, TINA, VILLAGE, ZHAO, ZOE
from tests.support.history import DAWN, Fact, acting, given, news

NO_NOTE = {"note": None, "note_digest": None}

# Cases.


def proposed(**more: Any) -> Fact:
    usual = {
        "household": ZHAO,
        "rule": "C01",
        "rule_version": 1,
        "item": "清洁户",
        "points": 5,
        "bucket": "earned",
        "occurred_on": "2026-11-24",
        "minutes": None,
        "earner": None,
        "proposer": ADA.id,
        "signatures_needed": 1,
        "objection": None,
        "body": "",
        "photos": [],
        **NO_NOTE,
    }
    return AwardCase.Created, {**usual, **more}


deduction = proposed(points=-5, signatures_needed=2)
signed_by_ben: Fact = (AwardCase.Signed, {"signer": BEN.id, "sitting": None})
NOTICE, OBJECTION = UUID(int=2), UUID(int=3)
on_notice: Fact = (AwardCase.Noticed, {"notice": str(NOTICE), "closes_on": "2026-11-27"})
held: Fact = (AwardCase.Held, {"objection": str(OBJECTION)})
posted: Fact = (AwardCase.Posted, {})
shown = [proposed(), signed_by_ben, on_notice]
FAR_LATER = DAWN + timedelta(days=14)


def refused(why: str = "review") -> Fact:
    return AwardCase.Refused, {"why": why, **NO_NOTE}


def released(until: str) -> Fact:
    return AwardCase.Released, {"objection": str(OBJECTION), "post_after": until}


def test_one_signature_reviews_a_credit() -> None:
    case = given(AwardCase, proposed())

    with acting(BEN):
        assert case.sign()

    assert (news(case), case.state) == ([signed_by_ben], "reviewed")


def test_a_deduction_waits_for_the_second() -> None:
    case = given(AwardCase, deduction)

    with acting(BEN):
        assert not case.sign()
    with acting(DORA):
        assert case.sign()

    assert news(case) == [signed_by_ben, (AwardCase.Signed, {"signer": DORA.id, "sitting": None})]


@pytest.mark.parametrize(
    ("facts", "actor", "refusal"),
    [
        pytest.param([proposed()], ADA, SamePerson, id="the proposer"),
        pytest.param([proposed()], ZOE, OwnHousehold, id="for her own household"),
        pytest.param([deduction, signed_by_ben], BEN, SamePerson, id="a second time"),
        pytest.param([proposed(), signed_by_ben], DORA, CaseClosed, id="what is reviewed"),
        pytest.param(shown, DORA, CaseClosed, id="what hangs"),
        pytest.param([*shown, posted], DORA, CaseClosed, id="what is posted"),
        pytest.param([proposed(), refused()], BEN, CaseClosed, id="refused"),
        pytest.param([proposed(), (AwardCase.Withdrawn, {})], BEN, CaseClosed, id="withdrawn"),
    ],
)
def test_who_may_not_sign(facts: list[Fact], actor: Actor, refusal: type[Exception]) -> None:
    case = given(AwardCase, *facts)

    with acting(actor), pytest.raises(refusal):
        case.sign()

    assert news(case) == []


@pytest.mark.parametrize(("actor", "refusal"), [(ADA, SamePerson), (ZOE, OwnHousehold)])
def test_who_may_not_refuse(actor: Actor, refusal: type[Exception]) -> None:
    case = given(AwardCase, proposed())

    with acting(actor), pytest.raises(refusal):
        case.refuse(**NO_NOTE)


def test_only_the_proposer_withdraws() -> None:
    case = given(AwardCase, proposed())

    with acting(BEN), pytest.raises(NotTheProposer):
        case.withdraw()
    with acting(ADA):
        case.withdraw()

    assert news(case) == [(AwardCase.Withdrawn, {})]


def test_what_is_hung_up_was_reviewed() -> None:
    case = given(AwardCase, proposed())
    with acting(FAYE), pytest.raises(CaseClosed):
        case.show(NOTICE, "2026-11-27")

    case = given(AwardCase, proposed(), signed_by_ben)
    with acting(FAYE):
        case.show(NOTICE, "2026-11-27")
        for act in (case.withdraw, lambda: case.refuse(**NO_NOTE), case.sign):
            with pytest.raises(CaseClosed):
                act()

    assert news(case) == [on_notice]


@pytest.mark.parametrize(
    ("facts", "actor", "days", "refusal"),
    [
        pytest.param(shown[:2], FAYE, 14, CaseClosed, id="never shown"),
        pytest.param(shown, FAYE, 3, CaseHeld, id="on its last day"),
        pytest.param([*shown, held], FAYE, 14, CaseHeld, id="somebody objects"),
        pytest.param([*shown, held, released("2026-12-08")], FAYE, 14, CaseHeld, id="may appeal"),
        pytest.param([*shown, held, released("2026-12-07"), held], FAYE, 14, CaseHeld, id="did"),
        pytest.param(shown, ADA, 14, SamePerson, id="the proposer"),
        pytest.param(shown, BEN, 14, SamePerson, id="the reviewer"),
        pytest.param(shown, ZOE, 14, OwnHousehold, id="for her own household"),
        pytest.param([*shown, posted], FAYE, 14, CaseClosed, id="twice"),
        pytest.param([*shown, refused("objection")], FAYE, 14, CaseClosed, id="struck"),
    ],
)
def test_what_is_not_posted(
    facts: list[Fact], actor: Actor, days: int, refusal: type[Exception]
) -> None:
    case = given(AwardCase, *facts)

    with acting(actor, DAWN + timedelta(days=days)), pytest.raises(refusal):
        case.post()

    assert news(case) == []


def test_what_was_shown_and_is_not_held_is_posted_by_a_third_person() -> None:
    for facts in (shown, [*shown, held, released("2026-12-07")]):
        case = given(AwardCase, *facts)
        with acting(FAYE, FAR_LATER):
            case.post()
        assert news(case) == [posted]


def test_an_answer_changes_the_points_or_strikes_the_case() -> None:
    case = given(AwardCase, *shown, held)
    with acting(DORA):
        case.release(OBJECTION, post_after="2026-12-01", points=3)
    changed = (AwardCase.Changed, {"points": 3, "objection": str(OBJECTION)})
    assert (news(case), case.points) == ([changed, released("2026-12-01")], 3)

    case = given(AwardCase, *shown, held)
    with acting(DORA):
        case.strike(**NO_NOTE)
    assert (news(case), case.state) == ([refused("objection")], "refused")


# Requests to undo.

request: Fact = (Undo.Created, {"kind": "credit", "entry": "c1", "household": ZHAO})


def asked(points: int = 5, asker: Actor = ADA) -> Fact:
    return Undo.Asked, {"asker": asker.id, "points": points, **NO_NOTE}


def test_another_person_signs() -> None:
    undo = given(Undo, request, asked())

    with acting(ADA), pytest.raises(SamePerson):
        undo.sign()
    with acting(ZOE), pytest.raises(OwnHousehold):
        undo.sign()
    with acting(BEN):
        undo.sign()
        with pytest.raises(UndoClosed):
            undo.sign()

    assert news(undo) == [(Undo.Signed, {"signer": BEN.id})]


@pytest.mark.parametrize(
    ("points", "actor", "signs"),
    [(50, BEN, True), (51, BEN, False), (51, TINA, True), (51, replace(TINA, role="county"), True)],
)
def test_above_fifty_points_the_township_signs(points: int, actor: Actor, signs: bool) -> None:
    undo = given(Undo, request, asked(points))

    with acting(actor):
        if signs:
            undo.sign()
        else:
            with pytest.raises(TownshipSigns):
                undo.sign()


def test_it_is_asked_once_until_it_is_answered() -> None:
    undo = given(Undo, request, asked())

    with acting(BEN), pytest.raises(UndoAsked):
        undo.ask(5, **NO_NOTE)
    with acting(BEN):
        undo.refuse(**NO_NOTE)
        undo.ask(5, **NO_NOTE)
    with acting(ADA):
        undo.sign()
    with acting(BEN), pytest.raises(UndoClosed):
        undo.ask(5, **NO_NOTE)


def test_nobody_asks_or_refuses_for_her_own_household() -> None:
    with acting(ZOE):
        with pytest.raises(OwnHousehold):
            given(Undo, request).ask(5, **NO_NOTE)
        with pytest.raises(OwnHousehold):
            given(Undo, request, asked()).refuse(**NO_NOTE)


def test_who_asked_does_not_refuse() -> None:
    with acting(ADA), pytest.raises(SamePerson):
        given(Undo, request, asked()).refuse(**NO_NOTE)


# Redemptions.

completed: Fact = (
    Redemption.Created,
    {
        "receipt_no": "S01-20261124-0001",
        "shop": "S01",
        "day": "2026-11-24",
        "household": ZHAO,
        "keeper": CLEO.id,
        "collected_by": None,
        "price_version": 1,
        "lines": [],
        "points": 4,
        "takes": [],
    },
)


@pytest.mark.parametrize(("seconds", "free"), [(0, True), (60, True), (60.001, False)])
def test_the_keeper_voids_within_a_minute(seconds: float, free: bool) -> None:
    redemption = given(Redemption, completed)

    with acting(CLEO, DAWN + timedelta(seconds=seconds)):
        if free:
            redemption.void()
        else:
            with pytest.raises(VoidTooLate):
                redemption.void()


def test_a_minute_over_midnight_is_a_minute() -> None:
    last_second = datetime(2026, 11, 24, 15, 59, 59, tzinfo=UTC)  # 23:59:59 in Shanghai
    redemption = given(Redemption, completed, at=last_second)

    with acting(CLEO, last_second + timedelta(seconds=30)):
        redemption.void()

    assert news(redemption) == [(Redemption.Voided, {})]


def test_another_keeper_does_not_void() -> None:
    with acting(replace(CLEO, id="carl")), pytest.raises(NotTheSameKeeper):
        given(Redemption, completed).void()


@pytest.mark.parametrize("end", [(Redemption.Voided, {}), (Redemption.Returned, {"undo": "u"})])
def test_a_redemption_is_undone_once(end: Fact) -> None:
    redemption = given(Redemption, completed, end)

    with acting(CLEO):
        with pytest.raises(AlreadyUndone):
            redemption.void()
        with pytest.raises(AlreadyUndone):
            redemption.give_back(undo="u2")


# Shops.


def test_a_keeper_serves_until_she_is_released() -> None:
    shop = given(Shop, (Shop.Created, {"code": "S01", "name": "示例", "village": VILLAGE}))

    with pytest.raises(NotTheKeeper):
        shop.check_keeper("cleo")
    with acting(ADA):
        shop.assign("cleo")
        shop.assign("cleo")
        shop.check_keeper("cleo")
        shop.release("cleo")
        shop.release("cleo")

    assert news(shop) == [
        (Shop.KeeperAssigned, {"keeper": "cleo"}),
        (Shop.KeeperReleased, {"keeper": "cleo"}),
    ]
    with pytest.raises(NotTheKeeper):
        shop.check_keeper("cleo")


def test_receipts_are_numbered_by_shop_and_day() -> None:
    with acting(CLEO):
        day = ShopDay.open("S01", date(2026, 11, 24))
        numbers = [day.next_receipt() for _ in range(3)]

    assert numbers == [f"S01-20261124-000{n}" for n in (1, 2, 3)]


# Shelves.

shelf: Fact = (Stock.Created, {"shop": "S01", "sku": "G01"})


def received(lot: str, quantity: int, best_before: str | None = None) -> Fact:
    facts = {"source": "donation", "unit_cost_fen": None, "best_before": best_before, **NO_NOTE}
    return Stock.Received, {"lot": lot, "quantity": quantity, **facts}


def test_what_spoils_first_goes_first() -> None:
    stock = given(
        Stock,
        shelf,
        received("for ever", 5),
        received("next year", 5, "2027-06-01"),
        received("soon", 5, "2027-01-01"),
    )

    with acting(CLEO):
        takes = stock.issue(11, redemption="r1", receipt_no="x")

    assert takes == [["soon", 5], ["next year", 5], ["for ever", 1]]
    assert stock.on_hand == 4


def test_a_shelf_is_never_oversold() -> None:
    stock = given(Stock, shelf, received("a", 2))

    with acting(CLEO), pytest.raises(OutOfStock) as refusal:
        stock.issue(3, redemption="r1", receipt_no="x")

    assert refusal.value.facts == {"sku": "G01", "asked": 3, "on_hand": 2}
    assert news(stock) == []


def test_goods_go_back_to_their_lots() -> None:
    stock = given(Stock, shelf, received("a", 2), received("b", 2))

    with acting(CLEO):
        takes = stock.issue(3, redemption="r1", receipt_no="x")
        stock.take_back(takes, redemption="r1", receipt_no="x")

    assert {name: lot["left"] for name, lot in stock.lots.items()} == {"a": 2, "b": 2}


@pytest.mark.parametrize("quantity", [0, -1, 100_001])
def test_what_cannot_be_received(quantity: int) -> None:
    facts = {"unit_cost_fen": None, "best_before": None, **NO_NOTE}
    with acting(CLEO):
        with pytest.raises(BadQuantity):
            given(Stock, shelf).receive("a", quantity, source="donation", **facts)
        with pytest.raises(UnknownSource):
            given(Stock, shelf).receive("a", 1, source="the sky", **facts)


def test_a_case_of_another_household_is_nobodys_business() -> None:
    case = given(AwardCase, proposed(household=QIAN))

    with acting(ZOE):
        assert case.sign()
