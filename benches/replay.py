"""Every view made anew from the events: how many events a second."""

from __future__ import annotations

import time
from dataclasses import dataclass

from points.rebuild import fold_all
from points.store.county import County
from points.store.engine import open_scratch
from points.views import views


@dataclass(frozen=True)
class Replayed:
    events: int
    rate: float


def replay(county: County) -> Replayed:
    """Read, decode and fold the county's events into a scratch database."""
    engine = open_scratch()
    with engine.connect() as made, county.moment() as live:
        views.create_all(made)
        start = time.perf_counter()
        events = fold_all(live, made)
        took = time.perf_counter() - start
    engine.dispose()
    return Replayed(events, events / took)
