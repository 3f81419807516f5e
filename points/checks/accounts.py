"""An account's lots: nothing is taken that was not there, nothing comes back that was not taken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from points.account import PointsAccount
from points.aggregate import stable_id
from points.checks.books import Books
from points.checks.findings import Finding, unequal, unless
from points.checks.looks import about
from points.checks.reads import Read
from points.lots import BUCKETS, NEVER, Take, total

SOURCES = ("award", "base", "opening")


@about(PointsAccount)
def look(account: PointsAccount | None, read: Read, _: Books) -> Iterator[Finding]:
    """One event of an account, measured by the account before it."""
    event, place = read.event, read.place
    if isinstance(event, PointsAccount.Created):
        own = PointsAccount.id_of(event.household)
        yield from unequal("lots", place, stream=(read.stream, own))
    if account is None:
        return
    match event:
        case PointsAccount.Credited():
            yield from _credited(account, event, place)
        case PointsAccount.Redeemed():
            yield from unequal("lots", place, points=(event.points, total(event.takes)))
            yield from _taken(account, event.takes, read)
        case PointsAccount.Deducted():
            yield from unequal("lots", place, points=(event.points, total(event.takes)))
            yield from _taken(account, event.takes, read)
            new, most = event.case not in account.deductions, event.not_taken >= 0
            yield from unless("lots", place, the_case_is_new=new, no_more_than_the_case=most)
        case PointsAccount.Restored():
            back = total(event.back) + total(event.settled)
            yield from unequal("lots", place, points=(event.points, back))
            yield from _back(account, event.back, place)
            yield from _settled(account, event.settled, place)
        case PointsAccount.DeductionReversed():
            yield from _deduction_back(account, event, place)
        case PointsAccount.Reversed():
            yield from _reversed(account, event, place)
        case PointsAccount.Expired():
            yield from _expired(account, event, read)


def _credited(account: PointsAccount, event: Any, place: str) -> Iterator[Finding]:
    yield from unless(
        "lots",
        place,
        the_lot_is_new=event.lot not in account.lots,
        points_are_above_zero=event.points > 0,
        the_bucket_is_known=event.bucket in BUCKETS,
        the_source_is_known=event.source in SOURCES,
    )
    if event.source == "base":
        once = str(stable_id("base", account.household))
        yield from unequal("lots", place, lot_of_base_points=(event.lot, once))


def _taken(account: PointsAccount, takes: list[Take], read: Read) -> Iterator[Finding]:
    left: dict[str, int] = {}
    for lot, points, bucket in takes:
        found = account.lots.get(lot)
        if found is None:
            yield Finding("lots", read.place, f"it takes from lot {lot}, which is not there")
            continue
        left[lot] = left.get(lot, found["left"]) - points
        holds, lasts = points > 0 and left[lot] >= 0, (found["expires_on"] or NEVER) >= read.day
        spent = found["redeemable"] and not found["reversed"]
        if holds and lasts and spent and found["bucket"] == bucket:
            continue
        yield from unless(
            "lots",
            read.place,
            **{
                f"lot_{lot}_holds_what_is_taken": holds,
                f"lot_{lot}_is_of_bucket_{bucket}": found["bucket"] == bucket,
                f"lot_{lot}_may_be_spent": spent,
                f"lot_{lot}_still_lasts": lasts,
            },
        )


def _back(account: PointsAccount, back: list[Take], place: str) -> Iterator[Finding]:
    for lot, points, bucket in back:
        found = account.lots[lot]
        room = found["points"] - found["left"] - found["expired"] - found["deducted"]
        yield from unless(
            "lots",
            place,
            **{
                f"lot_{lot}_has_room_for_what_comes_back": 0 < points <= room,
                f"lot_{lot}_stands": found["bucket"] == bucket and not found["reversed"],
            },
        )


def _settled(account: PointsAccount, settled: list[Take], place: str) -> Iterator[Finding]:
    for lot, points, _ in settled:
        owed = account.owed.get(lot, 0)
        yield from unless("lots", place, **{f"lot_{lot}_owes_what_is_settled": 0 < points <= owed})


def _deduction_back(account: PointsAccount, event: Any, place: str) -> Iterator[Finding]:
    found = account.deductions[event.case]
    yield from unless("lots", place, the_deduction_stood=not found["reversed"])
    back = sorted(map(tuple, (*event.back, *event.cancelled)))
    yield from unequal(
        "lots",
        place,
        points=(event.points, total(found["takes"])),
        what_comes_back=(back, sorted(map(tuple, found["takes"]))),
        what_is_cancelled=(
            [take for take in event.cancelled if not account.lots[take[0]]["reversed"]],
            [],
        ),
    )


def _reversed(account: PointsAccount, event: Any, place: str) -> Iterator[Finding]:
    lot = account.lots[event.lot]
    yield from unless("lots", place, the_credit_stood=not lot["reversed"])
    spent = lot["points"] - lot["left"] - lot["expired"] - lot["deducted"]
    yield from unequal(
        "lots",
        place,
        taken=(event.taken, lot["left"]),
        receivable=(event.receivable, spent),
        points=(event.points, event.taken + event.receivable),
        bucket=(event.bucket, lot["bucket"]),
        redeemable=(event.redeemable, lot["redeemable"]),
    )


def _expired(account: PointsAccount, event: Any, read: Read) -> Iterator[Finding]:
    lot = account.lots[event.lot]
    last_day_is_over = event.expires_on < read.day
    yield from unless("lots", read.place, its_last_day_is_over=last_day_is_over)
    yield from unequal(
        "lots",
        read.place,
        points=(event.points, lot["left"]),
        expires_on=(event.expires_on, lot["expires_on"]),
        bucket=(event.bucket, lot["bucket"]),
        redeemable=(event.redeemable, lot["redeemable"]),
    )


@about(PointsAccount)
def look_at_cards(account: PointsAccount | None, read: Read, _: Books) -> Iterator[Finding]:
    """At most one card opens an account."""
    event, place = read.event, read.place
    if account is None:
        return
    match event:
        case PointsAccount.CardReissued():
            blocked = account.card is not None and account.card["blocked"]
            yield from unless("cards", place, the_card_before_was_lost=blocked)
        case PointsAccount.CardIssued():
            yield from unless("cards", place, it_is_the_first_card=account.card is None)
        case PointsAccount.CardReportedLost():
            active = account.card is not None and not account.card["blocked"]
            yield from unless("cards", place, there_was_a_card_to_lose=active)
            token = account.card["token_hash"] if account.card else None
            yield from unequal("cards", place, token_hash=(event.token_hash, token))
