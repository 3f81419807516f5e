"""The shops, and who keeps them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, bindparam, select

from points.shop import Shop
from points.store.county import County
from points.store.recorded import Recorded, of
from points.store.writes import Sql
from points.views.tables import text, views

shops = Table("shops", views, text("code", key=True), text("name"), text("village", index=True))

keepers = Table("shop_keepers", views, text("shop_id", key=True), text("keeper", key=True))

_open = shops.insert()
_assign = keepers.insert()
_release = keepers.delete().where(
    keepers.c.shop_id == bindparam("the_shop"), keepers.c.keeper == bindparam("the_keeper")
)


@of(Shop)
def apply(sql: Sql, recorded: Recorded) -> None:
    event = recorded.event
    match event:
        case Shop.Created():
            row = {"code": event.code, "name": event.name, "village": event.village}
            sql.execute(_open, row)
        case Shop.KeeperAssigned():
            row = {"shop_id": event.originator_id.hex, "keeper": event.keeper}
            sql.execute(_assign, row)
        case Shop.KeeperReleased():
            gone = {"the_shop": event.originator_id.hex, "the_keeper": event.keeper}
            sql.execute(_release, gone)


class Shops:
    """Which shops there are, and who serves in them."""

    def __init__(self, county: County) -> None:
        self._county = county

    def all(self, place: str = "") -> list[dict[str, Any]]:
        rows = select(shops).where(shops.c.village.startswith(place, autoescape=True))
        with self._county.read() as sql:
            found = sql.execute(rows.order_by(shops.c.code)).mappings()
            return [dict(row) for row in found]

    def one(self, code: str) -> dict[str, Any] | None:
        with self._county.read() as sql:
            rows = select(shops).where(shops.c.code == code)
            row = sql.execute(rows).mappings().one_or_none()
        return dict(row) if row else None

    def keepers(self, code: str) -> list[str]:
        rows = select(keepers.c.keeper).where(keepers.c.shop_id == Shop.id_of(code).hex)
        with self._county.read() as sql:
            return sorted(sql.scalars(rows))

    def kept_by(self, keeper: str) -> list[str]:
        """Codes of the shops where this person or device serves."""
        with self._county.read() as sql:
            codes = list(sql.scalars(select(shops.c.code).order_by(shops.c.code)))
            ids = set(sql.scalars(select(keepers.c.shop_id).where(keepers.c.keeper == keeper)))
        return [code for code in codes if Shop.id_of(code).hex in ids]
