"""A sign-off: somebody who supervises says what she checked of a month, and what she found.

Once per person, place and period; what turns out wrong is corrected by a new one that names the
one before. Nothing else of hers is ever written into the ledger.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Self
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from points.aggregate import LedgerAggregate, stable_id
from points.envelope import current
from points.refusals import Refusal

FINDINGS = ("no-paper", "points-differ", "other-household", "not-done", "other")
"""What may be wrong with an entry that was checked against its paper."""

_PERIOD = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")


class PeriodUnknown(Refusal):
    """A period is a month, 2026-11."""

    code = "period-unknown"


class PeriodNotOver(Refusal):
    """A month is signed off when it is over: until then its sample may still change."""

    code = "period-not-over"


class SignedOff(Refusal):
    """She signed this period off already; what was wrong in it is corrected."""

    code = "signed-off"


class NothingChecked(Refusal):
    """A sign-off is about entries that were looked at."""

    code = "nothing-checked"


class FindingUnknown(Refusal):
    """A finding has one of the listed codes and is about an entry that was checked."""

    code = "finding-unknown"


class NotHerSignOff(Refusal):
    """Only who signed corrects it, and each once."""

    code = "not-her-sign-off"


class UnknownSignOff(Refusal):
    code = "sign-off-unknown"


class SignOff(LedgerAggregate):
    TOPIC = "signoff"

    class Created(Aggregate.Created):
        TOPIC = "signoff.signed"
        signer: str
        role: str
        place: str
        period: str
        number: int
        corrects: str | None
        seed: str
        checked: list[int]
        findings: list[list[int | str]]
        note: str | None
        note_digest: str | None

    class Corrected(Aggregate.Event):
        TOPIC = "signoff.corrected"
        by: str

        def apply(self, aggregate: SignOff) -> None:
            aggregate.corrected_by = self.by

    @event(Created)
    def __init__(
        self,
        signer: str,
        role: str,
        place: str,
        period: str,
        number: int,
        corrects: str | None,
        seed: str,
        checked: list[int],
        findings: list[list[int | str]],
        note: str | None,
        note_digest: str | None,
    ) -> None:
        self.signer, self.role, self.place, self.period = signer, role, place, period
        self.number, self.corrects, self.seed = number, corrects, seed
        self.checked, self.findings = checked, findings
        self.note, self.note_digest = note, note_digest
        self.corrected_by: str | None = None

    @staticmethod
    def id_of(signer: str, place: str, period: str, number: int = 1) -> UUID:
        return stable_id("signoff", signer, place, period, str(number))

    @classmethod
    def sign(
        cls,
        place: str,
        period: str,
        *,
        seed: str,
        checked: Sequence[int],
        findings: Sequence[tuple[int, str]],
        note: str | None,
        note_digest: str | None,
        before: SignOff | None = None,
    ) -> Self:
        """The acting person's own; `before` is the one that it corrects. `checked`: ids of
        entries; `findings`: entry and code.

        Raises `PeriodUnknown`, `PeriodNotOver`, `NothingChecked` or `FindingUnknown`.
        """
        check_period(period)
        if not checked:
            raise NothingChecked(period=period)
        for entry, code in findings:
            if code not in FINDINGS or entry not in checked:
                raise FindingUnknown(finding=code)
        actor, number = current().actor, before.number + 1 if before else 1
        return cls.begin(
            cls.Created,
            cls.id_of(actor.id, place, period, number),
            signer=actor.id,
            role=actor.role,
            place=place,
            period=period,
            number=number,
            corrects=str(before.id) if before else None,
            seed=seed,
            checked=list(checked),
            findings=[list(each) for each in findings],
            note=note,
            note_digest=note_digest,
        )

    def correct(self) -> None:
        """Another one takes its place; raises `NotHerSignOff`."""
        actor = current().actor
        if actor.id != self.signer or self.corrected_by is not None:
            raise NotHerSignOff(id=str(self.id))
        by = self.id_of(self.signer, self.place, self.period, self.number + 1)
        self.record(self.Corrected, by=str(by))


def check_period(period: str) -> None:
    """Raises `PeriodUnknown`, or `PeriodNotOver` for the month that runs and later ones."""
    if not _PERIOD.fullmatch(period):
        raise PeriodUnknown(period=period)
    if period >= current().today.isoformat()[:7]:
        raise PeriodNotOver(period=period)
