"""Checkpoints (c2sp.org/tlog-checkpoint): what a log says that it is, signed by it and witnessed.

Extension lines are refused: nobody audits what they say.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from points.audit.signed_note import COSIGNATURE, PLAIN, Key, Note, VKey, signed
from points.audit.strict import Unproven, decoded, encoded, number
from points.audit.tree import EMPTY


@dataclass(frozen=True)
class Checkpoint:
    """A log's name, its number of leaves and the root over them. `str()` is what is signed."""

    origin: str
    size: int
    root: bytes

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """From a note's text; raises `Unproven`."""
        found = cls.read(text)
        if found.size == 0 and found.root != EMPTY:
            raise Unproven("the root of no leaves is another")
        return found

    @classmethod
    def read(cls, text: str) -> Checkpoint:
        """Its form alone: of no leaves it may still say any root. Raises `Unproven`."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3]:
            raise Unproven("a checkpoint has three lines")
        if not lines[0]:
            raise Unproven("a checkpoint names its log")
        return cls(lines[0], number(lines[1]), decoded(lines[2], 32))

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{encoded(self.root)}\n"


@dataclass(frozen=True)
class Signed:
    """A checkpoint with the lines under it, which are not yet verified."""

    checkpoint: Checkpoint
    note: Note

    @classmethod
    def parse(cls, text: str) -> Signed:
        """Raises `Unproven` where it is not written as it must be; signatures are not looked at."""
        note = Note.parse(text)
        return cls(Checkpoint.parse(note.text), note)

    def __str__(self) -> str:
        return str(self.note)

    def check_log(self, key: VKey) -> None:
        """Raises `Unproven` unless the log with this key signed it."""
        if key.type != PLAIN or key.name != self.checkpoint.origin:
            raise Unproven(f"{key.name} is not the log {self.checkpoint.origin}")
        if key not in self.note.verify([key]):
            raise Unproven("the log did not sign this")

    def cosigned(self, witnesses: Iterable[VKey]) -> dict[VKey, int]:
        """Which witnesses signed it and when (POSIX seconds); raises `Unproven`, see `Note`."""
        keys = list(witnesses)
        if any(key.type != COSIGNATURE for key in keys):
            raise Unproven("a witness's key makes cosignatures")
        return self.note.verify(keys)


def sign(checkpoint: Checkpoint, key: Key) -> str:
    """A checkpoint signed by its log; cosignature lines may be put after it as they are."""
    text = str(checkpoint)
    return signed(text, key.line(text))
