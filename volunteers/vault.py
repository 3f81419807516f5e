"""The vault: what is personal, kept so that destroying one key erases one person.

Each subject (a household, later a person) has a key of her own, wrapped by a key made from the
vault key, which is kept outside the database. Erasing destroys the wrapped key: whatever was sealed
with it, here or elsewhere, is unreadable, while the ledger and its proofs stay whole. A backup
made before still holds the wrapped key. Source: PIPL art. 47; design §5.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, delete, select
from sqlalchemy.exc import IntegrityError

from points.store.county import County
from volunteers.sealing import Sealing
from volunteers.tables import vault_fields, vault_keys

_AT_ONCE = 500  # subjects per query: a statement takes a limited number of variables


class Vault:
    """One county's vault. `key` is 32 secret bytes."""

    def __init__(
        self, county: County, key: bytes, *, random: Callable[[int], bytes] = os.urandom
    ) -> None:
        self._county = county
        self._random = random
        self._sealing = Sealing(county.code, key, random)

    def put(self, what: Mapping[str, Mapping[str, str]], connection: Connection) -> None:
        """Seal `{subject: {field: text}}` in the caller's transaction; older versions go."""
        keys = self._keys(what, connection, make=True)
        versions = self._versions(what, connection)
        rows: list[dict[str, object]] = []
        for subject, fields in what.items():
            for field, text in fields.items():
                version = versions.get((subject, field), 0)
                if version:
                    connection.execute(delete(vault_fields).where(*_is(subject, field)))
                plain, key = text.encode(), keys[subject]
                sealed = self._sealing.seal(key, plain, subject, field, version + 1)
                at = {"subject": subject, "field": field, "version": version + 1}
                rows.append(at | {"sealed": sealed})
        if rows:
            connection.execute(vault_fields.insert(), rows)

    def get(self, subject: str, field: str) -> str | None:
        """What a field holds, or None when it was never set or is erased."""
        return self.get_all([subject], field).get(subject)

    def get_all(self, subjects: Iterable[str], field: str) -> dict[str, str]:
        """One field of many subjects; those without it are left out."""
        opened = {}
        both = vault_fields.join(vault_keys, vault_keys.c.subject == vault_fields.c.subject)
        query = select(vault_fields, vault_keys.c.wrapped).select_from(both)
        query = query.where(vault_fields.c.field == field)
        with self._county.read() as connection:
            for some in _portions(subjects):
                for row in connection.execute(query.where(vault_fields.c.subject.in_(some))):
                    key = self._sealing.unwrap(row.subject, row.wrapped)
                    place = (row.subject, field, row.version)
                    opened[row.subject] = self._sealing.unseal(key, row.sealed, *place).decode()
        return opened

    # The note box of the ledger: free text that others keep, sealed.

    def new_note(self) -> tuple[UUID, bytes]:
        """A fresh note id and a fresh salt of 16 bytes."""
        return UUID(bytes=self._random(16), version=4), self._random(16)

    def seal(self, subject: str, note: UUID, plain: bytes) -> bytes:
        """A note about a subject, under her key; the caller keeps the bytes."""
        return self._sealing.seal(self._key(subject), plain, subject, _note(note), 0)

    def unseal(self, subject: str, note: UUID, sealed: bytes) -> bytes | None:
        """What `seal` was given, or None when the subject is erased."""
        with self._county.read() as connection:
            key = self._keys([subject], connection).get(subject)
        return key and self._sealing.unseal(key, sealed, subject, _note(note), 0)

    def unseal_all(self, sealed: Iterable[tuple[str, UUID, bytes]]) -> dict[UUID, bytes]:
        """Several notes at once, of (subject, note, sealed); erased subjects are left out."""
        several = list(sealed)
        with self._county.read() as connection:
            keys = self._keys({subject for subject, _, _ in several}, connection)
        return {
            note: self._sealing.unseal(keys[subject], what, subject, _note(note), 0)
            for subject, note, what in several
            if subject in keys
        }

    def blind(self, kind: str, text: str) -> bytes:
        """A keyed hash for exact look-up: equal texts of a kind meet, nothing else is told."""
        return self._sealing.blind(kind, text)

    def erase(self, subject: str, connection: Connection) -> None:
        """Destroy a subject's key and fields."""
        connection.execute(delete(vault_keys).where(vault_keys.c.subject == subject))
        connection.execute(delete(vault_fields).where(vault_fields.c.subject == subject))

    def erase_all(self, beginning: str, connection: Connection) -> None:
        """Destroy every subject whose name begins so, such as `upload:`."""
        for table in (vault_keys, vault_fields):
            these = table.c.subject.startswith(beginning, autoescape=True)
            connection.execute(delete(table).where(these))

    def _key(self, subject: str) -> bytes:
        with self._county.read() as connection:
            found = self._keys([subject], connection)
        if subject in found:
            return found[subject]
        try:
            with self._county.write() as connection:
                return self._keys([subject], connection, make=True)[subject]
        except IntegrityError:  # somebody made it in between
            return self._key(subject)

    def _keys(
        self, subjects: Iterable[str], connection: Connection, *, make: bool = False
    ) -> dict[str, bytes]:
        wanted, keys = list(subjects), {}
        for some in _portions(wanted):
            query = select(vault_keys).where(vault_keys.c.subject.in_(some))
            for subject, wrapped in connection.execute(query):
                keys[subject] = self._sealing.unwrap(subject, wrapped)
        missing = [subject for subject in wanted if subject not in keys] if make else []
        if missing:
            keys |= {subject: self._sealing.new_key() for subject in missing}
            rows = [{"subject": s, "wrapped": self._sealing.wrap(s, keys[s])} for s in missing]
            connection.execute(vault_keys.insert(), rows)
        return keys

    @staticmethod
    def _versions(subjects: Iterable[str], connection: Connection) -> dict[tuple[str, str], int]:
        columns = (vault_fields.c.subject, vault_fields.c.field, vault_fields.c.version)
        found = {}
        for some in _portions(subjects):
            for subject, field, version in connection.execute(
                select(*columns).where(vault_fields.c.subject.in_(some))
            ):
                found[subject, field] = version
        return found


def _note(note: UUID) -> str:
    return f"note {note.hex}"


def _is(subject: str, field: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return vault_fields.c.subject == subject, vault_fields.c.field == field


def _portions(subjects: Iterable[str]) -> Iterator[list[str]]:
    some = list(subjects)
    for start in range(0, len(some), _AT_ONCE):
        yield some[start : start + _AT_ONCE]
