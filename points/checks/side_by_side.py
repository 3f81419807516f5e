"""The parts of a check of a large county, each in a process of its own.

Every part opens the county anew and reads one moment of it; none writes. A small county is
checked sooner than a process starts.
"""

from __future__ import annotations

import gc
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context
from typing import NamedTuple

from eventsourcing.domain import Aggregate
from sqlalchemy import select

from points.checks.findings import Finding
from points.store.county import County
from points.store.engine import open_engine
from points.store.tables import log_head

LARGE = 50_000
"""Events from which on processes pay."""

Part = Callable[[County], Iterator[Finding]]


class Told(NamedTuple):
    """`kept`: the findings that are told; `found`: how many there are, by check."""

    kept: list[Finding]
    found: Counter[str]


def told(findings: Iterable[Finding], told_max: int) -> Told:
    """At most `told_max` findings of each check."""
    found: Counter[str] = Counter()
    kept = []
    for finding in findings:
        found[finding.check] += 1
        if found[finding.check] <= told_max:
            kept.append(finding)
    return Told(kept, found)


def processes_for(county: County) -> int:
    """As many as there are cores for a large county, else this one alone."""
    with county.read() as sql:
        events = sql.scalar(select(log_head.c.last_id)) or 0
    return cores() if events >= LARGE else 1


def cores() -> int:
    return len(os.sched_getaffinity(0))


def run(county: County, parts: Iterable[Part], processes: int, told_max: int) -> list[Told]:
    """What each part found, in their order. A part is a function of a module."""
    if processes < 2:
        return [told(part(county), told_max) for part in parts]
    url = county.engine.url.render_as_string(hide_password=False)
    modules = sorted({cls.__module__ for cls in _below(Aggregate)})
    with ProcessPoolExecutor(processes, get_context("spawn"), _begin, (modules,)) as pool:
        waiting = [pool.submit(_alone, part, url, county.code, told_max) for part in parts]
        return [each.result() for each in waiting]


def _begin(modules: Iterable[str]) -> None:
    """Every kind of event that the first process knows is known here too."""
    for name in modules:
        import_module(name)
    gc.freeze()
    gc.set_threshold(100_000)


def _alone(part: Part, url: str, code: str, told_max: int) -> Told:
    engine = open_engine(url)
    try:
        return told(part(County(code, engine)), told_max)
    finally:
        engine.dispose()


def _below(cls: type) -> Iterator[type]:
    subclasses: list[type] = type.__subclasses__(cls)
    for each in subclasses:
        yield each
        yield from _below(each)
