"""Use cases of objections that need no notice, to posted entries; and how many a day brings."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from points.account import AlreadyReversed, UnknownEntry
from points.envelope import current
from points.ledger.base import command, first_id
from points.ledger.noticing import Noticing
from points.objection import (
    ENTRY,
    ENTRY_WITHIN,
    PAPER,
    PER_DAY,
    UNNAMED_PER_DAY,
    EntryDoubted,
    EntryTooOld,
    Objection,
    TooManyToday,
    TooManyUnnamed,
)
from points.store.notes import Note
from points.undo import ReasonMissing, Undo
from points.views.objections import WAITING


class Doubting(Noticing):
    @command(first_id)
    def object_to_entry(self, household: str, *, entry: str, text: str, way: str, by: str) -> UUID:
        """A household objects to an entry of its own that was posted. `entry`: its lot or case.

        Raises `UnknownAccount`, `UnknownEntry`, `EntryTooOld`, `EntryDoubted`,
        `TooManyToday` or `ReasonMissing`.
        """
        account = self.account(household)
        if entry not in account.lots and entry not in account.deductions:
            raise UnknownEntry(entry=entry)
        self._may_doubt(household, entry)
        self.not_too_many(household.partition("-")[0], by, way)
        note = self._reason(household, text)
        objection = Objection.file(
            self.new_id(),
            village=household.partition("-")[0],
            about=ENTRY,
            way=way,
            calendar=self.days_declared(),
            notice=None,
            case=None,
            entry=entry,
            household=household,
            by=by,
            note=note.id,
            note_digest=note.digest,
        )
        self.save(objection, also=[note.store])
        return objection.id

    def _may_doubt(self, household: str, entry: str) -> None:
        """Raises `EntryTooOld` or `EntryDoubted`."""
        lines = [one for one in self.read.entries.on([entry]) if one["household"] == household]
        last = date.fromisoformat(max(one["day"] for one in lines))
        if current().today - last > ENTRY_WITHIN:
            raise EntryTooOld(days=ENTRY_WITHIN.days)
        for one in self.read.objections.to_entry(household, entry):
            if one["state"] in WAITING:
                raise EntryDoubted(due_on=one["due_on"])

    def not_too_many(self, village: str, by: str | None, way: str) -> None:
        """Raises `TooManyToday` or `TooManyUnnamed`; what came on paper is taken always."""
        if way == PAPER:
            return
        filed = self.read.objections.filed(village, current().today, by=by)
        if by is not None and filed >= PER_DAY:
            raise TooManyToday(most=PER_DAY)
        if by is None and filed >= UNNAMED_PER_DAY:
            raise TooManyUnnamed(most=UNNAMED_PER_DAY)

    def new_reversal(self, household: str, *, entry: str, reason: str) -> tuple[Undo, Note]:
        """A request to undo an entry that is not saved yet, with its reason.

        Raises `UnknownEntry`, `AlreadyReversed`, `ReasonMissing`, `OwnHousehold`, `UndoAsked` or
        `UndoClosed`.
        """
        account = self.account(household)
        credit, deduction = account.lots.get(entry), account.deductions.get(entry)
        found = credit or deduction
        if found is None:
            raise UnknownEntry(entry=entry)
        if found["reversed"]:
            raise AlreadyReversed(entry=entry)
        kind = "credit" if credit else "deduction"
        points = credit["points"] if credit else sum(take[1] for take in found["takes"])
        return self._asked(kind, entry, household, points, reason)

    def _asked(
        self, kind: str, entry: str, household: str, points: int, reason: str
    ) -> tuple[Undo, Note]:
        note = self.note(household, reason)
        if note is None:
            raise ReasonMissing(entry=entry)
        undo = self.load(Undo, Undo.id_of(kind, entry)) or Undo.open(
            kind, entry, household=household
        )
        undo.ask(points, note=note.id, note_digest=note.digest)
        return undo, note

    def _reason(self, subject: str, text: str) -> Note:
        """Raises `ReasonMissing`."""
        note = self.note(subject, text)
        if note is None:
            raise ReasonMissing(entry=subject)
        return note
