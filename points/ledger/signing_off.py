"""Use cases of supervision: a sign-off, and its correction by another one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from points.ledger.base import command, first_id
from points.ledger.slipping import Slipping
from points.signoff import SignedOff, SignOff, UnknownSignOff
from points.store.notes import Note
from points.undo import ReasonMissing


@dataclass(frozen=True)
class Checked:
    """What was looked at: the entries of a sample, its seed, what was found, a note."""

    entries: Sequence[int]
    findings: Sequence[tuple[int, str]] = ()
    seed: str = ""
    note: str = ""


class SigningOff(Slipping):
    @command(first_id)
    def sign_off(self, place: str, period: str, checked: Checked) -> UUID:
        """The acting person's sign-off of a month of a place; returns its id.

        Raises `SignedOff`, `ReasonMissing` for a finding "other" without a note, and what
        `SignOff.sign` raises.
        """
        note = self._note_of(place, checked)
        made = _signed(place, period, checked, note)
        if self.load(SignOff, made.id) is not None:
            raise SignedOff(period=period)
        self.save(made, also=[note.store] if note else [])
        return made.id

    @command(first_id)
    def correct_sign_off(self, sign_off: UUID, checked: Checked) -> UUID:
        """A new sign-off in place of an earlier one of hers, with a note that says why.

        Raises `UnknownSignOff`, `NotHerSignOff`, `ReasonMissing`.
        """
        before = self.load(SignOff, sign_off)
        if before is None:
            raise UnknownSignOff(id=str(sign_off))
        note = self._note_of(before.place, checked)
        before.correct()
        if note is None:
            raise ReasonMissing(id=str(sign_off))
        made = _signed(before.place, before.period, checked, note, before)
        self.save(made, before, also=[note.store])
        return made.id

    def _note_of(self, place: str, checked: Checked) -> Note | None:
        note = self.note(f"place:{place}", checked.note)
        if note is None and any(code == "other" for _, code in checked.findings):
            raise ReasonMissing(place=place)
        return note


def _signed(
    place: str, period: str, checked: Checked, note: Note | None, before: SignOff | None = None
) -> SignOff:
    return SignOff.sign(
        place,
        period,
        seed=checked.seed,
        checked=checked.entries,
        findings=checked.findings,
        note=note.id if note else None,
        note_digest=note.digest if note else None,
        before=before,
    )
