"""The keys that sign, whose they are, and which are revoked."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Table, bindparam, select

from points.signing_key import DEVICE, SigningKey
from points.store.county import County
from points.store.recorded import Recorded, of
from points.store.writes import Sql
from points.views.tables import text, views

signing_keys = Table(
    "signing_keys",
    views,
    text("stream", key=True),
    text("key_id"),
    text("kind"),
    text("algorithm"),
    text("public_key"),
    text("holder", index=True),
    text("name"),
    text("registered_by"),
    text("registered_at"),
    Column("registered_id", BigInteger, nullable=False),
    text("revoked_why"),
    text("revoked_at"),
)
"""`revoked_why` and `revoked_at` are empty while the key may sign."""

_register = signing_keys.insert()
_revoke = (
    signing_keys.update()
    .where(signing_keys.c.stream == bindparam("the_stream"))
    .values(revoked_why=bindparam("why"), revoked_at=bindparam("then"))
)


@of(SigningKey)
def apply(sql: Sql, recorded: Recorded) -> None:
    event = recorded.event
    match event:
        case SigningKey.Created():
            fields = ("key_id", "kind", "algorithm", "public_key", "holder", "name")
            row = {
                "stream": event.originator_id.hex,
                **{name: getattr(event, name) for name in fields},
                "registered_by": recorded.stamp.actor,
                "registered_at": recorded.stamp.at,
                "registered_id": recorded.id,
                "revoked_why": "",
                "revoked_at": "",
            }
            sql.execute(_register, row)
        case SigningKey.Revoked():
            gone = {
                "the_stream": event.originator_id.hex,
                "why": event.why,
                "then": recorded.stamp.at,
            }
            sql.execute(_revoke, gone)


class Keys:
    """Which keys sign here."""

    def __init__(self, county: County) -> None:
        self._county = county

    def device_of(self, holder: str) -> dict[str, Any] | None:
        """The device in force that signs for a person; of two registered at once the first."""
        wanted = select(signing_keys).where(
            signing_keys.c.holder == holder,
            signing_keys.c.kind == DEVICE,
            signing_keys.c.revoked_at == "",
        )
        with self._county.read() as sql:
            row = sql.execute(wanted.order_by(signing_keys.c.registered_id)).mappings().first()
        return dict(row) if row else None

    def all(self) -> list[dict[str, Any]]:
        """Every key, in the order of their registration."""
        wanted = select(signing_keys).order_by(signing_keys.c.registered_id)
        with self._county.read() as sql:
            return [dict(row) for row in sql.execute(wanted).mappings()]
