"""Results are the medians of their sheets, without who is recused; plaques and consents go step by
step and in the hands of those who answer for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from points.award import AwardCase
from points.checks.books import Books
from points.checks.findings import Finding, unequal, unless
from points.checks.looks import about
from points.checks.reads import Read
from points.checks.saves import Known, Save
from points.consent import Consent
from points.evaluation import VILLAGE, Evaluation
from points.scoring import BODY_LEAST, COURTYARD, result_of, star_of
from points.showcase import RECTIFIED_WITHIN, REINSPECTED_AFTER, WHYS, Showcase


@about(Evaluation)
def look_at_rounds(before: Any, read: Read, _: Books) -> Iterator[Finding]:
    """One event of a round beside the sheets before it."""
    event, place = read.event, read.place
    match event:
        case Evaluation.Created():
            own = Evaluation.id_of(event.village, event.kind, event.period)
            yield from unequal("evaluations", place, stream=(read.stream, own))
            one_village = VILLAGE.fullmatch(event.village) is not None
            yield from unless("evaluations", place, it_is_of_one_village=one_village)
            yield from _acted(read, event.opened_by)
        case Evaluation.Scored() if isinstance(before, Evaluation):
            yield from unless("evaluations", place, it_was_open=before.state == "open")
            yield from unequal("evaluations", place, sheet=(event.sheet, before.sheets + 1))
            for row in event.rows:
                yield from _row(before, row, event.corrects, place)
        case Evaluation.Closed() if isinstance(before, Evaluation):
            whole = event.required >= BODY_LEAST
            enough = whole and event.present * 3 >= event.required * 2 >= event.present * 2
            open_ = before.state == "open"
            yield from unless("evaluations", place, it_was_open=open_, a_quorum_met=enough)
            yield from _results(before, event, place)


def _row(before: Evaluation, row: dict[str, Any], corrects: bool, place: str) -> Iterator[Finding]:
    known = row["household"] in before.rows
    yield from unequal("evaluations", place, corrects=(corrects, known))
    for judge, scores in zip(before.judge_ids, row["scores"], strict=True):
        if judge in row["recused"]:
            yield from unequal("evaluations", place, **{f"score_of_{judge}": (scores, None)})


def _results(before: Evaluation, event: Any, place: str) -> Iterator[Finding]:
    """Each result follows from its row; the stars from the terms that were frozen."""
    told = {result["household"]: result for result in event.results}
    yield from unequal("evaluations", place, households=(sorted(told), sorted(before.rows)))
    for household, result in told.items():
        if (row := before.rows.get(household)) is None:
            continue
        again = asdict(result_of(row, result["recused"], before.judge_ids))
        star = star_of(again["median"], before.terms.stars) if before.kind == COURTYARD else None
        wanted = {**again, "star": star.star if star else None, "recused": list(again["recused"])}
        names = ("median", "spread", "counted", "star")
        pairs = {f"{name}_of_{household}": (result[name], wanted[name]) for name in names}
        kept_out = set(row["recused"]) <= set(result["recused"])
        yield from unequal("evaluations", place, **pairs)
        yield from unless("evaluations", place, who_was_recused_stays_so=kept_out)


@about(Evaluation.Scored, Evaluation.Closed)
def look_at_judges(save: Save, known: Known) -> Iterator[Finding]:
    """Of a household and near to it: she does not count there. Nobody else is left out."""
    for read in save.of(Evaluation.Scored, Evaluation.Closed):
        first = known.firsts.get(read.stream)
        if first is None or not first.event or read.stamp is None:
            continue
        near, at, judges = known.near, read.stamp.instant, first.event.judges
        sheet = isinstance(read.event, Evaluation.Scored)
        for told in read.event.rows if sheet else read.event.results:
            home, recused = told["household"], set(told["recused"])
            own = {judge["id"] for judge in judges if judge["household"] == home}
            others = {judge["id"] for judge in judges} - own
            surely = own | {judge for judge in others if near.surely(judge, home, at)}
            before = {judge for judge in others if not sheet and near.ever(judge, home)}
            perhaps = own | before | {each for each in others if near.perhaps(each, home, at)}
            yield from unless(
                "evaluations",
                read.place,
                who_is_near_is_recused=surely <= recused,
                nobody_else_is_recused=recused <= perhaps,
            )


@about(Evaluation.Closed)
def look_at_closings(save: Save, _: Known) -> Iterator[Finding]:
    """A closing names the cases that it proposed, each for its own household."""
    for closed in save.of(Evaluation.Closed):
        named = {
            result["case"]: result["household"]
            for result in closed.event.results
            if result["case"] is not None
        }
        made = {str(read.stream): read.event.household for read in save.of(AwardCase.Created)}
        yield from unequal("evaluations", closed.place, cases=(named, made))


_HANDS: dict[type, str] = {
    Showcase.Created: "granter",
    Showcase.Reinspected: "inspector",
    Showcase.RevocationAsked: "asker",
    Showcase.RevocationRefused: "signer",
    Showcase.Revoked: "signer",
    Consent.Given: "recorder",
    Consent.Withdrawn: "recorder",
}
"""Which field names who acted."""


@about(Showcase, Consent)
def look_at_honours(before: Any, read: Read, _: Books) -> Iterator[Finding]:
    """A plaque is never in the hands of its own household, and two people take it back."""
    event, place = read.event, read.place
    if hand := _HANDS.get(type(event)):
        yield from _acted(read, getattr(event, hand))
    if isinstance(event, Showcase.Created):
        own = Showcase.id_of(event.case)
        yield from unequal("evaluations", place, stream=(read.stream, own))
        yield from _not_her_own(read, event.household)
        due = _due(event.valid_from, REINSPECTED_AFTER, event.valid_to)
        yield from unequal("evaluations", place, due_on=(event.due_on, due))
    elif isinstance(before, Showcase):
        yield from _not_her_own(read, before.household)
        stands = before.state == "valid" and read.day <= before.valid_to
        yield from unless("evaluations", place, it_stood=stands)
    if isinstance(before, Showcase) and isinstance(event, Showcase.Reinspected):
        again = REINSPECTED_AFTER if event.passed else RECTIFIED_WITHIN
        due = _due(event.day, again, before.valid_to)
        yield from unequal("evaluations", place, day=(event.day, read.day))
        yield from unequal("evaluations", place, due_on=(event.due_on, due))
    if isinstance(event, Showcase.RevocationAsked):
        yield from unless("evaluations", place, it_has_a_reason=event.why in WHYS)
    if isinstance(before, Showcase) and isinstance(
        event, (Showcase.Revoked, Showcase.RevocationRefused)
    ):
        two = before.asker not in ("", event.signer)
        yield from unless("evaluations", place, two_people_decided=two)
        if isinstance(event, Showcase.Revoked):
            yield from unequal("evaluations", place, why=(event.why, before.why))


def _due(day: str, after: timedelta, valid_to: str) -> str:
    return min((date.fromisoformat(day) + after).isoformat(), valid_to)


def _acted(read: Read, person: str) -> Iterator[Finding]:
    if read.stamp is not None:
        yield from unequal("evaluations", read.place, actor=(read.stamp.actor, person))


def _not_her_own(read: Read, household: str) -> Iterator[Finding]:
    if read.stamp is not None:
        not_own = read.stamp.actor_household != household
        yield from unless("evaluations", read.place, it_is_not_her_own=not_own)
