"""Nobody decides alone or for her own household (design §1, promise 3; rulings 9 and 13)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from points.account import PointsAccount
from points.award import AwardCase
from points.checks.books import Books
from points.checks.findings import Finding, unequal, unless
from points.checks.looks import about
from points.checks.reads import Read
from points.envelope import VILLAGER
from points.notice import DAYS, DAYS_FROM_POINTS, WORKING_DAYS, Notice
from points.objection import Objection
from points.pricelist import PriceList
from points.redemption import VOID_WITHIN, Redemption
from points.rulebook import RuleBook
from points.signoff import SignOff
from points.slip import NOBODY, Slips
from points.store.recorded import Stamp
from points.undo import HIGHER, TOWNSHIP_ABOVE, Undo

BY_NOBODY = (
    PointsAccount.Created,
    PointsAccount.Expired,
    PointsAccount.CardIssued,
    PointsAccount.CardReportedLost,
)
"""What decides nothing for a household: opening, its card, and the passing of a date."""

HERS = (AwardCase.Held, AwardCase.Withdrawn)
"""What a household may do to its own case: object, and take back what it reported itself."""


@about(
    PointsAccount,
    AwardCase,
    Notice,
    Objection,
    RuleBook,
    PriceList,
    SignOff,
    Slips,
    Redemption,
    Undo,
)
def look(before: Any, read: Read, _: Books) -> Iterator[Finding]:
    """One event, measured by what was decided before and by its envelope."""
    event, stamp = read.event, read.stamp
    if stamp is None:
        return
    match event:
        case AwardCase.Created():
            yield from _acted(read, event.proposer, "proposer")
            yield from _proposed_for(stamp, event.household, read.place)
            enough = event.signatures_needed >= (2 if event.points < 0 else 1)
            yield from unless("duties", read.place, enough_signatures_are_needed=enough)
        case Notice.Created():
            yield from _acted(read, event.opened_by, "opener")
            long = any(abs(line["points"]) >= DAYS_FROM_POINTS for line in event.lines)
            days = date.fromisoformat(event.closes_on) - date.fromisoformat(event.opens_on)
            enough = days.days >= (DAYS if long else WORKING_DAYS)
            today = event.opens_on == read.day
            yield from unless("duties", read.place, it_hangs_long_enough=enough and today)
        case RuleBook.Drafted() | PriceList.Drafted():
            yield from _acted(read, event.drafter, "drafter")
        case RuleBook.LegallyChecked():
            yield from _acted(read, event.checker, "checker")
        case Slips.Given():
            nobody = stamp.actor == NOBODY and not stamp.request_id and stamp.mandate is None
            yield from unless("duties", read.place, nobody_gave_it=nobody)
        case SignOff.Created():
            yield from _acted(read, event.signer, "signer")
        case Redemption.Created():
            yield from _acted(read, event.keeper, "keeper")
            yield from _not_for_own(stamp, event.household, read.place)
        case _ if before is not None:
            yield from _measured(before, read, stamp)


def _measured(before: Any, read: Read, stamp: Stamp) -> Iterator[Finding]:
    event, place = read.event, read.place
    if isinstance(before, (AwardCase, Undo)) and not isinstance(event, HERS):
        yield from _not_for_own(stamp, before.household, place)
    if isinstance(before, PointsAccount) and not isinstance(event, BY_NOBODY):
        yield from _not_for_own(stamp, before.household, place)
    match event:
        case AwardCase.Signed():
            yield from _acted(read, event.signer, "signer")
            yield from _another(stamp, place, before.proposer, *before.signers)
        case AwardCase.Refused():
            yield from _another(stamp, place, before.proposer)
        case AwardCase.Withdrawn():
            yield from _acted(read, before.proposer, "proposer")
        case Undo.Asked():
            yield from _acted(read, event.asker, "asker")
        case Undo.Signed():
            yield from _acted(read, event.signer, "signer")
            yield from _another(stamp, place, before.asker)
            high = before.points <= TOWNSHIP_ABOVE or stamp.actor_role in HIGHER
            yield from unless("duties", place, the_township_signed=high)
        case Undo.Refused():
            yield from _another(stamp, place, before.asker)
        case RuleBook.Adopted() | PriceList.Adopted():
            yield from _another(stamp, place, before.versions[str(event.version)]["drafter"])
        case SignOff.Corrected():
            yield from _acted(read, before.signer, "signer")
        case Redemption.Voided():
            yield from _acted(read, before.keeper, "keeper")
            soon = stamp.instant - before.created_on <= VOID_WITHIN
            yield from unless("duties", place, it_was_soon_enough=soon)
        case _:
            yield from _in_public(before, read, stamp)


def _in_public(before: Any, read: Read, stamp: Stamp) -> Iterator[Finding]:
    event, place = read.event, read.place
    match event:
        case AwardCase.Noticed() | AwardCase.Posted() | AwardCase.Released():
            yield from _another(stamp, place, before.proposer, *before.signers)
        case Notice.Closed():
            yield from _acted(read, before.opened_by, "opener")
        case Objection.Decided() | Objection.Settled():
            yield from _acted(read, event.decider, "decider")
            hands = (*before.deciders, before.by, before.entered_by)
            yield from _another(stamp, place, *(each for each in hands if each))
            for household in (before.household, before.by):
                if household:
                    yield from _not_for_own(stamp, household, place)
            high = isinstance(event, Objection.Decided) or stamp.actor_role in HIGHER
            yield from unless("duties", place, the_township_decided=high)


def _acted(read: Read, person: str, part: str) -> Iterator[Finding]:
    assert read.stamp is not None
    yield from unequal("duties", read.place, **{part: (read.stamp.actor, person)})


def _another(stamp: Stamp, place: str, *before: str) -> Iterator[Finding]:
    if stamp.actor in before:
        yield Finding("duties", place, f"{stamp.actor} had acted in this matter already")


def _proposed_for(stamp: Stamp, household: str, place: str) -> Iterator[Finding]:
    """Staff propose for others, a villager for her own household."""
    if stamp.actor_role != VILLAGER:
        yield from _not_for_own(stamp, household, place)
    elif stamp.actor_household != household:
        yield Finding("duties", place, f"{stamp.actor} speaks for another household {household}")


def _not_for_own(stamp: Stamp, household: str, place: str) -> Iterator[Finding]:
    if stamp.actor_household == household:
        yield Finding("duties", place, f"{stamp.actor} decides for her own household {household}")
