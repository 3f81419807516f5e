"""A witness in a folder: all that one needs, on a machine that has nothing else of ours.

`key` its private key, `logs` the keys of the logs that it watches (a line each), `state/` what it
remembers, `forked/` checkpoints that a log signed beside another one of the same size.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from points.audit.checkpoint import Checkpoint
from points.audit.disk import Disk
from points.audit.memory import Memory
from points.audit.signed_note import COSIGNATURE, PLAIN, Key, VKey
from points.audit.strict import Unproven, utf8
from points.audit.tree import EMPTY
from points.audit.witness import Submission, WitnessForgot
from points.refusals import Refusal

EVIDENCE_MAX = 100
"""So many forked checkpoints are kept of one log; the first ones tell enough."""


class NoWitness(Refusal):
    """This folder holds no witness, or not a whole one. Facts: `folder`, `why`."""

    code = "witness-unknown"


class WitnessFolder:
    """Read anew at every request, so that a log that is added is watched at once."""

    def __init__(self, folder: Path, disk: Disk | None = None) -> None:
        self.folder = folder
        self._disk = disk or Disk()

    @property
    def key_file(self) -> Path:
        return self.folder / "key"

    def key(self) -> Key:
        """Raises `NoWitness`."""
        try:
            key = Key.parse(utf8(self.key_file.read_bytes()).removesuffix("\n"))
        except (OSError, Unproven) as error:
            raise NoWitness(folder=str(self.folder), why=str(error)) from error
        if key.vkey.type != COSIGNATURE:
            raise NoWitness(folder=str(self.folder), why="key")
        return key

    def logs(self) -> list[VKey]:
        """Raises `NoWitness` where the list is damaged."""
        path = self.folder / "logs"
        try:
            lines = utf8(path.read_bytes()).splitlines() if path.exists() else []
            return [VKey.parse(line) for line in lines]
        except Unproven as error:
            raise NoWitness(folder=str(self.folder), why=f"logs: {error}") from error

    def trust(self, logs: Iterable[VKey]) -> list[VKey]:
        """Watch these too; those that are new. What it remembers of a log that it watches is never
        begun anew. Raises `Unproven` for a witness's key, `WitnessForgot`, `NoWitness`."""
        self.key()
        with self._alone():
            known, new = self.logs(), list[VKey]()
            watched = {log.name for log in known}
            for log in logs:
                if log.type != PLAIN:
                    raise Unproven(f"{log.name} is no log")
                if log in (*known, *new):
                    continue
                if log.name in watched:
                    self.last(log.name)
                elif self.memory(log.name).last() is None:
                    self.memory(log.name).keep(Checkpoint(log.name, 0, EMPTY))
                watched.add(log.name)
                new.append(log)
            text = "".join(f"{log}\n" for log in (*known, *new))
            self._disk.write_safely(self.folder / "logs", text.encode())
        return new

    def last(self, origin: str) -> Checkpoint:
        """What it cosigned last; of size 0 before the first. Raises `WitnessForgot`."""
        try:
            found = self.memory(origin).last()
        except Unproven as error:
            raise WitnessForgot(origin=origin) from error
        if found is None or found.origin != origin:
            raise WitnessForgot(origin=origin)
        return found

    def evidence(self, origin: str) -> list[Path]:
        """Forked checkpoints of a log, with the log's signature."""
        return sorted((self.folder / "forked" / _name(origin)).glob("[0-9]*"))

    # What a witness asks.

    def keys(self, origin: str) -> Sequence[VKey]:
        return [log for log in self.logs() if log.name == origin]

    def memory(self, origin: str) -> Memory:
        return Memory(self.folder / "state" / _name(origin), self._disk)

    def forked(self, submission: Submission) -> None:
        point = submission.checkpoint
        path = self.folder / "forked" / _name(point.origin)
        path /= f"{point.size}-{point.root[:8].hex()}"
        if not path.exists() and len(self.evidence(point.origin)) < EVIDENCE_MAX:
            self._disk.write(path, str(submission).encode())

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.folder / "logs.lock").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _name(origin: str) -> str:
    return sha256(origin.encode()).hexdigest()[:32]
