"""Everything that must hold in a county, checked from its events (design §9; domain.md §2.9).

`check(county)` changes nothing and needs no quiet: each part of it reads one moment of the county.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import Connection

from points.checks import sums
from points.checks.authorship import look_at_signature
from points.checks.books import read_books
from points.checks.evaluated import look_at_closings, look_at_judges
from points.checks.findings import Finding
from points.checks.gaps import gaps
from points.checks.hands import (
    look_at_caps,
    look_at_deciders,
    look_at_relatives,
    look_at_seats,
    whole_streams,
)
from points.checks.looks import at_save
from points.checks.noticed import (
    look_at_kinds,
    look_at_last_days,
    look_at_notices,
    look_at_postings,
)
from points.checks.objected import (
    look_at_answers,
    look_at_due_days,
    look_at_holds,
    look_at_linked,
    look_at_objections,
)
from points.checks.papers import look_at_paper
from points.checks.posted import look_at_awards, look_at_undos
from points.checks.reads import Reader
from points.checks.redeemed import look_at_redemptions, look_at_returns
from points.checks.sat import look_at_sittings
from points.checks.saves import (
    Known,
    Save,
    check_head,
    check_ids,
    first_events,
    look_at_envelopes,
    portions,
)
from points.checks.side_by_side import processes_for, run, told
from points.checks.streams import check_streams
from points.checks.totals import Totals
from points.rebuild import compare
from points.store.county import County
from points.store.protection import missing_protections

__all__ = ["CHECKS", "Finding", "check", "gaps"]

CHECKS = {
    "protections": "the database itself refuses to change or lose events",
    "ids": "event ids have no gap, and the log's head is the last of them",
    "envelopes": "every event has its envelope, one for all events of a command",
    "authorship": "every save is signed by a key that was registered before",
    "readable": "every event is of a known kind and has that kind's fields",
    "versions": "every stream has all its versions",
    "folds": "every event follows from those before it",
    "snapshots": "every snapshot is what the events up to it come to",
    "lots": "nothing is taken from a lot that it did not hold, and each debit says its lots",
    "identity": "issued = redeemed + outstanding + expired + reversed + deducted",
    "frozen": "rule, price, name and expiry of an entry are those of its version",
    "caps": "no award went over the cap of its rule, and none ended by a cap that had room",
    "duties": "nobody decided alone, twice in a matter, for her own household or a near one",
    "procedures": "cases, requests, redemptions, shops and books went step by step",
    "redemptions": "each redemption has its debit and its goods, and each of them a redemption",
    "receipts": "receipts of a shop's day are numbered without a gap",
    "awards": "each award has its posted case, and each posted case its entry",
    "paper": "paper registers came in soon, by two people, before their village had a notice",
    "notices": "each notice lists its cases for its days, and each case is posted after them",
    "objections": "an objection holds and changes its own case, in its days, and this is shown",
    "sittings": "what a body must decide it decided: a quorum, a majority, nobody near to it",
    "evaluations": "results are the medians of their sheets, plaques and consents in proper hands",
    "undos": "each signed request undid its entry, and nothing was undone without one",
    "cards": "at most one card opens an account",
    "views": "the live views are those that the events come to",
    "journal": "every entry of the journal adds up to nothing",
    "balances": "balances are the sums of entries and of lots, never below zero",
    "stock": "goods on hand are the sum of movements, never below zero",
}
"""The name of each check, and what holds when it finds nothing."""

SAVE_LOOKS = (
    look_at_envelopes,
    look_at_signature,
    look_at_redemptions,
    look_at_returns,
    look_at_awards,
    look_at_paper,
    look_at_notices,
    look_at_kinds,
    look_at_last_days,
    look_at_postings,
    look_at_linked,
    look_at_objections,
    look_at_due_days,
    look_at_holds,
    look_at_answers,
    look_at_relatives,
    look_at_deciders,
    look_at_caps,
    look_at_judges,
    look_at_seats,
    look_at_closings,
    look_at_sittings,
    look_at_undos,
)
"""What looks at each save as a whole."""


def check(county: County, *, told_max: int = 100, processes: int | None = None) -> list[Finding]:
    """What does not hold in a county, at most `told_max` findings of each check.

    `processes`: how many work side by side; by default as many as pay.
    """
    side_by_side = processes_for(county) if processes is None else processes
    kept: list[Finding] = []
    found: Counter[str] = Counter()
    for part in run(county, PARTS, side_by_side, told_max):
        kept += part.kept
        found += part.found
    whole = told(kept, told_max)
    beyond = {name: n - told_max for name, n in found.items() if n > told_max}
    return whole.kept + [Finding(name, "elsewhere", f"and {n} more") for name, n in beyond.items()]


def check_saves(county: County) -> Iterator[Finding]:
    """The history in its order."""
    with county.moment() as sql:
        yield from _guarded("protections", _protections(sql, county.schema))
        yield from _guarded("readable", _save_by_save(sql, Reader(), Known(county.code)))


def check_folds(county: County) -> Iterator[Finding]:
    """The history stream by stream, and what the views add up to."""
    with county.moment() as sql:
        reader, counted = Reader(), Totals()
        books = read_books(sql, reader)
        yield from _guarded("readable", check_streams(sql, reader, books, counted))
        yield from _guarded("journal", sums.journal(sql, counted))
        yield from _guarded("balances", sums.balances(sql))
        yield from _guarded("stock", sums.stock(sql))
        yield from _guarded("cards", sums.active_cards(sql))


def check_views(county: County) -> Iterator[Finding]:
    """The views beside a fresh fold."""
    yield from _guarded("views", _views(county))


PARTS = (check_saves, check_folds, check_views)
"""What can go on side by side; each reads one moment."""


def _guarded(check: str, findings: Iterator[Finding]) -> Iterator[Finding]:
    """What was tampered with may break a check off; that too is a finding."""
    try:
        yield from findings
    except Exception as error:  # noqa: BLE001
        yield Finding(check, "the county", f"cannot be checked: {type(error).__name__} {error}")


def _protections(sql: Connection, schema: str | None) -> Iterator[Finding]:
    for what in missing_protections(sql, schema):
        yield Finding("protections", "database", what)


def _views(county: County) -> Iterator[Finding]:
    for difference in compare(county):
        yield Finding("views", difference.place, difference.detail)


def _save_by_save(sql: Connection, reader: Reader, known: Known) -> Iterator[Finding]:
    known.books, last = read_books(sql, reader), 0
    for some in portions(sql, reader):
        known.firsts = first_events(sql, reader, some)
        known.whole = whole_streams(sql, reader, some, known.firsts)
        for save in some:
            yield from check_ids(save, last + 1)
            yield from _look(save, known)
            last = save.reads[-1].id if save.reads else last
    yield from check_head(sql, last)


def _look(save: Save, known: Known) -> Iterator[Finding]:
    if not save.reads:
        return
    for look in at_save(SAVE_LOOKS, frozenset(type(read.event) for read in save.reads)):
        try:
            yield from look(save, known)
        except Exception as error:  # noqa: BLE001  what was tampered with may raise anything
            detail = f"cannot be compared: {type(error).__name__} {error}"
            yield Finding("readable", save.reads[0].place, detail)
    known.learn(save)
