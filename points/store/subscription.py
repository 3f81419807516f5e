"""Following a history as it grows: wake-ups inside the process, asking for what others wrote."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from eventsourcing.persistence import ApplicationRecorder, ListenNotifySubscription

POLL_S = 0.25


class Wakeups:
    """The readers of one recorder that want to hear of every commit."""

    def __init__(self) -> None:
        self._readers: set[threading.Event] = set()

    def wake(self) -> None:
        for reader in tuple(self._readers):
            reader.set()

    def join(self, reader: threading.Event) -> None:
        self._readers.add(reader)

    def leave(self, reader: threading.Event) -> None:
        self._readers.discard(reader)


class PollingSubscription(ListenNotifySubscription[ApplicationRecorder]):
    """The library's subscription without LISTEN: behind a pooler, on Citus and on SQLite alike."""

    def __init__(
        self,
        recorder: ApplicationRecorder,
        wakeups: Wakeups,
        gt: int | None = None,
        topics: Sequence[str] = (),
    ) -> None:
        super().__init__(recorder, gt=gt, topics=topics)
        self._wakeups = wakeups
        self._ended = threading.Event()
        wakeups.join(self._has_been_notified)
        threading.Thread(target=self._poll, daemon=True).start()

    def stop(self) -> None:
        super().stop()
        if hasattr(self, "_ended"):
            self._ended.set()
            self._wakeups.leave(self._has_been_notified)

    def _poll(self, *_: Any) -> None:
        while not self._ended.wait(POLL_S):
            self._has_been_notified.set()
