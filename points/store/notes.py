"""Free text beside the history: sealed under its subject's key, never in an event.

An event holds the note's id and a salted digest; the text can be erased with its subject while
the event, its proof and every sum stand (design §3, rulings 17).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol
from uuid import UUID

from sqlalchemy import Connection, insert, select

from points.clock import instant
from points.envelope import current
from points.store.county import County
from points.store.recorded import Hook
from points.store.tables import notes


class NoteBox(Protocol):
    """Seals texts. `subject` is a household number or `shop:CODE`."""

    def new_note(self) -> tuple[UUID, bytes]:
        """A fresh note id and a fresh salt of 16 bytes."""

    def seal(self, subject: str, note: UUID, plain: bytes) -> bytes: ...

    def unseal_all(self, sealed: Sequence[tuple[str, UUID, bytes]]) -> dict[UUID, bytes]:
        """Of (subject, note, sealed): the plain bytes by note; erased subjects are left out."""


def _store(row: dict[str, object], sql: Connection) -> None:
    sql.execute(insert(notes), row)


@dataclass(frozen=True)
class Note:
    """What an event keeps of a text, and the hook that stores the text in the same save."""

    id: str
    digest: str
    store: Hook


def make_note(box: NoteBox, subject: str, text: str) -> Note:
    """Seal `text`; the salt is kept inside the seal."""
    note_id, salt = box.new_note()
    row = {
        "id": note_id,
        "household": subject,
        "sealed": box.seal(subject, note_id, salt + text.encode()),
        "made_at": instant(current().at),
    }
    digest = hashlib.sha256(salt + text.encode()).hexdigest()
    return Note(id=str(note_id), digest=digest, store=partial(_store, row))


class Notes:
    """Reads notes back for those who may see them."""

    def __init__(self, county: County, box: NoteBox) -> None:
        self._county = county
        self._box = box

    def texts(self, ids: list[str]) -> dict[str, str]:
        """Texts by note id; an erased note is left out."""
        wanted = select(notes).where(notes.c.id.in_([UUID(each) for each in ids]))
        with self._county.read() as sql:
            rows = sql.execute(wanted).all() if ids else []
        plain = self._box.unseal_all([(row.household, row.id, row.sealed) for row in rows])
        return {str(each): text[16:].decode() for each, text in plain.items()}
