"""The paper register (纸质登记表) ends where the public procedure begins.

Its lines come in without a notice and without caps (rulings 11), so they come once, at the
beginning: whatever is earned later is proposed, reviewed and hung up like everything else.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from points.refusals import Refusal

PAPER_DAYS = timedelta(days=92)
"""How long after its account was opened a household's paper may come in: a quarter, the longest
that a village settles up in (季兑换), so that one paper list is closed in it."""

_IMPORTED_BY = re.compile(r"import \S+ by (\S+)")


class PaperOver(Refusal):
    """The household's paper is closed; the facts say which day was its last."""

    code = "paper-over"


def last_paper_day(opened_on: date, first_notice: date | None) -> date:
    """The last day on which a household's paper may come in: that of its village's first public
    notice, and no more than `PAPER_DAYS` after its account was opened."""
    latest = opened_on + PAPER_DAYS
    return min(latest, first_notice) if first_notice else latest


def imported_by(import_id: str, asker: str) -> str:
    """The reason in the envelope of a confirmation: it names who read the register in."""
    return f"import {import_id} by {asker}"


def importer_in(reason: str | None) -> str:
    """Who read the register in, by such a reason; empty where it names nobody."""
    found = _IMPORTED_BY.fullmatch(reason or "")
    return found[1] if found else ""
