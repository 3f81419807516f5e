"""One sheet of a round: typed once, row by row or column by column, with nothing but the keys.

The page works without script; with it medians show while one types, and Enter goes down a column.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, g, request
from flask.typing import ResponseReturnValue

from points.evaluation import Evaluation, ScoreOutside
from points.refusals import Refusal
from points.scoring import ITEM_MAX, ITEMS, JUDGES, TOTAL_MAX, Row
from web.access.declared import needs
from web.access.find import evaluation as in_address
from web.pages.staff.blueprint import pages
from web.pages.staff.evaluation_result import adopted
from web.pages.staff.evaluations import judge_names
from web.pages.staff.forms import NOTHING, Nays, No, once_by_form, refused, show
from web.pages.staff.shown import Home, address, back_to, homes, place_name
from web.wiring import house
from web.words.formats import in_order
from web.words.i18n import _

ROWS_MAX = 60
"""Households on one sheet."""


class SheetBlank(Refusal):
    """No score was typed."""

    code = "sheet-blank"


@dataclass(frozen=True)
class Line:
    """A household on the sheet; `seats`: for each judge what stands in her fields, or None where
    she is recused."""

    home: Home
    seats: list[list[str] | None]


@pages.get("/evaluations/<uuid:round_id>/sheet")
@needs("evaluation.hold", of=in_address())
def sheet(round_id: UUID) -> ResponseReturnValue:
    """Households that stand on no sheet yet, of a group (`?group=`); or one again (`?fix=`)."""
    return _page(round_id)


@pages.post("/evaluations/<uuid:round_id>/sheet")
@needs("evaluation.hold", of=in_address())
def score_sheet(round_id: UUID) -> ResponseReturnValue:
    try:
        found = house().ledger.evaluation(round_id)
        rows = _rows(found)
        body = {"rows": [[row.household, row.scores] for row in rows], "fix": _fix()}
        with once_by_form(body):
            house().ledger.score_sheet(round_id, rows, corrects=bool(_fix()))
    except Nays as error:
        return _page(round_id, refused(error, "sheet"))
    flash(_("录好了 %(count)s 户。", count=len(rows)))
    if _fix() or not _unscored(found, len(rows)):
        return back_to("evaluation", round_id=round_id)
    return back_to("sheet", round_id=round_id)


def _unscored(found: Evaluation, typed: int) -> bool:
    return len(found.rows) + typed < len(_groups(found.village))


def _fix() -> str:
    """The household to correct, as the address or the form says."""
    return str(request.values.get("fix", ""))[:30]


def _rows(found: Evaluation) -> list[Row]:
    """What was typed; a household without any score is left for another sheet.

    Raises `ScoreOutside` or `SheetBlank`.
    """
    parts = len(ITEMS) if found.terms.by_item else 1
    rows = []
    for household in list(dict.fromkeys(request.form.getlist("no")))[:ROWS_MAX]:
        scores = tuple(_seat(household, seat, parts) for seat in range(JUDGES))
        if any(each is not None for each in scores):
            rows.append(Row(household, scores))
    if not rows:
        raise SheetBlank
    return rows


def _seat(household: str, seat: int, parts: int) -> tuple[int, ...] | None:
    """One judge's scores, None where all of her fields are empty."""
    typed = [request.form.get(f"{household}.{seat}.{part}", "").strip() for part in range(parts)]
    if not any(typed):
        return None
    if not all(each.isascii() and each.isdigit() and len(each) <= 3 for each in typed):
        most = ITEM_MAX if parts > 1 else TOTAL_MAX
        raise ScoreOutside(household=household, most=most)
    return tuple(int(each) for each in typed)


def _groups(village: str) -> dict[str, str]:
    """Group by household, of those that have an account."""
    groups = house().registry.groups(village)
    having = house().read.accounts.balances(list(groups))
    return {number: group for number, group in groups.items() if number in having}


def _page(round_id: UUID, said: No = NOTHING) -> ResponseReturnValue:
    found = house().ledger.evaluation(round_id)
    groups = _groups(found.village)
    left = [number for number in groups if number not in found.rows]
    names = in_order(groups[number] for number in left)
    group = _group(names, left)
    offered = [number for number in left if not group or groups[number] == group][:ROWS_MAX]
    if _fix():
        offered = [number for number in found.rows if number == _fix()]
    elif said:  # nothing that was typed is lost
        offered = [number for number in request.form.getlist("no")[:ROWS_MAX] if number in groups]
    lines = _lines(found, offered)
    return show(
        "evaluation_sheet",
        said,
        round=found,
        round_id=round_id,
        place_name=place_name(found.village),
        lines=lines,
        left=len(left),
        group=group,
        groups=[(name, sum(groups[number] == name for number in left)) for name in names],
        judges=found.judge_ids,
        names=judge_names(found.judge_ids),
        items=ITEMS if found.terms.by_item else (),
        most=ITEM_MAX if found.terms.by_item else TOTAL_MAX,
        fix=_fix(),
        own=g.actor.household,
    )


def _group(names: list[str], left: list[str]) -> str:
    """The group in the address; where a village is more than one sheet, else the first."""
    asked = request.args.get("group", "")
    if asked in names:
        return asked
    return names[0] if names and len(left) > ROWS_MAX else ""


def _lines(found: Evaluation, households: list[str]) -> list[Line]:
    recused = house().ledger.recused(found.id, households)
    parts = len(ITEMS) if found.terms.by_item else 1
    named = homes(households)
    lines = []
    for household in households:
        before = found.rows.get(household, {}).get("scores", [None] * JUDGES)
        seats = [
            None if judge in recused[household] else _typed(household, seat, parts, before[seat])
            for seat, judge in enumerate(found.judge_ids)
        ]
        lines.append(Line(named[household], seats))
    return lines


def _typed(household: str, seat: int, parts: int, before: list[int] | None) -> list[str]:
    stood = [str(each) for each in before] if before else [""] * parts
    return [
        request.form.get(f"{household}.{seat}.{part}", stood[part]).strip()[:5]
        for part in range(parts)
    ]


@pages.get("/evaluations/<uuid:round_id>/print")
@needs("evaluation.read", of=in_address())
def sheet_to_print(round_id: UUID) -> ResponseReturnValue:
    """打分表: a blank page for each judge while the round is open, afterwards what was given."""
    found = house().ledger.evaluation(round_id)
    row: dict[str, Any] = house().read.evaluations.one(round_id) or {}
    groups = _groups(found.village)
    group = request.args.get("group", "")
    wanted = [number for number in groups if not group or groups[number] == group]
    households = wanted if found.state == "open" else list(found.rows)
    return show(
        "evaluation_print",
        round=found,
        shown=row,
        place_name=place_name(found.village),
        homes=list(homes(households).values()),
        judges=found.judge_ids,
        names=judge_names(found.judge_ids),
        recused=house().ledger.recused(round_id, households),
        items=ITEMS if found.terms.by_item else (),
        results={each.household: each for each in adopted(round_id)},
        group=group,
        groups=in_order(groups.values()),
        back=address("evaluation", round_id=round_id),
    )
