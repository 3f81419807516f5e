"""What a signer or a witness remembers of a log, apart from the log itself.

Who puts back an older copy of the log's folder does not put back this: the two must agree. It
also is the lock that lets one process at a time judge what continues what.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from points.audit.checkpoint import Checkpoint
from points.audit.disk import Disk
from points.audit.strict import utf8
from points.refusals import Refusal


class AlreadySigning(Refusal):
    """Another process signs this log just now."""

    code = "log-busy"


class Memory:
    """The last checkpoint that its owner was ready to sign, in a file of its own."""

    def __init__(self, path: Path, disk: Disk | None = None) -> None:
        self._path = path
        self._disk = disk or Disk()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Raises `AlreadySigning`."""
        with self._lock() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise AlreadySigning from error
            yield

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Waits until no other thread or process has its turn."""
        with self._lock() as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def last(self) -> Checkpoint | None:
        """Raises `Unproven` where the file is damaged."""
        return Checkpoint.parse(utf8(self._path.read_bytes())) if self._path.exists() else None

    def keep(self, checkpoint: Checkpoint) -> None:
        self._disk.write_safely(self._path, str(checkpoint).encode())

    def _lock(self) -> BinaryIO:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        return self._path.with_name(f"{self._path.name}.lock").open("ab")
