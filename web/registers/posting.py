"""Importing the points register: shown by one person, confirmed by another, posted as opening
entries (rulings 3, 5 and 11)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from hashlib import sha256

from points.envelope import Envelope, current, opened
from points.ledger import OpeningEntry
from points.paper import PaperOver, imported_by
from web.registers import credit_rows
from web.registers.answers import Answer, Progress, RefusedRow, portions, silent
from web.registers.credit_rows import Against, Entry
from web.registers.known import KnownHouseholds
from web.registers.layout import data_rows
from web.registers.pending import Pendings, Waiting
from web.registers.workbook import read_sheets
from web.wiring import House

KIND = "credits"


class Posting:
    def __init__(self, house: House) -> None:
        self._house = house
        self.pendings = Pendings(house.county, house.vault)

    def ask(
        self, content: bytes, place: str, *, file_name: str = "", dry_run: bool = False
    ) -> Answer:
        """Read the register for the households of `place` and keep it for the second person.

        Where the paper is over already, its rows are refused. Raises `FileUnreadable`,
        `FileTooLarge`, `HeaderNotFound`, `NothingInForce`.
        """
        entries, refused = self._read(content, place)
        new, known = self._split(entries)
        new, late = self._in_time(new)
        refused += late
        answer = Answer(len(new), known, tuple(refused), "done" if not new else "pending")
        if dry_run or not new:
            return replace(answer, state="dry-run") if dry_run else answer
        digest = sha256(content).hexdigest()
        asked = self.pendings.ask(new, kind=KIND, sha256=digest, name=file_name, place=place)
        return replace(answer, pending=asked)

    def confirm(self, import_id: str, *, progress: Progress = silent) -> Answer:
        """Post what waits, signed by the acting person.

        Safe to repeat after a break: every entry is posted once. Raises `UnknownImport`,
        `ImportDecided`, `SamePerson`, `PaperOver`, `OwnHousehold` and what the rules say of today.
        """
        waiting = self.pendings.check_second(import_id)
        posted = unchanged = done = 0
        entries = self.pendings.entries(import_id)
        self._house.ledger.check_paper(one.household for one in self._split(entries)[0])
        with _named(waiting):
            for some in portions(entries):
                answer = self._house.ledger.post_opening_entries([_opening(one) for one in some])
                posted, unchanged = posted + len(answer.imported), unchanged + len(answer.unchanged)
                progress(done := done + len(some), len(entries))
        self.pendings.decide(import_id, "confirmed")
        return Answer(posted, unchanged)

    def refuse(self, import_id: str) -> None:
        """The acting person sends the register back, or takes her own back; nothing is posted."""
        self.pendings.check_waits(import_id)
        self.pendings.decide(import_id, "refused")

    def _read(self, content: bytes, place: str) -> tuple[list[Entry], list[RefusedRow]]:
        rows = data_rows(read_sheets(content), credit_rows.COLUMNS)
        house, envelope = self._house, current()
        return credit_rows.read(
            rows,
            Against(
                KnownHouseholds(house.registry, place, (row.text("number") for row in rows)),
                house.ledger.rules_on(envelope.today)[1],
                envelope.today,
                envelope.actor.household,
                lambda content: house.vault.blind("opening", content).hex(),
            ),
        )

    def _split(self, entries: Sequence[Entry]) -> tuple[list[Entry], int]:
        """The entries that are not posted yet, and how many are."""
        lots = [self._house.ledger.opening_lot(_opening(one)) for one in entries]
        known = self._house.read.lots.known(lots)
        new = [one for one, lot in zip(entries, lots, strict=True) if lot not in known]
        return new, len(entries) - len(new)

    def _in_time(self, entries: Sequence[Entry]) -> tuple[list[Entry], list[RefusedRow]]:
        """Those whose household's paper may still come in, and the others as refused rows."""
        ends = self._house.ledger.paper_ends(one.household for one in entries)
        over = {home: day.isoformat() for home, day in ends.items() if day < current().today}
        late = [
            RefusedRow(one.row, PaperOver.code, {"day": over[one.household]}, one.sheet)
            for one in entries
            if one.household in over
        ]
        return [one for one in entries if one.household not in over], late


def _named(waiting: Waiting) -> AbstractContextManager[Envelope]:
    """The confirmation as a command of its own, whose reason names the one who imported."""
    return opened(
        replace(
            current(),
            command_id=f"import:{waiting.id}",
            request_hash=None,
            reason=imported_by(waiting.id, waiting.asked_by),
        )
    )


def _opening(one: Entry) -> OpeningEntry:
    return OpeningEntry(
        key=one.key,
        household=one.household,
        rule=one.rule,
        points=one.points,
        occurred_on=date.fromisoformat(one.occurred_on),
        reference=one.evidence,
    )
