"""An evaluation round: three judges score the households of a village, each sheet is typed once.

`cleanest` every month (C01), `courtyard` every quarter by the five-beauty checklist (C02; domain.md
§2.4). A household's result is the median of three scores; a judge of that household or near to it
is recused there, and of two scores the mean counts, rounded down. Fewer give no result. What makes
a star is frozen when the round opens.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Self
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from points.aggregate import LedgerAggregate, stable_id
from points.envelope import current
from points.refusals import Refusal
from points.scoring import (
    CLEANEST,
    COURTYARD,
    ITEM_MAX,
    ITEMS,
    JUDGES,
    KINDS,
    TOTAL_MAX,
    Judge,
    Meeting,
    Result,
    Row,
    Star,
    Terms,
    period_of,
    recused_of,
    result_of,
)

MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
QUARTER = re.compile(r"\d{4}-Q[1-4]")
VILLAGE = re.compile(r"\d{12}")
PERIODS: Mapping[str, re.Pattern[str]] = {CLEANEST: MONTH, COURTYARD: QUARTER}


class RoundPeriod(Refusal):
    """Of a month or a quarter that has begun, 2026-11 or 2026-Q4, and of a kind that there is."""

    code = "round-period"


class NotAVillage(Refusal):
    """A round is of one village; one of a township would be of no household."""

    code = "not-a-village"


class RoundExists(Refusal):
    """One round of a kind in a village and period."""

    code = "round-exists"


class RoundClosed(Refusal):
    """Its results stand: what is wrong in them is objected to, or undone."""

    code = "round-closed"


class RoundEmpty(Refusal):
    """No household was scored, or no score was given."""

    code = "round-empty"


class UnknownRound(Refusal):
    code = "round-unknown"


class JudgesUnfit(Refusal):
    """Three different judges, no two of one household."""

    code = "judges-unfit"


class JudgeRecused(Refusal):
    """She is of this household or near to it: her score does not count, so it is not entered."""

    code = "judge-recused"


class ScoreOutside(Refusal):
    """Whole numbers, each item and total within its bounds."""

    code = "score-outside"


class HouseholdScored(Refusal):
    """It stands on a sheet already; what is wrong there is entered as a correction."""

    code = "household-scored"


class NoResult(Refusal):
    """Only a household with a result is the cleanest."""

    code = "no-result"


class Evaluation(LedgerAggregate):
    TOPIC = "evaluation"

    class Created(Aggregate.Created):
        TOPIC = "evaluation.opened"
        village: str
        kind: str
        period: str
        judges: list[dict[str, Any]]
        terms: dict[str, Any]
        opened_by: str

    class Scored(Aggregate.Event):
        TOPIC = "evaluation.scored"
        sheet: int
        corrects: bool
        rows: list[dict[str, Any]]

        def apply(self, aggregate: Evaluation) -> None:
            aggregate.sheets = self.sheet
            aggregate.rows.update({row["household"]: row for row in self.rows})

    class Closed(Aggregate.Event):
        TOPIC = "evaluation.closed"
        minutes: str
        place: str
        present: int
        required: int
        results: list[dict[str, Any]]

        def apply(self, aggregate: Evaluation) -> None:
            aggregate.state = "closed"

    @event(Created)
    def __init__(
        self,
        village: str,
        kind: str,
        period: str,
        judges: list[dict[str, Any]],
        terms: dict[str, Any],
        opened_by: str,
    ) -> None:
        self.village, self.kind, self.period = village, kind, period
        self.judges, self.frozen, self.opened_by = judges, terms, opened_by
        self.sheets, self.state = 0, "open"
        self.rows: dict[str, dict[str, Any]] = {}

    @staticmethod
    def id_of(village: str, kind: str, period: str) -> UUID:
        return stable_id("evaluation", village, kind, period)

    @classmethod
    def open(
        cls, village: str, kind: str, period: str, *, judges: Sequence[Judge], terms: Terms
    ) -> Self:
        """Raises `NotAVillage`, `RoundPeriod` or `JudgesUnfit`."""
        today = current().today
        if not VILLAGE.fullmatch(village):
            raise NotAVillage(place=village)
        if kind not in KINDS or not PERIODS[kind].fullmatch(period):
            raise RoundPeriod(period=period)
        if period > period_of(kind, today):
            raise RoundPeriod(period=period)
        homes = [each.household for each in judges if each.household]
        alone = len({each.id for each in judges}) == JUDGES == len(judges)
        if not alone or len(set(homes)) < len(homes):
            raise JudgesUnfit(judges=len(judges))
        return cls.begin(
            cls.Created,
            cls.id_of(village, kind, period),
            village=village,
            kind=kind,
            period=period,
            judges=[asdict(each) for each in judges],
            terms={**asdict(terms), "stars": [asdict(each) for each in terms.stars]},
            opened_by=current().actor.id,
        )

    @property
    def terms(self) -> Terms:
        stars = tuple(Star(**each) for each in self.frozen["stars"])
        return Terms(**{**self.frozen, "stars": stars})

    @property
    def judge_ids(self) -> list[str]:
        return [each["id"] for each in self.judges]

    def recused(self, household: str, kin: Mapping[str, frozenset[str]]) -> list[str]:
        """Judges who do not count for a household; `kin`: judge -> households near to her."""
        return recused_of(self.judges, household, kin)

    def score(
        self, rows: Sequence[Row], *, kin: Mapping[str, frozenset[str]], corrects: bool = False
    ) -> None:
        """One sheet, typed once. `corrects`: its households stand on an earlier one already.

        Raises `RoundClosed`, `RoundEmpty`, `HouseholdScored`, `ScoreOutside` or `JudgeRecused`.
        """
        self._open()
        if not rows:
            raise RoundEmpty(round=str(self.id))
        seen: set[str] = set()
        for row in rows:
            if row.household in seen or (row.household in self.rows) != corrects:
                raise HouseholdScored(household=row.household)
            seen.add(row.household)
            self._check(row, self.recused(row.household, kin))
        sheet = [
            {
                "household": row.household,
                "scores": [list(each) if each else None for each in row.scores],
                "recused": self.recused(row.household, kin),
            }
            for row in rows
        ]
        self.record(self.Scored, sheet=self.sheets + 1, corrects=corrects, rows=sheet)

    def _check(self, row: Row, recused: Sequence[str]) -> None:
        many, most = (len(ITEMS), ITEM_MAX) if self.terms.by_item else (1, TOTAL_MAX)
        if len(row.scores) != JUDGES or not (any(row.scores) or recused):
            raise ScoreOutside(household=row.household, most=most)
        for judge, scores in zip(self.judge_ids, row.scores, strict=True):
            if scores is None:
                continue
            if judge in recused:
                raise JudgeRecused(household=row.household, judge=judge)
            if len(scores) != many or not all(0 <= each <= most for each in scores):
                raise ScoreOutside(household=row.household, most=most)

    def results(self, kin: Mapping[str, frozenset[str]]) -> list[Result]:
        """What the sheets come to now, in their order; who became near meanwhile is recused too."""
        found = []
        for row in self.rows.values():
            now = self.recused(row["household"], kin)
            recused = [each for each in self.judge_ids if each in row["recused"] or each in now]
            found.append(result_of(row, recused, self.judge_ids))
        return found

    def close(self, meeting: Meeting, results: Sequence[Result]) -> None:
        """The meeting adopts the results; raises `RoundClosed`, `RoundEmpty`, `MinutesMissing`,
        `BodyTooSmall` or `QuorumMissing`."""
        self._open()
        if not results:
            raise RoundEmpty(round=str(self.id))
        meeting.check()
        told = [{**asdict(each), "recused": list(each.recused)} for each in results]
        self.record(self.Closed, **asdict(meeting), results=told)

    def _open(self) -> None:
        if self.state != "open":
            raise RoundClosed(round=str(self.id))
