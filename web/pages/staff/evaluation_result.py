"""What a round comes to: medians, how far the judges lie apart, who kept out, stars; and the
meeting that adopts it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue

from points.award import AwardCase
from points.evaluation import Evaluation
from points.scoring import CLEANEST, Meeting, Result
from web.access.authorize import at_place
from web.access.declared import needs
from web.access.find import evaluation as in_address
from web.access.gate import allowed
from web.pages.staff.blueprint import pages
from web.pages.staff.evaluations import judge_names
from web.pages.staff.forms import (
    NOTHING,
    Form,
    Nays,
    No,
    loaded,
    once_by_form,
    refused,
    show,
    text,
    whole,
)
from web.pages.staff.shown import back_to, homes, people, place_name
from web.wiring import house
from web.words.i18n import _

PEOPLE_MAX = 1000


class Closing(Form):
    minutes = text(40, required=True)
    where = text(60, required=True)
    present = whole(1, PEOPLE_MAX, required=True)
    required = whole(1, PEOPLE_MAX, required=True)


@pages.get("/evaluations/<uuid:round_id>")
@needs("evaluation.read", of=in_address())
def evaluation(round_id: UUID) -> ResponseReturnValue:
    return _page(round_id)


@pages.post("/evaluations/<uuid:round_id>/close")
@needs("evaluation.hold", of=in_address())
def close_round(round_id: UUID) -> ResponseReturnValue:
    """`act`: check (shown once more, with what would be proposed) or close."""
    try:
        wish = loaded(Closing)
        chosen = list(dict.fromkeys(request.form.getlist("no")))
        meeting = Meeting(wish["minutes"], wish["where"], wish["present"], wish["required"])
        if request.form.get("act") != "close":
            would = house().ledger.would_propose(round_id, meeting, chosen=chosen)
            return _confirm(round_id, meeting, chosen, *would)
        with once_by_form({**wish, "chosen": chosen}):
            made = house().ledger.close_round(round_id, meeting, chosen=chosen)
    except Nays as error:
        return _page(round_id, refused(error, "close"))
    flash(_("评定好了，%(count)s 户报上去了，等另一个人复核。", count=len(made)))
    return back_to("evaluation", round_id=round_id)


def _confirm(
    round_id: UUID,
    meeting: Meeting,
    chosen: list[str],
    proposed: list[AwardCase],
    capped: list[str],
) -> ResponseReturnValue:
    found = house().ledger.evaluation(round_id)
    return show(
        "evaluation_confirm",
        round=found,
        round_id=round_id,
        place_name=place_name(found.village),
        meeting=meeting,
        chosen=chosen,
        proposed=proposed,
        capped=capped,
        homes=homes([*(case.household for case in proposed), *capped]),
    )


def _page(round_id: UUID, said: No = NOTHING) -> ResponseReturnValue:
    found = house().ledger.evaluation(round_id)
    row = house().read.evaluations.one(round_id) or {}
    results = adopted(round_id) if found.state == "closed" else house().ledger.results(round_id)
    ranked = sorted(results, key=_rank)
    cases = [UUID(each.case) for each in results if each.case]
    return show(
        "evaluation",
        said,
        round=found,
        round_id=round_id,
        shown=row,
        place_name=place_name(found.village),
        results=ranked,
        totals={each.household: _totals(found, each) for each in ranked},
        corrected={number for number, each in _scores(round_id).items() if each["corrected"]},
        cases={str(case["case_id"]): case for case in house().read.cases.several(cases)},
        homes=homes([each.household for each in ranked]),
        judges=found.judge_ids,
        names=judge_names(found.judge_ids) | people([row.get("opened_by"), row.get("closed_by")]),
        kept_out=_kept_out(ranked),
        best=_best(found, ranked),
        may_hold=allowed("evaluation.hold", at_place(found.village)),
    )


def _scores(round_id: UUID) -> dict[str, dict[str, Any]]:
    return house().read.evaluations.scores(round_id)


def adopted(round_id: UUID) -> list[Result]:
    """As the meeting adopted them."""
    return [
        Result(
            row["household"],
            row["median"],
            row["spread"],
            row["counted"],
            tuple(row["recused"].split()),
            row["star"],
            str(row["case_id"]) if row["case_id"] else None,
        )
        for row in house().read.evaluations.results(round_id)
    ]


def _rank(result: Result) -> tuple[int, str]:
    return -1 if result.median is None else -result.median - 2, result.household


def _totals(found: Evaluation, result: Result) -> list[int | None]:
    scores = found.rows[result.household]["scores"]
    return [sum(each) if each is not None else None for each in scores]


def _kept_out(results: list[Result]) -> dict[str, list[str]]:
    """Households by judge: whom she did not score."""
    found: dict[str, list[str]] = {}
    for result in results:
        for judge in result.recused:
            found.setdefault(judge, []).append(result.household)
    return found


def _best(found: Evaluation, ranked: list[Result]) -> set[str]:
    """What the form ticks at first: about so many of a hundred, and who equals the last of them."""
    having = [each for each in ranked if each.median is not None]
    if found.kind != CLEANEST or not having:
        return set()
    last = having[max(1, round(len(having) * found.terms.share / 100)) - 1].median or 0
    return {each.household for each in having if (each.median or 0) >= last}
