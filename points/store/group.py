"""Group commit: saves that arrive together share one COMMIT (design §3).

There is no timer. The first caller leads; those who come while it commits form the next batch.
An item that fails takes nobody with it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any

from eventsourcing.persistence import OperationalError, StoredEvent
from sqlalchemy import Connection

from points.store.recorded import Fold, Hook, Stored
from points.store.recorder import HistoryRecorder, numbered_by_command, refuse_unknown
from points.store.transactions import (
    NoConnection,
    NotCommitted,
    OutcomeUnknown,
    Transactions,
    library_errors,
)
from points.store.writes import Writes

BATCH_MAX = 256
"""Saves in one commit: bounds what a power cut can leave unanswered."""


class Item:
    """One save on its way, and what became of it."""

    __slots__ = ("also", "called", "done", "error", "ids", "stored")

    def __init__(self, stored: Sequence[StoredEvent], also: Sequence[Hook]) -> None:
        self.stored = stored
        self.also = also
        self.ids: list[int] = []
        self.error: BaseException | None = None
        self.done = False
        self.called = threading.Lock()
        self.called.acquire()

    def keys(self) -> set[object]:
        """What two items cannot both have: a version of a stream, a command."""
        keys: set[object] = {(each.originator_id, each.originator_version) for each in self.stored}
        commands = (each.stamp for each in self.stored if isinstance(each, Stored))
        return keys | {stamp.command_id for stamp in commands if stamp is not None}

    def outcome(self) -> list[int] | None:
        if self.error is not None:
            raise self.error
        return self.ids or None


class GroupCommitRecorder(HistoryRecorder):
    """`insert_events` keeps its contract; callers that come together share one COMMIT."""

    def __init__(self, transactions: Transactions, folds: Sequence[Fold] = ()) -> None:
        super().__init__(transactions, folds)
        self._door = threading.Lock()
        self._queue: deque[Item] = deque()
        self._led = False

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        also: Sequence[Hook] = (),
        **library: Any,
    ) -> Sequence[int] | None:
        refuse_unknown(library)
        item = Item(stored_events, also)
        with self._door:
            self._queue.append(item)
            leads, self._led = not self._led, True
        if leads:
            item.called.release()
        try:
            self._wait_or_lead(item)
        except BaseException:  # interrupted while it waited: others may count on it to lead
            threading.Thread(target=self._wait_or_lead, args=(item,), daemon=True).start()
            raise
        return item.outcome()

    def _wait_or_lead(self, item: Item) -> None:
        """Until its save is done. It is called when a leader did it, or when it is to lead."""
        item.called.acquire()
        if not item.done:
            self._lead(item)

    def _lead(self, item: Item) -> None:
        with self._door:
            batch = [self._queue.popleft() for _ in range(min(len(self._queue), BATCH_MAX))]
        try:
            self._commit(batch)
        except BaseException as error:  # noqa: BLE001  every follower must be answered
            _fail(batch, item, error)
        finally:
            self._answer(batch)
            self._wakeups.wake()

    def _answer(self, batch: Iterable[Item]) -> None:
        """Call everybody in the batch, and the next leader if somebody waits."""
        for each in batch:
            each.done = True
            each.called.release()
        with self._door:
            self._led = bool(self._queue)
            next_leader = self._queue[0] if self._queue else None
        if next_leader:
            next_leader.called.release()

    def _commit(self, batch: Sequence[Item]) -> None:
        """The whole batch at one stroke, or, if anything in it fails, item by item."""
        try:
            self._attempt(batch, *_told_apart(batch))
        except (OutcomeUnknown, NoConnection):
            raise
        except Exception as error:
            if len(batch) == 1 and not isinstance(error, NotCommitted):
                raise
            self._isolated(batch)

    def _isolated(self, batch: Sequence[Item]) -> None:
        try:
            self._attempt(batch, (), batch)
        except NotCommitted:
            self._attempt(batch, (), batch)

    def _attempt(
        self, batch: Sequence[Item], together: Sequence[Item], apart: Sequence[Item]
    ) -> None:
        for item in batch:
            item.ids, item.error = [], None
        with library_errors(), self._transactions.write() as connection:
            self._write_together(connection, together)
            for item in apart:
                self._write_apart(connection, item)

    def _write_together(self, connection: Connection, items: Sequence[Item]) -> None:
        """One id range, one INSERT, one statement a view for all; hooks item by item."""
        numbered = [numbered_by_command(item.stored) for item in items]
        ids = self._insert(connection, [each for stored in numbered for each in stored])
        writes = Writes()
        for item, stored in zip(items, numbered, strict=True):
            item.ids, ids = ids[: len(stored)], ids[len(stored) :]
            self._fold(writes, zip(item.ids, stored, strict=True))
        writes.flush(connection)
        for item in items:
            for hook in item.also:
                hook(connection)

    def _write_apart(self, connection: Connection, item: Item) -> None:
        """Behind a savepoint: whatever the item raises stays with it."""
        try:
            with library_errors(), connection.begin_nested():
                item.ids = self._write(connection, item.stored, item.also)
        except NotCommitted:
            raise
        except Exception as error:  # noqa: BLE001  a fold may raise anything
            item.ids, item.error = [], error


def _told_apart(batch: Iterable[Item]) -> tuple[list[Item], list[Item]]:
    """Items that can be written together, and those that contradict one before them."""
    seen: set[object] = set()
    together: list[Item] = []
    apart: list[Item] = []
    for item in batch:
        keys = item.keys()
        (apart if keys & seen else together).append(item)
        seen |= keys
    return together, apart


def _fail(batch: Iterable[Item], leader: Item, error: BaseException) -> None:
    """What broke the transaction broke it for everybody; each caller gets an error of its own."""
    kind = type(error) if isinstance(error, OperationalError) else OutcomeUnknown
    for item in batch:
        item.ids = []
        item.error = error if item is leader else item.error or _same(kind, error)


def _same(kind: type[Exception], error: BaseException) -> Exception:
    """An error of one's own, that still says what is behind it."""
    own = kind(str(error))
    own.__cause__ = error
    return own
