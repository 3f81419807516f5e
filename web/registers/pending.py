"""Registers that were read and wait for a second person (rulings 5).

What waits is kept sealed, so that the second person confirms exactly what the first one showed,
and is forgotten when it is decided: from then on the ledger tells it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from secrets import token_hex
from typing import Any

import orjson
from sqlalchemy import Row, select, update

from points.clock import instant
from points.envelope import another_than, current
from points.refusals import Refusal
from points.store.county import County
from volunteers.tables import imports
from volunteers.vault import Vault
from web.registers.credit_rows import Entry


class UnknownImport(Refusal):
    code = "import-unknown"


class ImportDecided(Refusal):
    """Somebody confirmed or refused it already."""

    code = "import-decided"


@dataclass(frozen=True)
class Waiting:
    """One register that was read. `rows` counts its entries; `asked_by` and `decided_by` are
    users' ids; `state` is pending, confirmed or refused; the name goes when it is decided."""

    id: str
    kind: str
    file_sha256: str
    place: str
    rows: int
    state: str
    asked_by: str
    asked_at: str
    decided_by: str | None
    decided_at: str | None
    file_name: str = ""


class Pendings:
    """The pending registers of one county."""

    def __init__(self, county: County, vault: Vault) -> None:
        self._county, self._vault = county, vault

    def ask(
        self, entries: Sequence[Entry], *, kind: str, sha256: str, name: str, place: str
    ) -> str:
        """Keep entries for a second person. The same file asked again by the same person keeps
        its id; asked by another it is another, for who asked must not also confirm."""
        import_id = self._asked_before(kind, sha256, place)
        row = {
            "id": import_id or token_hex(4),
            "kind": kind,
            "file_sha256": sha256,
            "place": place,
            "rows": len(entries),
            "state": "pending",
            "asked_by": current().actor.id,
            "asked_at": instant(current().at),
        }
        rows = orjson.dumps([asdict(entry) for entry in entries]).decode()
        with self._county.write() as connection:
            if import_id is None:
                connection.execute(imports.insert().values(row))
            sealed = {_subject(str(row["id"])): {"rows": rows, "name": name[:200]}}
            self._vault.put(sealed, connection)
        return str(row["id"])

    def one(self, import_id: str) -> Waiting:
        """Raises `UnknownImport`."""
        with self._county.read() as connection:
            row = connection.execute(select(imports).where(imports.c.id == import_id)).first()
        if row is None:
            raise UnknownImport(id=import_id)
        return _waiting(row, self._vault.get(_subject(import_id), "name") or "")

    def all(self, place: str, *, state: str | None = None) -> list[Waiting]:
        """The registers read for a place and below, newest first."""
        query = select(imports).where(imports.c.place.startswith(place, autoescape=True))
        query = query.where(imports.c.state == state) if state else query
        with self._county.read() as connection:
            rows = connection.execute(query.order_by(imports.c.asked_at.desc())).all()
        names = self._vault.get_all([_subject(row.id) for row in rows], "name")
        return [_waiting(row, names.get(_subject(row.id), "")) for row in rows]

    def entries(self, import_id: str) -> list[Entry]:
        """What waits for the second person; empty once it is decided."""
        rows = self._vault.get(_subject(import_id), "rows")
        return [Entry(**row) for row in orjson.loads(rows)] if rows else []

    def check_waits(self, import_id: str) -> Waiting:
        """Raises `UnknownImport`, `ImportDecided`."""
        waiting = self.one(import_id)
        if waiting.state != "pending":
            raise ImportDecided(id=import_id, state=waiting.state)
        return waiting

    def check_second(self, import_id: str) -> Waiting:
        """The register, if it waits and the acting person is not the one who asked.

        Raises `UnknownImport`, `ImportDecided`, `SamePerson`.
        """
        waiting = self.check_waits(import_id)
        another_than(waiting.asked_by)
        return waiting

    def decide(self, import_id: str, state: str) -> None:
        """Note who decided what, and forget the rows.

        What was posted was confirmed, also where somebody refused it in between; to refuse what
        somebody else decided in between raises `ImportDecided`.
        """
        told = {
            "state": state,
            "decided_by": current().actor.id,
            "decided_at": instant(current().at),
        }
        with self._county.write() as connection:
            over = ("confirmed",) if state == "confirmed" else ("confirmed", "refused")
            mine = (imports.c.id == import_id) & imports.c.state.not_in(over)
            noted = connection.execute(update(imports).where(mine).values(told)).rowcount
            if state == "refused" and not noted:
                raise ImportDecided(id=import_id, state=state)
            self._vault.erase(_subject(import_id), connection)

    def _asked_before(self, kind: str, sha256: str, place: str) -> str | None:
        query = select(imports.c.id).where(
            imports.c.kind == kind,
            imports.c.file_sha256 == sha256,
            imports.c.place == place,
            imports.c.asked_by == current().actor.id,
            imports.c.state == "pending",
        )
        with self._county.read() as connection:
            return connection.scalar(query)


def _subject(import_id: str) -> str:
    return f"import:{import_id}"


def _waiting(row: Row[Any], name: str) -> Waiting:
    return Waiting(**row._mapping, file_name=name)
