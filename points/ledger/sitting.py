"""Use cases of sittings: minutes are entered once, and what they say happens to every case in the
same save."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from points.award import AwardCase
from points.clock import business_day
from points.envelope import current
from points.ledger.awards import KINSHIP
from points.ledger.base import command, first_id
from points.ledger.evaluating import Evaluating
from points.sitting import (
    BodySmaller,
    Minutes,
    Sitting,
    SittingKnown,
    SittingMixed,
    Vote,
    may_shrink,
)
from points.store.recorded import Hook


class Sittings(Evaluating):
    @command(first_id)
    def hold_sitting(self, minutes: Minutes, votes: Mapping[UUID, int]) -> UUID:
        """The minutes of one sitting, and the review of every case of it in the name of who enters
        them: signed where the sitting agreed, refused where it did not. `votes`: how many were in
        favour of each case. Returns its id.

        Raises `SittingKnown`, `SittingMixed`, `BodySmaller`, `UnknownCase`, `CaseClosed`,
        `UnknownAccount`, `Relative`, `OwnHousehold`, `SamePerson`, and what `Sitting.hold` raises.
        """
        with self.turn(KINSHIP):
            sitting, cases, notes = self._held(minutes, votes)
            self.save(sitting, *cases, also=notes)
        return sitting.id

    def would_hold(self, minutes: Minutes, votes: Mapping[UUID, int]) -> Sitting:
        """What entering these minutes now would record; nothing is saved. Raises alike."""
        return self._held(minutes, votes)[0]

    def _held(
        self, minutes: Minutes, votes: Mapping[UUID, int]
    ) -> tuple[Sitting, list[AwardCase], list[Hook]]:
        cases = [self._open_case(case) for case in votes]
        kin = {each.id: self.kin_of(each.id) for each in minutes.members}
        sitting = Sitting.hold(minutes, [_vote(case, votes[case.id]) for case in cases], kin)
        if self.load(Sitting, sitting.id) is not None:
            raise SittingKnown(number=sitting.number)
        self._check_size(minutes)
        self.check_seats(minutes.members)
        self.not_for_kin(*(case.household for case in cases))
        notes = [hook for case in cases for hook in self._decided(sitting, case)]
        return sitting, cases, notes

    def _check_size(self, minutes: Minutes) -> None:
        """A body's first sitting says how many belong to it, and later ones are not of fewer."""
        before = self.read.sittings.size(minutes.village, minutes.body)
        if minutes.required < before and not may_shrink(minutes.village, current().actor.place):
            raise BodySmaller(required=before)

    def _decided(self, sitting: Sitting, case: AwardCase) -> list[Hook]:
        """What the sitting said of a case happens to it; what is to be stored beside it."""
        of = (case.household.partition("-")[0], case.body or None)
        if of != (sitting.village, sitting.body):
            raise SittingMixed(household=case.household)
        if sitting.agreed_to(str(case.id)):
            case.sign(sitting.id)
            return []
        note = self._reason(case.household, sitting.number)
        case.refuse(note=note.id, note_digest=note.digest, sitting=sitting.id)
        return [note.store]


def _vote(case: AwardCase, in_favour: int) -> Vote:
    proposed_on = business_day(case.created_on)
    return Vote(str(case.id), case.household, case.proposer, proposed_on, in_favour)
