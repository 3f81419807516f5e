"""Nobody decides for who is near to her, nor answers an objection to what went through her hands;
and a case that ended by its cap had no room below it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from points.account import PointsAccount
from points.award import AwardCase
from points.caps import used
from points.checks.findings import Finding, unless
from points.checks.looks import about
from points.checks.reads import Read, Reader
from points.checks.saves import JUST_THEN, Known, Save
from points.envelope import HOUSEHOLD
from points.evaluation import Evaluation
from points.objection import Objection
from points.paper import importer_in
from points.showcase import Showcase
from points.sitting import Sitting
from points.store.reading import streams
from points.undo import Undo

_KEPT_OUT = (
    AwardCase.Signed,
    AwardCase.Refused,
    AwardCase.Noticed,
    Objection.Decided,
    Objection.Settled,
    Undo.Signed,
    Undo.Refused,
    Showcase.Created,
    Showcase.Reinspected,
    Showcase.RevocationRefused,
    Showcase.Revoked,
)
"""What a near relative of the household keeps out of."""


def whole_streams(
    sql: Connection, reader: Reader, some: Sequence[Save], firsts: dict[UUID, Any]
) -> dict[UUID, list[Read]]:
    """Streams of which more than the first event says whether something in these saves was right:
    the case that an answered objection is about, or the account of its entry, and what was to be
    undone; and the account of a case that its cap ended."""
    ids: set[UUID] = set()
    for save in some:
        for read in save.of(Objection.Decided, Objection.Settled):
            for filed in _first(firsts, read):
                ids |= {*_cases_of(filed), *_undos_of(filed), *_account_of(filed)}
        for read in save.of(AwardCase.Refused):
            if read.event.why == "cap":
                ids |= {PointsAccount.id_of(each.household) for each in _first(firsts, read)}
    found = streams(sql, sorted(ids)) if ids else {}
    return {stream: [reader.read(each) for each in events] for stream, events in found.items()}


def _first(firsts: dict[UUID, Any], read: Read) -> list[Any]:
    """The first event of the stream, if it can be read."""
    first = firsts.get(read.stream)
    return [first.event] if first is not None and first.event else []


def _cases_of(filed: Objection.Created) -> list[UUID]:
    """The case that an objection is about; an opening entry has none."""
    try:
        return [UUID(filed.case or filed.entry or "")]
    except ValueError:
        return []


def _undos_of(filed: Objection.Created) -> list[UUID]:
    """What would undo the entry that an objection is about."""
    kinds = ("credit", "deduction") if filed.entry else ()
    return [Undo.id_of(kind, filed.entry or "") for kind in kinds]


def _account_of(filed: Objection.Created) -> list[UUID]:
    return [PointsAccount.id_of(filed.household)] if filed.entry and filed.household else []


@about(*_KEPT_OUT)
def look_at_relatives(save: Save, known: Known) -> Iterator[Finding]:
    """Who declared to be near to a household keeps out of what is decided for it."""
    for read in save.of(*_KEPT_OUT):
        if read.stamp is None or getattr(read.event, "why", "review") in ("cap", "objection"):
            continue
        born = isinstance(read.event, Showcase.Created)
        first = [read.event] if born else _first(known.firsts, read)
        for household in (name for each in first for name in (each.household, _by(each)) if name):
            if known.near.surely(read.stamp.actor, household, read.stamp.instant):
                detail = f"{read.stamp.actor} is near to {household} and decides for it"
                yield Finding("duties", read.place, detail)


def _by(event: Any) -> str | None:
    """The household that objected."""
    return getattr(event, "by", None)


@about(Objection.Decided, Objection.Settled)
def look_at_deciders(save: Save, known: Known) -> Iterator[Finding]:
    """Who proposed, reviewed or hung up what an objection is about, who posted it without a notice,
    and who had a part in undoing it answers nothing of it."""
    for read in save.of(Objection.Decided, Objection.Settled):
        for filed in _first(known.firsts, read):
            if read.stamp and read.stamp.actor in _hands(filed, save.reads[0], known):
                detail = f"{read.stamp.actor} answers what went through her own hands"
                yield Finding("duties", read.place, detail)


def _hands(filed: Objection.Created, read: Read, known: Known) -> set[str]:
    """Everybody who acted in what an objection is about, or hung up its notice, before an event."""
    hands, notices = set[str](), {filed.notice}
    streams_of = (*_cases_of(filed), *_undos_of(filed), *_account_of(filed))
    for each in _before((one for id_ in streams_of for one in known.whole.get(id_, [])), read):
        match each.event:
            case AwardCase.Created():
                hands.add(each.event.proposer)
            case AwardCase.Signed():
                hands.add(each.event.signer)
            case AwardCase.Noticed():
                notices.add(each.event.notice)
            case PointsAccount.Credited(lot=filed.entry, source="opening" | "base") if each.stamp:
                hands |= {each.stamp.actor, importer_in(each.stamp.reason)}
            case Undo.Asked() | Undo.Signed() | Undo.Refused() if each.stamp:
                hands.add(each.stamp.actor)
    return hands | {known.notices[each].opened_by for each in notices if each in known.notices}


def _before(reads: Iterable[Read], read: Read) -> list[Read]:
    return [each for each in reads if each.id < read.id and each.event]


@about(Sitting.Created, Evaluation.Created)
def look_at_seats(save: Save, known: Known) -> Iterator[Finding]:
    """Who sits for a household is of it, and it has an account."""
    for read in save.of(Sitting.Created, Evaluation.Created):
        rated = isinstance(read.event, Evaluation.Created)
        for seat in read.event.judges if rated else read.event.members:
            if seat["id"].startswith(HOUSEHOLD):
                number = seat["id"].removeprefix(HOUSEHOLD)
                there = known.boards.of(PointsAccount.id_of(number)) is not None
                its = seat["household"] == number and there
                name = "evaluations" if rated else "sittings"
                yield from unless(name, read.place, **{f"{seat['id']}_is_of_this_household": its})


@about(AwardCase.Refused)
def look_at_caps(save: Save, known: Known) -> Iterator[Finding]:
    """A case that ended by its cap found it used up on its account just then."""
    for read in save.of(AwardCase.Refused):
        if read.event.why == "cap":
            for case in _first(known.firsts, read):
                full = _used_up(case, read, known)
                yield from unless("caps", read.place, the_cap_was_used_up=full)


def _used_up(case: AwardCase.Created, read: Read, known: Known) -> bool:
    """Also where a lot below the cap was reversed just then, by another process."""
    rule = known.books.rule(case.rule_version, case.rule)
    cap = rule and rule[0].the_cap()
    if cap is None or read.stamp is None:
        return False
    weight = cap.weight(known.changed.get(read.stream, case.points))

    def full(account: Any) -> bool:
        lots = account.lots.values() if account is not None else ()
        return used(lots, cap, case.rule, case.occurred_on, case.earner) + weight > cap.limit

    account, was_full = None, False
    for each in _before(known.whole.get(PointsAccount.id_of(case.household), []), read):
        just_then = each.stamp and each.stamp.instant + JUST_THEN >= read.stamp.instant
        was_full |= bool(just_then) and full(account)
        account = each.event.mutate(account)
    return case.points > 0 and (was_full or full(account))
