"""Every entry says what its version of the rule book or price list says, and no cap was broken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from points.account import PointsAccount
from points.award import PROPOSED_WITHIN, AwardCase
from points.caps import used
from points.checks.books import Books
from points.checks.findings import Finding, unequal, unless
from points.checks.looks import about
from points.checks.reads import Read
from points.redemption import Redemption
from points.rulebook import PointsNotInRule, Policy, Rule


@about(PointsAccount, AwardCase, Redemption)
def look(before: Any, read: Read, books: Books) -> Iterator[Finding]:
    event = read.event
    match event:
        case PointsAccount.Credited() | PointsAccount.Deducted() | AwardCase.Created():
            found = books.rule(event.rule_version, event.rule)
            if found is None:
                version = f"version {event.rule_version} of the rule book"
                yield Finding("frozen", read.place, f"{version} has no rule {event.rule}")
                return
            yield from unequal("frozen", read.place, item=(event.item, found[0].name))
            yield from _by_kind(before, read, books, *found)
        case Redemption.Created():
            yield from _prices(read, books)


def _by_kind(
    before: Any, read: Read, books: Books, rule: Rule, policy: Policy
) -> Iterator[Finding]:
    match read.event:
        case PointsAccount.Credited():
            yield from _credit(read, books, rule, policy)
            if read.event.source == "award" and before is not None:
                yield from _cap(before, read, rule)
        case AwardCase.Created():
            yield from _in_force(read, books)
            yield from _case(read, rule)


def _credit(read: Read, books: Books, rule: Rule, policy: Policy) -> Iterator[Finding]:
    event = read.event
    lasts = None if event.source == "base" else policy.expires_on(date.fromisoformat(read.day))
    yield from unequal(
        "frozen",
        read.place,
        bucket=(event.bucket, rule.bucket),
        redeemable=(event.redeemable, policy.redeemable(rule.bucket)),
        expires_on=(event.expires_on, lasts),
    )
    if event.source != "award":  # an award's points are those of its case
        yield from _in_force(read, books)
        yield from _allowed(read, rule, None)


def _in_force(read: Read, books: Books) -> Iterator[Finding]:
    version = books.rules(read.event.rule_version)
    held = version is not None and version.held(read)
    yield from unless("frozen", read.place, the_version_was_in_force=held)


def _case(read: Read, rule: Rule) -> Iterator[Finding]:
    event = read.event
    yield from unequal("frozen", read.place, bucket=(event.bucket, rule.bucket))
    since = date.fromisoformat(read.day) - date.fromisoformat(event.occurred_on)
    yield from unless(
        "frozen",
        read.place,
        it_had_happened=event.occurred_on <= read.day,
        it_was_not_long_past=since <= PROPOSED_WITHIN,
    )
    yield from _allowed(read, rule, event.minutes)


def _allowed(read: Read, rule: Rule, minutes: int | None) -> Iterator[Finding]:
    points = read.event.points
    try:
        allowed = rule.points_for(points, minutes)
    except PointsNotInRule:
        yield Finding("frozen", read.place, f"rule {rule.code} does not give {points} points")
    else:
        yield from unequal("frozen", read.place, points=(points, allowed))


def _cap(account: PointsAccount, read: Read, rule: Rule) -> Iterator[Finding]:
    event, cap = read.event, rule.the_cap()
    if cap is None:
        return
    before = used(account.lots.values(), cap, event.rule, event.occurred_on, event.earner)
    after = before + cap.weight(event.points)
    if after > cap.limit:
        detail = (
            f"rule {rule.code} allows {cap.limit} {cap.of} per {cap.period}, this makes {after}"
        )
        yield Finding("caps", read.place, detail)


def _prices(read: Read, books: Books) -> Iterator[Finding]:
    event = read.event
    version = books.prices(event.price_version)
    if version is None or not version.held(read):
        yield from unless("frozen", read.place, the_price_list_was_in_force=False)
        return
    for line in event.lines:
        good = version.lines.get(line["sku"])
        frozen = (line["name"], line["unit"], line["points"])
        wanted = good and (good.name, good.unit, good.points)
        yield from unequal("frozen", read.place, **{f"line_{line['sku']}": (frozen, wanted)})
