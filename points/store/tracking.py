"""How far each reader of a history has come. A position only moves forward."""

from __future__ import annotations

from typing import Any

from eventsourcing.persistence import IntegrityError, Tracking, TrackingRecorder
from sqlalchemy import Connection, func, select
from sqlalchemy.dialects import postgresql, sqlite

from points.store.tables import tracking
from points.store.transactions import Transactions, library_errors

_inserts: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


class TrackingTable(TrackingRecorder):
    """The library's tracking recorder over the table `tracking`."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    def insert_tracking(self, tracking: Tracking) -> None:
        """Raises the library's `IntegrityError` where the reader has been there already."""
        with library_errors(), self._transactions.write() as connection:
            move_forward(connection, tracking)

    def max_tracking_id(self, application_name: str) -> int | None:
        reached = select(func.max(tracking.c.notification_id)).where(
            tracking.c.application_name == application_name
        )
        with library_errors(), self._transactions.read() as connection:
            found: int | None = connection.execute(reached).scalar_one()
            return found


def move_forward(connection: Connection, to: Tracking) -> None:
    """Note the position in the caller's own transaction; raises `IntegrityError`, see above."""
    new = _inserts[connection.dialect.name](tracking).values(
        application_name=to.application_name, notification_id=to.notification_id
    )
    moved = new.on_conflict_do_update(
        index_elements=["application_name"],
        set_={"notification_id": new.excluded.notification_id},
        where=tracking.c.notification_id < new.excluded.notification_id,
    ).returning(tracking.c.notification_id)
    if connection.execute(moved).first() is None:
        raise IntegrityError(f"{to.application_name} has been at {to.notification_id} before")
