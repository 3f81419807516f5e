"""Every case, request, redemption, shop, shelf and book goes its way step by step."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from points.award import AwardCase
from points.checks.books import Books
from points.checks.findings import Finding, unequal, unless
from points.checks.looks import about
from points.checks.reads import Read
from points.pricelist import PriceList
from points.redemption import Redemption
from points.rulebook import RuleBook
from points.shop import Shop, ShopDay
from points.signoff import SignOff
from points.stock import Stock
from points.undo import Undo


@about(AwardCase, Undo, SignOff, Redemption, Shop, ShopDay, Stock, RuleBook, PriceList)
def look(before: Any, read: Read, _: Books) -> Iterator[Finding]:
    event, place = read.event, read.place
    if (own := _own_id(event)) is not None:
        yield from unequal("procedures", place, stream=(read.stream, own))
    if before is None:
        return
    match before:
        case AwardCase():
            open_still = before.state == "proposed"
            yield from unless("procedures", place, the_case_was_open=open_still)
            if isinstance(event, AwardCase.Posted):
                signatures = (len(before.signers), before.signatures_needed)
                yield from unequal("procedures", place, signatures=signatures)
        case Undo():
            wanted = ("opened", "refused") if isinstance(event, Undo.Asked) else ("asked",)
            yield from unless("procedures", place, it_was_its_turn=before.state in wanted)
        case SignOff():
            uncorrected = before.corrected_by is None
            yield from unless("procedures", place, it_stood=uncorrected)
        case Redemption():
            yield from unless("procedures", place, it_stood=before.state == "completed")
        case Shop():
            yield from _keepers(before, event, place)
        case RuleBook() | PriceList():
            yield from _versions(before, read)


def _own_id(event: Any) -> Any:
    """The stream that a first event belongs to, where its fields say so."""
    match event:
        case Shop.Created():
            return Shop.id_of(event.code)
        case ShopDay.Created():
            return ShopDay.id_of(event.shop, date.fromisoformat(event.day))
        case Stock.Created():
            return Stock.id_of(event.shop, event.sku)
        case Undo.Created():
            return Undo.id_of(event.kind, event.entry)
        case SignOff.Created():
            return SignOff.id_of(event.signer, event.place, event.period, event.number)
        case RuleBook.Created():
            return RuleBook.the_id()
        case PriceList.Created():
            return PriceList.the_id()
        case _:
            return None


def _keepers(shop: Shop, event: Any, place: str) -> Iterator[Finding]:
    serves = event.keeper in shop.keepers
    wanted = isinstance(event, Shop.KeeperReleased)
    yield from unequal("procedures", place, keeper_served_before=(serves, wanted))


def _versions(book: RuleBook | PriceList, read: Read) -> Iterator[Finding]:
    event = read.event
    if isinstance(event, (RuleBook.Drafted, PriceList.Drafted)):
        version = (event.version, len(book.versions) + 1)
        yield from unequal("procedures", read.place, version=version)
        return
    found = book.versions[str(event.version)]
    yield from unless(
        "procedures",
        read.place,
        it_was_a_draft=found["effective_from"] is None,
        it_holds_from_that_day_on=event.effective_from >= read.day,
    )


@about(Stock)
def look_at_shelves(before: Any, read: Read, _: Books) -> Iterator[Finding]:
    """Goods on hand are the sum of movements, lot by lot, and never less than nothing."""
    event, place = read.event, read.place
    if not isinstance(before, Stock):
        return
    if isinstance(event, Stock.Received):
        new = event.lot not in before.lots
        yield from unless("stock", place, the_lot_is_new=new, goods_came=event.quantity > 0)
        return
    yield from unequal("stock", place, quantity=(event.quantity, sum(n for _, n in event.takes)))
    if isinstance(event, Stock.Issued):
        for lot, quantity in event.takes:
            left = before.lots[lot]["left"] - quantity
            there = quantity > 0 and left >= 0
            yield from unless("stock", place, **{f"lot_{lot}_holds_what_is_taken": there})


@about(ShopDay)
def look_at_receipts(before: Any, read: Read, _: Books) -> Iterator[Finding]:
    """Receipts of a shop's day are numbered without a gap (rulings 15)."""
    if isinstance(before, ShopDay):
        yield from unequal("receipts", read.place, number=(read.event.number, before.last + 1))
