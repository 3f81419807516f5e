"""The history in the county's order, save by save: ids, envelopes, and what belongs together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from points.award import AwardCase
from points.calendar import Calendar
from points.checks.boards import Boards
from points.checks.books import Books
from points.checks.findings import Finding, unequal, unless
from points.checks.keys import Keys
from points.checks.linked import Linked
from points.checks.near import Near
from points.checks.reads import Read, Reader
from points.evaluation import Evaluation
from points.notice import Notice
from points.objection import Objection
from points.redemption import Redemption
from points.shop import Shop
from points.showcase import Showcase
from points.sitting import Sitting
from points.store.reading import in_order, streams
from points.store.recorded import Stamp
from points.store.tables import log_head
from points.undo import Undo
from points.workdays import Declared

SAVES = 300
"""Saves that are held at once."""

JUST_THEN = timedelta(minutes=1)

_NEEDS_FIRST = (
    AwardCase.Signed,
    AwardCase.Noticed,
    AwardCase.Posted,
    AwardCase.Refused,
    Evaluation.Scored,
    Evaluation.Closed,
    Objection.Decided,
    Objection.Appealed,
    Objection.Settled,
    Redemption.Voided,
    Redemption.Returned,
    Showcase.Reinspected,
    Showcase.RevocationRefused,
    Showcase.Revoked,
    Undo.Signed,
    Undo.Refused,
)


@dataclass
class Hung:
    """A notice, as far as what was posted is measured by it."""

    opened_by: str
    month: str
    closed: bool = False


@dataclass
class Save:
    """Everything that one command wrote, in its order."""

    reads: list[Read] = field(default_factory=list)

    def of(self, *kinds: type) -> list[Read]:
        return [read for read in self.reads if isinstance(read.event, kinds)]


@dataclass
class Known:
    """What a look may ask beside the save: since when a shop's keepers are released (None: they
    serve), the first events of the streams that this portion of saves answers to, the keys; which
    notice a case hangs on, the points that an objection gave it instead, and which cases a body sat
    on, and how large it is; what hung where since when; who is near to whom; the rules, the days
    that were declared, and those of them that were declared just then."""

    county: str = ""
    keepers: dict[tuple[str, str], datetime | None] = field(default_factory=dict)
    codes: dict[UUID, str] = field(default_factory=dict)
    firsts: dict[UUID, Any] = field(default_factory=dict)
    whole: dict[UUID, list[Read]] = field(default_factory=dict)
    keys: Keys = field(default_factory=Keys)
    notices: dict[str, Hung] = field(default_factory=dict)
    hung: dict[UUID, str] = field(default_factory=dict)
    boards: Boards = field(default_factory=Boards)
    near: Near = field(default_factory=Near)
    sat: set[UUID] = field(default_factory=set)
    bodies: dict[tuple[str, str], int] = field(default_factory=dict)
    changed: dict[UUID, int] = field(default_factory=dict)
    books: Books = field(default_factory=lambda: Books({}, {}))
    days: dict[str, bool] = field(default_factory=dict)
    just_declared: list[tuple[datetime, Calendar.DayDeclared]] = field(default_factory=list)
    linked: Linked = field(default_factory=Linked)

    def learn(self, save: Save) -> None:
        for read in save.reads:
            self.near.learn(read)
            self.boards.learn(read)
            self.linked.learn(read)
            match read.event:
                case Sitting.Created():
                    self.bodies[read.event.village, read.event.body] = read.event.required
                case AwardCase.Signed() if read.event.sitting:
                    self.sat.add(read.stream)
                case Shop.Created():
                    self.codes[read.stream] = read.event.code
                case Shop.KeeperAssigned():
                    self.keepers[self._keeper(read)] = None
                case Shop.KeeperReleased():
                    self.keepers[self._keeper(read)] = read.stamp and read.stamp.instant
                case Notice.Created():
                    self.notices[str(read.stream)] = Hung(read.event.opened_by, read.event.month)
                case Notice.Closed() if str(read.stream) in self.notices:
                    self.notices[str(read.stream)].closed = True
                case Calendar.DayDeclared() if read.stamp:
                    self.just_declared.append((read.stamp.instant + JUST_THEN, read.event))
                case AwardCase.Noticed():
                    self.hung[read.stream] = read.event.notice
                case AwardCase.Changed():
                    self.changed[read.stream] = read.event.points
                case AwardCase.Posted() | AwardCase.Refused():
                    self.hung.pop(read.stream, None)
                    self.sat.discard(read.stream)
                    self.changed.pop(read.stream, None)

    def calendars(self, read: Read) -> list[Declared]:
        """The days that were declared before this event, as it may have found them: it reads the
        calendar, and writes nothing to it. The last are those that stand before it."""
        at = read.stamp and read.stamp.instant
        while at and self.just_declared and self.just_declared[0][0] < at:
            _, told = self.just_declared.pop(0)
            self.days = {**self.days, told.day: told.working}
        found = [self.days]
        for _, told in self.just_declared:
            found.append({**found[-1], told.day: told.working})
        return list(found)

    def _keeper(self, read: Read) -> tuple[str, str]:
        return self.codes.get(read.stream, ""), read.event.keeper

    def served(self, shop: str, keeper: str, at: datetime) -> bool:
        """Whether this person kept the shop. Who is released may have been serving just then:
        a redemption reads its shop and writes nothing to it."""
        if (shop, keeper) not in self.keepers:
            return False
        released = self.keepers[shop, keeper]
        return released is None or at < released + JUST_THEN


def portions(sql: Connection, reader: Reader, after: int = 0) -> Iterator[list[Save]]:
    """The history after an event as saves, some hundreds at a time. A command's events stand
    together."""
    some = [Save()]
    for stored in (each for batch in in_order(sql, after) for each in batch):
        read = reader.read(stored)
        last = some[-1].reads
        if last and not _together(last[-1], read):
            if len(some) >= SAVES:
                yield some
                some = []
            some.append(Save())
        some[-1].reads.append(read)
    yield some


def _together(before: Read, read: Read) -> bool:
    if before.stamp is None or read.stamp is None:
        return False
    return before.stamp.command_id == read.stamp.command_id


def first_events(sql: Connection, reader: Reader, some: list[Save]) -> dict[UUID, Any]:
    """The first event of each stream that something in these saves is measured by."""
    ids = {read.stream for save in some for read in save.of(*_NEEDS_FIRST)}
    sittings = [read.event for save in some for read in save.of(Sitting.Created)]
    ids |= {UUID(each["case"]) for event in sittings for each in event.decisions}
    found = streams(sql, sorted(ids), lte=1) if ids else {}
    return {stream: reader.read(events[0]) for stream, events in found.items()}


def check_ids(save: Save, expected: int) -> Iterator[Finding]:
    """Ids without a gap, from `expected` on."""
    for read in save.reads:
        if read.id != expected:
            yield Finding("ids", read.place, f"id {expected} is missing before it")
        expected = read.id + 1


def check_head(sql: Connection, last: int) -> Iterator[Finding]:
    head = sql.scalar(select(log_head.c.last_id))
    yield from unequal("ids", "log_head", last_id=(head, last))


def look_at_envelopes(save: Save, _: Known) -> Iterator[Finding]:
    """One envelope for all events of a save, counted from 0, each with a salt of its own."""
    first = save.reads[0].stamp
    for seq, read in enumerate(save.reads):
        if read.stamp is None or first is None:
            yield Finding("envelopes", read.place, "it has no envelope")
            continue
        own = read.stamp
        if own.command_seq != seq or _SAME(own) != _SAME(first) or (seq and own.mandate):
            mandate = None if seq else first.mandate
            wanted = first._replace(command_seq=seq, mandate=mandate)._asdict() | _free(own)
            pairs = {name: (value, wanted[name]) for name, value in own._asdict().items()}
            yield from unequal("envelopes", read.place, **pairs)
        if len(own.salt or b"") != 16:
            yield from unless("envelopes", read.place, the_salt_has_16_bytes=False)


_FREE = ("salt", "key_id", "signature")
"""What each event of a save has for itself."""

_SAME = attrgetter(*(n for n in Stamp._fields if n not in (*_FREE, "command_seq", "mandate")))


def _free(stamp: Stamp) -> dict[str, Any]:
    return {name: getattr(stamp, name) for name in _FREE}
