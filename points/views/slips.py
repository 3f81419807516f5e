"""How satisfied people were: sums by village and quarter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Column, Integer, Table, bindparam, select

from points.slip import ABOUT, FACES, SHOWN_FROM, Slips
from points.store.county import County
from points.store.recorded import Recorded, of
from points.store.writes import Sql
from points.views.tables import text, views

slip_streams = Table(
    "slip_streams", views, text("stream", key=True), text("village"), text("quarter")
)
"""Whose slips stand in a stream."""

slip_counts = Table(
    "slip_counts",
    views,
    text("stream", key=True),
    text("about", key=True),
    text("face", key=True),
    Column("count", Integer, nullable=False),
)

_open = slip_streams.insert()
_empty = slip_counts.insert()
_more = (
    slip_counts.update()
    .where(slip_counts.c.stream == bindparam("the_stream"))
    .where(slip_counts.c.about == bindparam("the_about"))
    .where(slip_counts.c.face == bindparam("the_face"))
    .values(count=slip_counts.c.count + 1)
)


@of(Slips)
def apply(sql: Sql, recorded: Recorded) -> None:
    event, stream = recorded.event, recorded.event.originator_id.hex
    match event:
        case Slips.Created():
            sql.execute(
                _open, {"stream": stream, "village": event.village, "quarter": event.quarter}
            )
            for about in ABOUT:
                for face in FACES:
                    sql.execute(
                        _empty, {"stream": stream, "about": about, "face": face, "count": 0}
                    )
        case Slips.Given():
            this = {"the_stream": stream, "the_about": event.about, "the_face": event.face}
            sql.execute(_more, this)


@dataclass(frozen=True)
class Told:
    """Slips about one thing. `shares`: percent by face, None below `SHOWN_FROM` slips."""

    counts: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(FACES, 0))

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def shares(self) -> dict[str, int] | None:
        if self.total < SHOWN_FROM:
            return None
        return {face: round(100 * self.counts[face] / self.total) for face in FACES}


class Satisfaction:
    """Questions about slips."""

    def __init__(self, county: County) -> None:
        self._county = county

    def of(self, village: str, quarter: str) -> dict[str, Told]:
        """By what they are about."""
        return self.by_village(village, quarter).get(village) or {about: Told() for about in ABOUT}

    def by_village(self, place: str, quarter: str) -> dict[str, dict[str, Told]]:
        """The same of every village of a place that has any."""
        rows = (
            select(
                slip_streams.c.village,
                slip_counts.c.about,
                slip_counts.c.face,
                slip_counts.c.count,
            )
            .join(slip_counts, slip_counts.c.stream == slip_streams.c.stream)
            .where(slip_streams.c.quarter == quarter)
            .where(slip_streams.c.village.startswith(place, autoescape=True))
        )
        found: dict[str, dict[str, dict[str, int]]] = {}
        with self._county.read() as sql:
            for village, about, face, count in sql.execute(rows):
                found.setdefault(village, {}).setdefault(about, {})[face] = count
        return {
            village: {about: Told(faces) for about, faces in mine.items()}
            for village, mine in found.items()
        }
