"""A witness (c2sp.org/tlog-witness): sees that a log only grows, and says so with its signature.

It remembers one checkpoint of each log that it watches. What it is shown must continue that one;
then it remembers the new one, safe on the disk, and only then signs. A checkpoint of ours has no
extension lines; one that has is malformed here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from points.audit.checkpoint import Checkpoint
from points.audit.memory import Memory
from points.audit.signed_note import Key, Note, VKey
from points.audit.strict import Unproven, decoded, encoded, number, utf8
from points.audit.tree import verify_consistency
from points.clock import Clock
from points.refusals import Refusal

ADDRESS = "/add-checkpoint"
BODY_BYTES_MAX = 64 * 1024
HASHES_MAX = 63

TEXT = "text/plain; charset=utf-8"
SIZE = "text/x.tlog.size"


class WitnessForgot(Refusal):
    """What it remembered of a log is gone or damaged. It does not guess. Fact: `origin`."""

    code = "witness-forgot"


@dataclass(frozen=True)
class Submission:
    """A checkpoint and the path from the tree of `old` leaves to it. Only its form is known."""

    old: int
    path: tuple[bytes, ...]
    checkpoint: Checkpoint
    note: Note

    @classmethod
    def parse(cls, raw: bytes) -> Submission:
        """From the body of a request; raises `Unproven`."""
        head, _, text = utf8(raw).partition("\n\n")
        first, *lines = head.split("\n")
        if not first.startswith("old "):
            raise Unproven("an old size, a path, an empty line and a checkpoint")
        if len(lines) > HASHES_MAX:
            raise Unproven("the path is too long")
        path = tuple(decoded(line, 32) for line in lines)
        note = Note.parse(text)
        return cls(number(first.removeprefix("old ")), path, Checkpoint.read(note.text), note)

    def __str__(self) -> str:
        return submission(self.old, self.path, str(self.note))


def submission(old: int, path: Sequence[bytes], checkpoint: str) -> str:
    """The body of a request about a signed checkpoint."""
    lines = [f"old {old}", *map(encoded, path)]
    return "\n".join(lines) + f"\n\n{checkpoint}"


@dataclass(frozen=True)
class Answer:
    """By HTTP. `kind` is the body's Content-Type."""

    status: int
    body: str
    kind: str = TEXT


class Watched(Protocol):
    """Which logs a witness watches, and what it remembers of them."""

    def keys(self, origin: str) -> Sequence[VKey]:
        """The keys that sign for a log; none for a log that is not watched."""

    def memory(self, origin: str) -> Memory: ...

    def last(self, origin: str) -> Checkpoint:
        """What was cosigned last, of size 0 before the first. Raises `WitnessForgot`."""

    def forked(self, submission: Submission) -> None:
        """Keeps what a log signed beside another root of the same size: it is evidence. A longer
        tree whose path fails is none: whoever has a good checkpoint can send a bad path."""


class Witness:
    """`key` makes cosignatures; `clock` dates them."""

    def __init__(self, key: Key, watched: Watched, clock: Clock) -> None:
        self._key = key
        self._watched = watched
        self._clock = clock

    def add_checkpoint(self, raw: bytes) -> Answer:
        """Raises `WitnessForgot`, and `OSError` where the disk does; then nothing was signed."""
        try:
            asked = Submission.parse(raw)
        except Unproven as error:
            return Answer(400, f"{error}\n")
        origin = asked.checkpoint.origin
        keys = self._watched.keys(origin)
        if not keys:
            return Answer(404, "this log is not watched\n")
        try:
            if not asked.note.verify(keys):
                return Answer(403, "the log did not sign this\n")
        except Unproven as error:
            return Answer(403, f"{error}\n")
        if asked.old > asked.checkpoint.size:
            return Answer(400, "the old size is above the new one\n")
        memory = self._watched.memory(origin)
        with memory.turn():
            return self._judge(asked, memory)

    def _judge(self, asked: Submission, memory: Memory) -> Answer:
        """Alone with what it remembers of this log, until the cosignature is made."""
        new = asked.checkpoint
        last = self._watched.last(new.origin)
        if asked.old != last.size:
            return Answer(409, f"{last.size}\n", SIZE)
        try:
            verify_consistency(last.size, new.size, last.root, new.root, asked.path)
        except Unproven as error:
            if new.size == last.size and new.root != last.root:
                self._watched.forked(asked)
            return Answer(422, f"{error}\n")
        memory.keep(new)
        return Answer(200, self._key.line(str(new), int(self._clock().timestamp())))
