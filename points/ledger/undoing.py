"""Use cases of undoing: asked by one person with a reason, signed by another (rulings 9)."""

from __future__ import annotations

from uuid import UUID

from points.envelope import current
from points.ledger.base import command, first_id, no_answer
from points.ledger.redemptions import Redemptions
from points.redemption import AlreadyUndone, Redemption
from points.undo import ReasonMissing, Undo, UnknownUndo


class Undoing(Redemptions):
    @command(first_id)
    def ask_return(self, receipt_no: str, *, reason: str) -> UUID:
        """Ask that a redemption's goods and points go back; returns the request's id."""
        redemption = self.redemption(receipt_no)
        if redemption.state != "completed":
            raise AlreadyUndone(receipt_no=receipt_no, state=redemption.state)
        undo, note = self._asked(
            "redemption", str(redemption.id), redemption.household, redemption.points, reason
        )
        self.save(undo, also=[note.store])
        return undo.id

    @command(first_id)
    def ask_reversal(self, household: str, *, entry: str, reason: str) -> UUID:
        """Ask that a credit (by its lot) or a deduction (by its case) be reversed.

        Raises `UnknownEntry`, `AlreadyReversed`, `ReasonMissing` or `OwnHousehold`.
        """
        undo, note = self.new_reversal(household, entry=entry, reason=reason)
        self.save(undo, also=[note.store])
        return undo.id

    @command(no_answer)
    def sign_undo(self, undo_id: UUID) -> None:
        """Another person's signature carries it out in the same save.

        Raises `UnknownUndo`, `UndoClosed`, `SamePerson`, `OwnHousehold`, `Relative`,
        `TownshipSigns`, `AlreadyUndone` or `AlreadyReversed`.
        """
        undo = self._undo(undo_id)
        self.not_for_kin(undo.household)
        with self.turn(undo.household):
            undo = self._undo(undo_id)
            undo.sign()
            self.save(undo, *self._carry_out(undo))

    def _carry_out(self, undo: Undo) -> list[object]:
        if undo.kind == "redemption":
            redemption = self.load(Redemption, UUID(undo.entry))
            assert redemption is not None
            redemption.give_back(undo=str(undo.id))
            account, shelves = self.give_back(redemption, why="return")
            return [redemption, account, *shelves]
        account = self.account(undo.household)
        reverse = account.reverse_credit if undo.kind == "credit" else account.reverse_deduction
        reverse(undo.entry, undo=str(undo.id))
        account.expire(current().today.isoformat())
        return [account]

    @command(no_answer)
    def refuse_undo(self, undo_id: UUID, *, reason: str) -> None:
        """Another person says no, with her reason; raises `ReasonMissing`."""
        undo = self._undo(undo_id)
        note = self.note(undo.household, reason)
        if note is None:
            raise ReasonMissing(undo=str(undo_id))
        self.not_for_kin(undo.household)
        undo.refuse(note=note.id, note_digest=note.digest)
        self.save(undo, also=[note.store])

    def _undo(self, undo_id: UUID) -> Undo:
        found = self.load(Undo, undo_id)
        if found is None:
            raise UnknownUndo(undo=str(undo_id))
        return found
