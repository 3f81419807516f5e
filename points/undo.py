"""Undoing an entry: asked by one person with a reason, signed by another, once (rulings 9).

What can be undone: a credit or a deduction (`reversal`), a redemption (`return`). Above
`TOWNSHIP_ABOVE` points the signer is of the township or the county.
"""

from __future__ import annotations

from typing import Self
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from points.aggregate import LedgerAggregate, stable_id
from points.envelope import another_than, current, not_for_own
from points.refusals import Refusal

TOWNSHIP_ABOVE = 50
"""Points above which the village cannot undo alone (domain.md §4, P7)."""

HIGHER = ("township", "county")


class UndoClosed(Refusal):
    """This request was answered already."""

    code = "undo-closed"


class UndoAsked(Refusal):
    """Somebody asked for the same already, and it waits for a signature."""

    code = "undo-asked"


class TownshipSigns(Refusal):
    """So many points are undone by the township only."""

    code = "township-signs"


class ReasonMissing(Refusal):
    """Nothing is undone without a reason."""

    code = "reason-missing"


class UnknownUndo(Refusal):
    code = "undo-unknown"


class Undo(LedgerAggregate):
    """One stream per entry, so that an entry is undone at most once."""

    TOPIC = "undo"

    class Created(Aggregate.Created):
        TOPIC = "undo.opened"
        kind: str
        entry: str
        household: str

    class Asked(Aggregate.Event):
        TOPIC = "undo.asked"
        asker: str
        points: int
        note: str | None
        note_digest: str | None

        def apply(self, aggregate: Undo) -> None:
            aggregate.asker, aggregate.points = self.asker, self.points
            aggregate.state = "asked"

    class Signed(Aggregate.Event):
        TOPIC = "undo.signed"
        signer: str

        def apply(self, aggregate: Undo) -> None:
            aggregate.state = "signed"

    class Refused(Aggregate.Event):
        TOPIC = "undo.refused"
        note: str | None
        note_digest: str | None

        def apply(self, aggregate: Undo) -> None:
            aggregate.state = "refused"

    @event(Created)
    def __init__(self, kind: str, entry: str, household: str) -> None:
        self.kind, self.entry, self.household = kind, entry, household
        self.state, self.asker, self.points = "opened", "", 0

    @staticmethod
    def id_of(kind: str, entry: str) -> UUID:
        return stable_id("undo", kind, entry)

    @classmethod
    def open(cls, kind: str, entry: str, *, household: str) -> Self:
        """`kind`: credit, deduction or redemption; `entry`: lot, case or redemption id."""
        return cls.begin(
            cls.Created, cls.id_of(kind, entry), kind=kind, entry=entry, household=household
        )

    def ask(self, points: int, *, note: str | None, note_digest: str | None) -> None:
        """Ask for it, with a reason; raises `OwnHousehold`, `UndoAsked` or `UndoClosed`.

        After a refusal it may be asked again.
        """
        asker = not_for_own(self.household)
        if self.state == "asked":
            raise UndoAsked(undo=str(self.id))
        if self.state == "signed":
            raise UndoClosed(undo=str(self.id), state=self.state)
        self.record(self.Asked, asker=asker.id, points=points, note=note, note_digest=note_digest)

    def sign(self) -> None:
        """Another person's signature; raises `SamePerson`, `OwnHousehold`, `TownshipSigns`."""
        signer = self._answering()
        if self.points > TOWNSHIP_ABOVE and current().actor.role not in HIGHER:
            raise TownshipSigns(points=self.points, limit=TOWNSHIP_ABOVE)
        self.record(self.Signed, signer=signer)

    def refuse(self, *, note: str | None, note_digest: str | None) -> None:
        self._answering()
        self.record(self.Refused, note=note, note_digest=note_digest)

    def _answering(self) -> str:
        if self.state != "asked":
            raise UndoClosed(undo=str(self.id), state=self.state)
        not_for_own(self.household)
        return another_than(self.asker).id
