"""Taking in a sheet of scores from a file: all of its rows, or none."""

from __future__ import annotations

from uuid import UUID

from web.registers import score_rows
from web.registers.answers import Answer
from web.registers.known import KnownHouseholds
from web.registers.layout import data_rows
from web.registers.score_rows import Against
from web.registers.workbook import read_sheets
from web.wiring import House


def score(
    house: House, round_id: UUID, content: bytes, *, corrects: bool = False, dry_run: bool = False
) -> Answer:
    """Score a round by the sheet; `corrects`: its households stand on an earlier one already.

    Raises `FileUnreadable`, `FileTooLarge`, `HeaderNotFound`, `UnknownRound`, `RoundClosed`, or
    `RoundEmpty` where nobody was scored.
    """
    found = house.ledger.evaluation(round_id)
    by_item = found.terms.by_item
    rows = data_rows(read_sheets(content), score_rows.columns(by_item=by_item))
    wanted = (row.text("number") for row in rows)
    against = Against(
        KnownHouseholds(house.registry, found.village, wanted),
        found.judge_ids,
        by_item,
        lambda scored: house.ledger.would_refuse(round_id, scored, corrects=corrects),
    )
    scored, refused = score_rows.read(rows, against)
    if refused:
        return Answer(refused=tuple(refused), state="refused")
    left = {"left": len(rows) - len(scored)}
    if not dry_run:
        house.ledger.score_sheet(round_id, scored, corrects=corrects)
    return Answer(len(scored), state="dry-run" if dry_run else "done", extra=left)
