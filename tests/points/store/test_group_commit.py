"""Saves that come together share one COMMIT, and no more than that."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from eventsourcing.persistence import IntegrityError, OperationalError
from sqlalchemy import Connection, event, select

from points.envelope import opened
from points.store import group
from points.store.group import GroupCommitRecorder
from points.store.recorded import Stored
from points.store.transactions import OutcomeUnknown
from tests.conftest import CountyMaker
from tests.points.store.jars import Jar, Jars, bare, beans, count_beans, jars_view, letter

PATIENCE_S = 20


class Save(threading.Thread):
    """One caller's save, and how it ended."""

    def __init__(self, recorder: GroupCommitRecorder, stored: Sequence[Any], *also: Any) -> None:
        super().__init__()
        self._save = lambda: recorder.insert_events(stored, also=also)
        self.ids: Sequence[int] | None = None
        self.error: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self.ids = self._save()
        except BaseException as error:
            self.error = error


@contextmanager
def one_batch(recorder: GroupCommitRecorder, size: int) -> Iterator[None]:
    """All saves begun inside, `size` of them, form one batch behind a first, slow save."""
    slow, go = threading.Event(), threading.Event()

    def hold(_: Connection) -> None:
        slow.set()
        assert go.wait(PATIENCE_S)

    first = Save(recorder, [], hold)
    assert slow.wait(PATIENCE_S)
    yield
    while len(recorder._queue) < size:
        first.join(0.001)
    go.set()
    first.join()
    assert first.error is None


def jar_events(app: Jars, command: str, beans_in: int) -> list[Stored]:
    with opened(letter(command)):
        made = Jar("ada")
        made.fill(beans_in)
        return [app.mapper.to_stored_event(each) for each in made.collect_events()]


@pytest.fixture
def jars(make_county: CountyMaker) -> Jars:
    return Jars(make_county("999901", jars_view), count_beans)


def counts(jars: Jars) -> list[int]:
    with jars._county.read() as connection:
        return sorted(connection.execute(select(beans.c.count)).scalars())


def joined(saves: Sequence[Save]) -> None:
    for save in saves:
        save.join(PATIENCE_S)
        assert not save.is_alive()


def test_a_batch_is_one_commit(jars: Jars) -> None:
    commits: list[object] = []
    event.listen(jars._county.engine, "commit", commits.append)
    with one_batch(jars.recorder, 10):
        saves = [Save(jars.recorder, jar_events(jars, f"c{n}", n)) for n in range(10)]
    joined(saves)

    assert len(commits) == 2
    assert counts(jars) == list(range(10))
    assert sorted(id_ for save in saves for id_ in save.ids) == list(range(1, 21))


def refuse(_: Connection) -> None:
    raise LookupError("this hook refuses")


def test_a_guilty_save_harms_nobody(jars: Jars) -> None:
    """A fold that breaks, a hook that breaks, a version and a command that were there before."""
    before = jar_events(jars, "before", 1)
    jars.recorder.insert_events(before)
    with one_batch(jars.recorder, 9):
        good = [Save(jars.recorder, jar_events(jars, f"g{n}", 2)) for n in range(5)]
        fold = Save(jars.recorder, jar_events(jars, "fold", 13))
        hook = Save(jars.recorder, jar_events(jars, "hook", 3), refuse)
        version = Save(jars.recorder, [bare(before[0].originator_id, 2)])
        command = Save(jars.recorder, jar_events(jars, "before", 4))
    joined([*good, fold, hook, version, command])

    assert isinstance(fold.error, ValueError)
    assert isinstance(hook.error, LookupError)
    assert isinstance(version.error, IntegrityError)
    assert isinstance(command.error, IntegrityError)
    assert [save.error for save in good] == [None] * 5
    assert counts(jars) == [1] + [2] * 5
    ids = [each.id for each in jars.recorder.select_notifications(1, 100)]
    assert ids == list(range(1, 13))
    assert sorted(id_ for save in good for id_ in save.ids) == ids[2:]


def test_of_two_that_contradict_in_one_batch_one_wins(jars: Jars) -> None:
    stream = uuid4()
    with one_batch(jars.recorder, 6):
        saves = [Save(jars.recorder, [bare(stream)]) for _ in range(3)]
        same = [Save(jars.recorder, jar_events(jars, "same", 1)) for _ in range(3)]
    joined([*saves, *same])

    for three in (saves, same):
        assert sum(save.error is None for save in three) == 1
        assert sum(isinstance(save.error, IntegrityError) for save in three) == 2


def test_the_second_of_two_wins_where_the_first_fails_by_itself(jars: Jars) -> None:
    stream = uuid4()
    with one_batch(jars.recorder, 2):
        first = Save(jars.recorder, [bare(stream)], refuse)
        while not jars.recorder._queue:
            first.join(0.001)
        second = Save(jars.recorder, [bare(stream)])
    joined([first, second])

    assert isinstance(first.error, LookupError)
    assert second.ids == [1]


@pytest.mark.parametrize("end", [SystemExit, KeyboardInterrupt])
def test_nobody_waits_for_a_leader_that_died(jars: Jars, end: type[BaseException]) -> None:
    def die(_: Connection) -> None:
        raise end

    with one_batch(jars.recorder, 4):
        saves = [Save(jars.recorder, [bare(uuid4())], die)]
        saves += [Save(jars.recorder, [bare(uuid4())]) for _ in range(3)]
    joined(saves)

    leader = [save.error for save in saves if isinstance(save.error, end)]
    assert len(leader) <= 1
    for save in saves[1:]:
        assert isinstance(save.error, OperationalError | end)
    assert jars.recorder.insert_events([bare(uuid4())]) == [1]


def test_a_batch_is_bounded(jars: Jars, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group, "BATCH_MAX", 4)
    commits: list[object] = []
    event.listen(jars._county.engine, "commit", commits.append)
    with one_batch(jars.recorder, 10):
        saves = [Save(jars.recorder, [bare(uuid4())]) for _ in range(10)]
    joined(saves)

    assert len(commits) == 1 + 3
    assert sorted(id_ for save in saves for id_ in save.ids) == list(range(1, 11))


def test_a_commit_that_is_not_answered_is_told_to_everybody(jars: Jars) -> None:
    """The outcome is unknown, so nobody is told "done" and nobody is told "not done"."""
    commits: list[Connection] = []

    def lose_the_second(connection: Connection) -> None:
        commits.append(connection)
        if len(commits) == 2:
            connection.connection.driver_connection.close()

    event.listen(jars._county.engine, "commit", lose_the_second)
    with one_batch(jars.recorder, 3):
        saves = [Save(jars.recorder, [bare(uuid4())]) for _ in range(3)]
    joined(saves)

    assert all(isinstance(save.error, OutcomeUnknown) for save in saves)
    assert jars.recorder.insert_events([bare(uuid4())]) == [1]
