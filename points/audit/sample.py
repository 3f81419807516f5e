"""The entries of a month that are checked against their papers: drawn so that nobody can choose.

The seed is made of the last record of the month in the county's log (its digest, which is also
what the log's leaf holds), of the place and of the month: a stranger can recompute it from the
export. Entries are ranked by SHA-256 of seed and id; a larger sample begins with the smaller one.
"""

from __future__ import annotations

from base64 import b64encode
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256

from sqlalchemy import func, select

from points.clock import SHANGHAI, instant
from points.store import records
from points.store.county import County
from points.store.recorder import HistoryRecorder
from points.store.tables import events

HEAD = "jiamei-sample/v1"


@dataclass(frozen=True)
class Seed:
    """`event` is the id of the month's last record, `digest` its SHA-256 in base64; `text` is the
    seed itself, in hex. `final`: the month is over, so the seed will not change."""

    event: int
    digest: str
    text: str
    final: bool


def first_and_last(month: str) -> tuple[date, date]:
    """The days of a month written 2026-11; raises `ValueError`."""
    first = date.fromisoformat(f"{month}-01")
    return first, first.replace(day=monthrange(first.year, first.month)[1])


def seed_of(
    county: County, recorder: HistoryRecorder, place: str, month: str, today: date
) -> Seed | None:
    """The seed for a place and month; None before the first record."""
    last = first_and_last(month)[1]
    after = instant(datetime.combine(last + timedelta(days=1), time(), SHANGHAI))
    with county.read() as sql:
        event = sql.scalar(select(func.max(events.c.id)).where(events.c.at < after))
    found = recorder.select_notifications(event, 1, stop=event) if event else []
    if not found:
        return None
    digest = b64encode(sha256(records.line(found[0])).digest()).decode()
    text = seed_text(digest, place, month)
    return Seed(found[0].id, digest, text, final=last < today)


def seed_text(digest: str, place: str, month: str) -> str:
    """The seed in hex, of the digest in base64."""
    return sha256(f"{HEAD}\n{digest}\n{place}\n{month}\n".encode()).hexdigest()


def drawn(seed: str, ids: Iterable[int], count: int) -> list[int]:
    """So many of the ids, in the order in which they were drawn."""
    return sorted(ids, key=lambda each: (_rank(seed, each), each))[:count]


def _rank(seed: str, entry: int) -> str:
    return sha256(f"{seed}\n{entry}\n".encode()).hexdigest()
