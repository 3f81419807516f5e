"""Ids are gapless, in commit order, and safe for a reader that follows along."""

from __future__ import annotations

import threading
from collections.abc import Callable
from uuid import uuid4

import pytest
from sqlalchemy import select

from points.store.county import County
from points.store.tables import events
from tests.conftest import CountyMaker
from tests.points.store.jars import bare

THREADS, SAVES = 16, 15


def together(work: Callable[[], object], threads: int = THREADS) -> None:
    """Run `work` in many threads that start at once; the first error is raised."""
    errors: list[BaseException] = []
    gate = threading.Barrier(threads)

    def run() -> None:
        gate.wait()
        try:
            work()
        except BaseException as error:
            errors.append(error)

    running = [threading.Thread(target=run) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    if errors:
        raise errors[0]


@pytest.mark.parametrize("group_commit", [False, True], ids=["alone", "grouped"])
def test_ids_are_gapless_under_16_threads(make_county: CountyMaker, group_commit: bool) -> None:
    county = make_county(group_commit=group_commit)
    recorder, given = county.recorder(), []

    def save() -> None:
        for _ in range(SAVES):
            stream = uuid4()
            given.extend(recorder.insert_events([bare(stream), bare(stream, 2)]))

    together(save)

    assert sorted(given) == list(range(1, 2 * THREADS * SAVES + 1))
    assert recorder.max_notification_id() == len(given)


def test_a_reader_that_follows_along_misses_nothing(county: County) -> None:
    recorder, seen, done = county.recorder(), [], threading.Event()

    def follow() -> None:
        while not done.is_set() or recorder.max_notification_id() != len(seen):
            new = recorder.select_notifications(len(seen) + 1, 100)
            seen.extend(each.id for each in new)

    reader = threading.Thread(target=follow)
    reader.start()
    together(lambda: [recorder.insert_events([bare(uuid4())]) for _ in range(SAVES)], 8)
    done.set()
    reader.join()

    assert seen == list(range(1, 8 * SAVES + 1))


def test_a_save_that_fails_leaves_no_gap(county: County) -> None:
    recorder, stream = county.recorder(), uuid4()
    recorder.insert_events([bare(stream)])
    with pytest.raises(Exception, match=r"(?i)unique"):
        recorder.insert_events([bare(uuid4()), bare(stream)])
    assert recorder.insert_events([bare(stream, 2)]) == [2]
    with county.read() as connection:
        assert connection.execute(select(events.c.id).order_by(events.c.id)).scalars().all() == [
            1,
            2,
        ]


def test_two_processes_worth_of_recorders_share_one_order(county: County) -> None:
    """Two recorders know nothing of each other, as two processes would."""
    recorders = [county.recorder(), county.recorder()]
    turns = iter(range(1000))

    together(lambda: recorders[next(turns) % 2].insert_events([bare(uuid4())]), 12)

    assert [each.id for each in recorders[0].select_notifications(1, 100)] == list(range(1, 13))
