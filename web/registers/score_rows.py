"""A sheet of scores (打分表) as a file: a row a household, three columns or three times five.

A sheet is taken whole, so one bad row holds it back. A judge who keeps out leaves her cells blank,
and a household without any score is left for another sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from points.refusals import Refusal
from points.scoring import ITEM_MAX, ITEMS, JUDGES, TOTAL_MAX
from points.scoring import Row as Scored
from web.registers import fields
from web.registers.answers import RefusedRow
from web.registers.cells import CellError, whole_number
from web.registers.known import KnownHouseholds
from web.registers.layout import Column, Row

SEATS = ("评委一", "评委二", "评委三")
assert len(SEATS) == JUDGES
ITEM_WORDS = ("布局", "绿化", "居室", "家风", "整洁")
assert len(ITEM_WORDS) == len(ITEMS)

Trial = Callable[[Sequence[Scored]], Mapping[str, Refusal]]
"""By household, why the round would refuse its row."""


def columns(*, by_item: bool) -> tuple[Column, ...]:
    """The household's number, and what each judge gives: a total, or five items."""
    parts = ITEM_WORDS if by_item else ("",)
    scores = [
        Column(f"{seat}.{part}", (f"{SEATS[seat]}{word}",), required=True)
        for seat in range(JUDGES)
        for part, word in enumerate(parts)
    ]
    return Column("number", ("户编号", "户号", "家庭编号"), required=True), *scores


@dataclass(frozen=True)
class Against:
    """What a row is checked against; `judges`: ids by seat."""

    households: KnownHouseholds
    judges: Sequence[str]
    by_item: bool
    trial: Trial


def read(rows: Sequence[Row], against: Against) -> tuple[list[Scored], list[RefusedRow]]:
    """The scored households of a sheet, and every row that is none, in their order."""
    scored: list[Scored] = []
    refused: list[RefusedRow] = []
    firsts: dict[str, Row] = {}
    for row in rows:
        try:
            if found := _scored(row, against, firsts):
                scored.append(found)
        except CellError as error:
            refused.append(RefusedRow(row.number, error.code, error.facts, row.sheet))
    for household, refusal in against.trial(scored).items():
        row, facts = firsts[household], _facts(refusal, against.judges)
        refused.append(RefusedRow(row.number, refusal.code, facts, row.sheet))
    return scored, sorted(refused, key=lambda each: (each.sheet or "", each.row))


def _scored(row: Row, against: Against, firsts: dict[str, Row]) -> Scored | None:
    """None where nobody gave anything; the household is noted in `firsts`."""
    titles = {column.key: column.words[0] for column in columns(by_item=against.by_item)}
    fields.no_formula(row, titles)
    household = against.households.meant(fields.household_no(row))
    if household in firsts:
        local_no = household.partition("-")[2]
        raise CellError("household-no-duplicate", value=local_no, first=firsts[household].number)
    firsts[household] = row
    scores = tuple(_seat(row, seat, titles) for seat in range(JUDGES))
    return Scored(household, scores) if any(each is not None for each in scores) else None


def _seat(row: Row, seat: int, titles: Mapping[str, str]) -> tuple[int, ...] | None:
    """One judge's scores, None where all of her cells are blank."""
    keys = [key for key in titles if key.startswith(f"{seat}.")]
    told = [key for key in keys if row.text(key)]
    if not told:
        return None
    if len(told) < len(keys):
        raise CellError("score-outside", most=ITEM_MAX if len(keys) > 1 else TOTAL_MAX)
    return tuple(_whole(row, key, titles[key]) for key in keys)


def _whole(row: Row, key: str, title: str) -> int:
    try:
        return whole_number(row.cell(key), "score-not-a-number")
    except CellError as error:
        raise CellError(error.code, column=title, **error.facts) from None


def _facts(refusal: Refusal, judges: Sequence[str]) -> dict[str, object]:
    """As the row's sentence needs them: a judge by her seat, a household as the value."""
    facts = dict(refusal.facts)
    if "judge" in facts:
        facts["judge"] = SEATS[judges.index(str(facts["judge"]))]
    return facts | {"value": facts.get("household")}
