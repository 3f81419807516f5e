"""One writer after the other, in the order in which they came.

SQLite has one writer at a time and lets the others try again after a pause: who comes at the
right moment overtakes who has waited long, and under load somebody waits until the time is out.
In this process nobody overtakes; between processes SQLite's own way remains.
"""

from __future__ import annotations

from collections import deque
from contextlib import AbstractContextManager, nullcontext
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Pool


class Turns(AbstractContextManager[None]):
    """A lock that is handed from each holder to whoever has waited longest."""

    def __init__(self) -> None:
        self._door = Lock()
        self._waiting: deque[Lock] = deque()
        self._taken = False

    def __enter__(self) -> None:
        with self._door:
            if not self._taken:
                self._taken = True
                return
            called = Lock()
            called.acquire()
            self._waiting.append(called)
        try:
            called.acquire()
        except BaseException:  # interrupted: the turn goes to the next, if it was given already
            self._leave(called)
            raise

    def __exit__(self, *_: object) -> None:
        with self._door:
            self._hand_on()

    def _leave(self, called: Lock) -> None:
        with self._door:
            if called in self._waiting:
                self._waiting.remove(called)
            else:
                self._hand_on()

    def _hand_on(self) -> None:
        if self._waiting:
            self._waiting.popleft().release()
        else:
            self._taken = False


_turns: WeakKeyDictionary[Pool, Turns] = WeakKeyDictionary()
_making = Lock()


def turns_of(engine: Engine) -> AbstractContextManager[None]:
    """The turns of all writers to the database of `engine`; none are needed on PostgreSQL."""
    if engine.dialect.name != "sqlite":
        return nullcontext()
    with _making:
        return _turns.setdefault(engine.pool, Turns())
