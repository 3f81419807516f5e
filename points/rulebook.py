"""The rule book: what earns points, how many, and how often (积分细则; domain.md §2.4).

Rules are data that staff edit; a version is drafted, taken through its procedure
(`points/procedure.py`), adopted by another person, and in force from a day on. Every credit freezes
the rule's name, points and version.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Self
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from points.aggregate import stable_id
from points.caps import Cap
from points.envelope import current
from points.lots import BUCKETS
from points.policy import CARRY_OVER, Policy
from points.procedure import (
    OPINIONS,
    LegalCheck,
    Step,
    StepTaken,
    UnknownOpinion,
    check_complete,
    check_step,
)
from points.refusals import Refusal
from points.versions import (
    POINTS_MAX,
    Adopting,
    AlreadyAdopted,
    BadLine,
    Drafting,
    VersionedBook,
)

__all__ = ["CARRY_OVER", "Policy", "Rule", "RuleBook"]

HONOUR = ("honour",)
"""Kinds of rules whose awards stand longer on the board (domain.md §2.2)."""

SHEET, PHOTO, CONSENT = "sheet", "photo", "consent"
PROOFS = ("", SHEET, PHOTO, CONSENT)
"""What must lie with an entry: nothing, a signed sheet, a photo, the family's consent."""

COUNCILS = (
    "moral_review_council",
    "customs_council",
    "mediation_committee",
    "villagers_council",
    "anti_drug_gambling_association",
    "two_committees",
)
"""Bodies of a village that sit: what they review rests on minutes."""

CIVILITY, JUDGES = "civility", "judges"
"""A kind of rules; who scores in rounds of evaluation."""

DAY_MINUTES = 24 * 60
"""One entry by time is of one day."""


class UnknownRule(Refusal):
    """The rule book in force has no such item."""

    code = "rule-unknown"


class PointsNotInRule(Refusal):
    """The points asked for are not what the rule gives; the facts say what it gives."""

    code = "points-not-in-rule"


@dataclass(frozen=True)
class Rule:
    """One item of the rule book. Points are whole numbers, negative for a deduction; `cap` counts
    `cap_of` points or times per `cap_period` and per person or household (`cap_per`). `proof` says
    in words what the award rests on, `proof_kind` (one of `PROOFS`) what must lie with it."""

    code: str
    name: str
    kind: str
    points_min: int
    points_max: int
    unit: str = ""
    cap: int | None = None
    cap_of: str = ""
    cap_period: str = ""
    cap_per: str = ""
    body: str = ""
    proof: str = ""
    bucket: str = "earned"
    proof_kind: str = ""

    @property
    def is_deduction(self) -> bool:
        return self.points_max < 0

    @property
    def sitting_of(self) -> str:
        """The body whose sitting reviews its cases; "" where one person does, for she looks at a
        signed sheet or her office decides alone."""
        return self.body if self.body in COUNCILS and self.proof_kind != SHEET else ""

    @property
    def claimable(self) -> bool:
        """Whether a household may report it itself: no sheet, round or consent tells of it."""
        told = self.proof_kind or self.body == JUDGES
        return self.kind == CIVILITY and self.points_min > 0 and not told

    @property
    def by_time(self) -> bool:
        """Whether the points are per hour of service or training."""
        return self.kind == "volunteer"

    def the_cap(self) -> Cap | None:
        if self.cap is None:
            return None
        return Cap(limit=self.cap, of=self.cap_of, period=self.cap_period, per=self.cap_per)

    @property
    def step_minutes(self) -> int:
        """Only whole steps of service count."""
        return 30 if "half-hour" in self.unit else 60

    def points_for(self, points: int | None, minutes: int | None) -> int:
        """What this rule gives, signed; raises `PointsNotInRule`.

        By time: `points_min` per hour, in whole steps (half hours where the unit says so), rounded
        down, of one day; points without minutes must be a whole number of steps. Otherwise the
        asked points must lie between `points_min` and `points_max`, and may be left out where both
        are equal.
        """
        if self.by_time:
            return self._points_by_time(points, minutes)
        if points is None and self.points_min == self.points_max:
            return self.points_min
        if points is None or not self.points_min <= points <= self.points_max:
            raise self._not_in_rule(points)
        return points

    def _points_by_time(self, points: int | None, minutes: int | None) -> int:
        per_step = self.points_min * self.step_minutes // 60
        if minutes is not None:
            earned = minutes // self.step_minutes * per_step
            if minutes > DAY_MINUTES or earned <= 0 or points not in (None, earned):
                raise self._not_in_rule(points)
            return earned
        if points is None or points <= 0 or points % per_step or points > 24 * self.points_min:
            raise self._not_in_rule(points)
        return points

    def _not_in_rule(self, points: int | None) -> PointsNotInRule:
        return PointsNotInRule(
            rule=self.code, points=points, points_min=self.points_min, points_max=self.points_max
        )


class RuleBook(VersionedBook):
    TOPIC = "rulebook"

    class Created(Aggregate.Created):
        TOPIC = "rulebook.opened"

    class Drafted(Drafting):
        TOPIC = "rulebook.drafted"

    class Adopted(Adopting):
        TOPIC = "rulebook.adopted"

    class StepRecorded(StepTaken):
        TOPIC = "rulebook.step_recorded"

    class LegallyChecked(LegalCheck):
        TOPIC = "rulebook.legally_checked"

    @event(Created)
    def __init__(self) -> None:
        super().__init__()

    @staticmethod
    def the_id() -> UUID:
        """There is one in a county."""
        return stable_id("rulebook")

    @classmethod
    def start(cls) -> Self:
        return cls.begin(cls.Created, cls.the_id())

    def draft_rules(self, rules: Sequence[Rule], policy: Policy) -> int:
        """Draft a version; raises `BadLine` for a rule or policy that contradicts itself."""
        for rule in rules:
            _check(rule)
        if why := policy.wrong():
            raise BadLine(key="policy", why=why)
        lines = [asdict(rule) for rule in rules]
        return self._draft(self.Drafted, lines, asdict(policy), key="code")

    def take_step(
        self, version: int, step: Step, *, note: str | None = None, note_digest: str | None = None
    ) -> None:
        """The next step of a draft; raises `UnknownVersion`, `AlreadyAdopted`, or as
        `check_step`."""
        if self._one(version)["effective_from"] is not None:
            raise AlreadyAdopted(version=version)
        check_step(step, self.steps_of(version), current().today)
        self.record(
            self.StepRecorded,
            version=version,
            **step.fields(),
            note=note,
            note_digest=note_digest,
        )

    def check_legally(
        self, version: int, opinion: str, *, note: str | None, note_digest: str | None
    ) -> None:
        """The legal adviser's word; raises `UnknownVersion` or `UnknownOpinion`."""
        self._one(version)
        if opinion not in OPINIONS:
            raise UnknownOpinion(opinion=opinion)
        self.record(
            self.LegallyChecked,
            version=version,
            checker=current().actor.id,
            opinion=opinion,
            note=note,
            note_digest=note_digest,
        )

    def steps_of(self, version: int) -> list[dict[str, Any]]:
        """The steps of a version so far, in their order; raises `UnknownVersion`."""
        return list(self._one(version).get("steps", []))

    def legal_of(self, version: int) -> list[dict[str, Any]]:
        """Its legal checks, the oldest first; raises `UnknownVersion`."""
        return list(self._one(version).get("legal", []))

    def adopt(self, version: int, *, effective_from: date) -> None:
        """Put a draft in force after its procedure, signed by another person than its drafter.

        Raises `UnknownVersion`, `ProcedureIncomplete`, `AlreadyAdopted`, `EffectiveInThePast` or
        `SamePerson`.
        """
        check_complete(version, self.steps_of(version))
        self._adopt(self.Adopted, version, effective_from)

    def rules_on(self, day: date) -> tuple[int, dict[str, Rule], Policy]:
        """Version number, rules by code, and policy in force on `day`."""
        number, found = self.in_force(day)
        rules = {line["code"]: Rule(**line) for line in found["lines"]}
        return number, rules, Policy(**found["policy"])

    def rule_of(self, version: int, code: str) -> tuple[Rule, Policy]:
        """A rule as a version has it, for ever; raises `UnknownVersion` or `UnknownRule`."""
        found = self._one(version)
        for line in found["lines"]:
            if line["code"] == code:
                return Rule(**line), Policy(**found["policy"])
        raise UnknownRule(rule=code, version=version)


def _check(rule: Rule) -> None:
    def bad(why: str) -> BadLine:
        return BadLine(key=rule.code, why=why)

    if not rule.code or not rule.name:
        raise bad("name-missing")
    if rule.points_min > rule.points_max or rule.points_min * rule.points_max <= 0:
        raise bad("points-range")
    if max(abs(rule.points_min), abs(rule.points_max)) > POINTS_MAX:
        raise bad("points-range")
    if rule.by_time and (rule.points_min <= 0 or rule.points_min * rule.step_minutes % 60):
        raise bad("points-per-step")
    if rule.proof_kind not in PROOFS:
        raise bad("proof-kind")
    if rule.bucket not in BUCKETS:
        raise bad("bucket")
    if rule.cap is not None and not _cap_is_whole(rule):
        raise bad("cap")


def _cap_is_whole(rule: Rule) -> bool:
    known: dict[str, Any] = {
        "cap_of": ("points", "times"),
        "cap_period": ("month", "quarter", "year", "event", "ever"),
        "cap_per": ("person", "household"),
    }
    return (rule.cap or 0) > 0 and all(
        getattr(rule, name) in allowed for name, allowed in known.items()
    )
