"""A witness in a folder, and what a log sends to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from points.audit.disk import Disk
from points.audit.signed_note import COSIGNATURE, Key, Note, VKey
from points.audit.tree import consistency
from points.audit.witness import Witness, submission
from points.audit.witness_folder import WitnessFolder
from tests.points.audit.cast import AT, LOG, checkpoint, reader

KEY = Key.of("township.example/w", COSIGNATURE, b"w" * 32)


def clock() -> datetime:
    return datetime.fromtimestamp(AT, UTC)


def folder(path: Path, *logs: VKey, disk: Disk | None = None, key: Key = KEY) -> WitnessFolder:
    made = WitnessFolder(path, disk)
    path.mkdir(parents=True, exist_ok=True)
    made.key_file.write_text(key.private + "\n")
    made.trust(logs or [LOG.vkey])
    return made


def witness(
    made: WitnessFolder, now: Callable[[], datetime] = clock, watched: object = None
) -> Witness:
    return Witness(made.key(), watched or made, now)  # type: ignore[arg-type]


def asked(data: list[bytes], old: int) -> bytes:
    """What the log with these leaves sends to a witness that saw `old` of them."""
    path = consistency(reader(data), min(old, len(data)), len(data))
    return submission(old, path, checkpoint(data, cosigned=())).encode()


def time_of(line: str, data: list[bytes], key: Key = KEY) -> int:
    """When this cosignature of the log with these leaves was made; raises where it is none."""
    note = Note.parse(checkpoint(data, cosigned=()) + line)
    return note.verify([key.vkey])[key.vkey]
