"""Use cases of evaluation: a round is opened, its sheets are typed once, the meeting closes it and
proposes what it comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from points.award import AwardCase
from points.caps import CapReached
from points.envelope import HOUSEHOLD, current
from points.evaluation import (
    Evaluation,
    HouseholdScored,
    JudgeRecused,
    NoResult,
    RoundExists,
    ScoreOutside,
    UnknownRound,
)
from points.kinship import Kinship
from points.ledger.awards import KINSHIP, Proposal
from points.ledger.base import LedgerBase, UnknownAccount, command, first_id, no_answer
from points.ledger.objecting import Objecting
from points.refusals import Refusal
from points.scoring import (
    CLEANEST,
    Judge,
    Meeting,
    Result,
    Row,
    Terms,
    last_day_of,
    star_of,
)
from points.store.notes import Note
from points.store.recorded import Notified


def _proposed(_: LedgerBase, made: Sequence[Notified]) -> list[UUID]:
    topic = AwardCase.Created.TOPIC
    return [event.originator_id for event in made if event.topic == topic]  # type: ignore[misc]  # ids here are UUIDs


class Evaluating(Objecting):
    @command(first_id)
    def open_round(
        self, village: str, kind: str, period: str, *, judges: Sequence[Judge], terms: Terms
    ) -> UUID:
        """One of a kind in a village and period; returns its id.

        Raises `NotAVillage`, `RoundExists`, `RoundPeriod`, `JudgesUnfit` or `UnknownAccount`.
        """
        made = Evaluation.open(village, kind, period, judges=judges, terms=terms)
        self.check_seats(judges)
        if self.load(Evaluation, made.id) is not None:
            raise RoundExists(period=period)
        self.save(made)
        return made.id

    @command(no_answer)
    def score_sheet(self, round_id: UUID, rows: Sequence[Row], *, corrects: bool = False) -> None:
        """A whole sheet at once: all of its rows, or none.

        Raises `UnknownRound`, `UnknownAccount`, and what `Evaluation.score` raises.
        """
        with self.turn(KINSHIP):
            found = self.evaluation(round_id)
            self._of_the_village(found, rows)
            found.score(rows, kin=self._kin_of_judges(found), corrects=corrects)
            self.save(found)

    def would_refuse(
        self, round_id: UUID, rows: Sequence[Row], *, corrects: bool = False
    ) -> dict[str, Refusal]:
        """By household, why a sheet may not have its row; nothing is saved.

        Raises `UnknownRound` or `RoundClosed`.
        """
        found = self.evaluation(round_id)
        kin, refused = self._kin_of_judges(found), dict[str, Refusal]()
        for row in rows:
            try:
                self._of_the_village(found, [row])
                found.score([row], kin=kin, corrects=corrects)
            except (UnknownAccount, HouseholdScored, ScoreOutside, JudgeRecused) as refusal:
                refused[row.household] = refusal
        return refused

    @command(_proposed)
    def close_round(
        self, round_id: UUID, meeting: Meeting, *, chosen: Sequence[str] = ()
    ) -> list[UUID]:
        """The meeting's results, and in the same save a case for each household that earned one:
        by its star, or (the cleanest) because the meeting chose it. Returns the cases.

        A household that has what its rule's cap allows gets no case. Raises `UnknownRound`,
        `NoResult`, what `Evaluation.close` raises, and what `propose` raises.
        """
        with self.turn(KINSHIP):
            found = self.evaluation(round_id)
            opened, _ = self._adopt(found, meeting, chosen)
            notes = [note.store for _, note in opened if note]
            self.save(found, *(case for case, _ in opened), also=notes)
        return [case.id for case, _ in opened]

    def would_propose(
        self, round_id: UUID, meeting: Meeting, *, chosen: Sequence[str] = ()
    ) -> tuple[list[AwardCase], list[str]]:
        """The cases that closing it now would make, and households whose rule's cap is used up;
        nothing is saved. Raises like `close_round`."""
        opened, capped = self._adopt(self.evaluation(round_id), meeting, chosen)
        return [case for case, _ in opened], capped

    def results(self, round_id: UUID) -> list[Result]:
        """What the sheets of a round come to by now, with stars; raises `UnknownRound`."""
        return self._adopted(self.evaluation(round_id), ())

    def recused(self, round_id: UUID, households: Sequence[str]) -> dict[str, list[str]]:
        """Judges who do not score these households, by household; raises `UnknownRound`."""
        found = self.evaluation(round_id)
        kin = self._kin_of_judges(found)
        return {household: found.recused(household, kin) for household in households}

    def kin_of(self, person: str) -> frozenset[str]:
        """Households that she declared to be near to."""
        found = self.load(Kinship, Kinship.id_of(person))
        return frozenset(found.kin) if found else frozenset()

    def evaluation(self, round_id: UUID) -> Evaluation:
        """Raises `UnknownRound`."""
        found = self.load(Evaluation, round_id)
        if found is None:
            raise UnknownRound(round=str(round_id))
        return found

    def check_seats(self, seats: Sequence[Judge]) -> None:
        """Who sits for a household is of it, and it is one of the county (a member may come from
        outside the village); raises `UnknownAccount`."""
        for each in seats:
            if each.id.startswith(HOUSEHOLD):
                number = each.id.removeprefix(HOUSEHOLD)
                if each.household != number:
                    raise UnknownAccount(household=number)
                self.account(number)

    def _of_the_village(self, found: Evaluation, rows: Sequence[Row]) -> None:
        """Raises `UnknownAccount`."""
        for household in self.accounts(row.household for row in rows):
            if household.partition("-")[0] != found.village:
                raise UnknownAccount(household=household)

    def _kin_of_judges(self, found: Evaluation) -> Mapping[str, frozenset[str]]:
        return {judge: self.kin_of(judge) for judge in found.judge_ids}

    def _adopted(self, found: Evaluation, chosen: Sequence[str]) -> list[Result]:
        """Raises `NoResult` for a chosen household that has none."""
        results = found.results(self._kin_of_judges(found))
        having = {each.household for each in results if each.median is not None}
        for household in chosen:
            if household not in having:
                raise NoResult(household=household)
        if found.kind == CLEANEST:
            return results
        stars = found.terms.stars
        return [
            replace(each, star=star.star) if (star := star_of(each.median, stars)) else each
            for each in results
        ]

    def _adopt(
        self, found: Evaluation, meeting: Meeting, chosen: Sequence[str]
    ) -> tuple[list[tuple[AwardCase, Note | None]], list[str]]:
        """Close it; what is to be saved beside it, and households that get nothing more."""
        opened, capped, results = [], [], []
        for result in self._adopted(found, chosen):
            rule = self._rule_for(found, result, chosen)
            made = self._case_for(found, result.household, rule, meeting) if rule else None
            opened += [made] if made else []
            capped += [result.household] if rule and not made else []
            results.append(replace(result, case=str(made[0].id) if made else None))
        found.close(meeting, results)
        return opened, capped

    def _rule_for(self, found: Evaluation, result: Result, chosen: Sequence[str]) -> str:
        if found.kind == CLEANEST:
            return found.terms.rule if result.household in chosen else ""
        star = star_of(result.median, found.terms.stars)
        return star.rule if star else ""

    def _case_for(
        self, found: Evaluation, household: str, rule: str, meeting: Meeting
    ) -> tuple[AwardCase, Note | None] | None:
        """Dated in the round's period, whose cap it counts for; its evidence is the number of the
        minutes. None where the cap is used up."""
        day = min(last_day_of(found.period), current().today)
        proposal = Proposal(household, rule, day, evidence=meeting.minutes)
        try:
            (made,) = self._opened([proposal])
        except CapReached:
            return None
        return made
