"""Points that villages have out, hang up and gave, beside the goods on their shelves (K3, Q4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, func, select

from points.issuance import Cover
from points.store.county import County
from points.views.accounts import accounts
from points.views.cases import VILLAGE_DIGITS, cases
from points.views.notices import notices
from points.views.shops import shops
from points.views.stock import shelves

GIVEN = ("on_notice", "posted")


class Covers:
    """Questions about what points are worth."""

    def __init__(self, county: County) -> None:
        self._county = county

    def issued(self, village: str, months: Collection[str]) -> int:
        """What notices of these months gave, or will give: posted or hanging."""
        return self.issued_by_village(village, months).get(village, 0)

    def issued_by_village(self, place: str, months: Collection[str]) -> dict[str, int]:
        """The same of every village of a place that gave anything."""
        rows = (
            select(notices.c.village, func.sum(cases.c.points))
            .join(cases, cases.c.notice_id == notices.c.notice_id)
            .where(notices.c.village.startswith(place, autoescape=True))
            .where(notices.c.month.in_(months))
            .where(cases.c.points > 0, cases.c.state.in_(GIVEN))
            .group_by(notices.c.village)
        )
        with self._county.read() as sql:
            return {village: int(points) for village, points in sql.execute(rows)}

    def of(self, place: str, prices: Mapping[str, int]) -> dict[str, Cover]:
        """By village, every one that has accounts or a shop. `prices`: points of one unit by
        sku."""
        out = self._sums(
            accounts.c.village,
            accounts.c.balance,
            accounts.c.village.startswith(place, autoescape=True),
        )
        hanging = self._sums(
            func.substr(cases.c.household, 1, VILLAGE_DIGITS),
            cases.c.points,
            cases.c.household.startswith(place, autoescape=True)
            & (cases.c.state == "on_notice")
            & (cases.c.points > 0),
        )
        stock = self._stock(place, prices)
        return {
            village: Cover(out.get(village, 0), hanging.get(village, 0), stock.get(village, 0))
            for village in sorted(out.keys() | stock.keys())
        }

    def _sums(
        self, village: ColumnElement[str], points: ColumnElement[int], which: ColumnElement[bool]
    ) -> dict[str, int]:
        rows = select(village, func.sum(points)).where(which).group_by(village)
        with self._county.read() as sql:
            return {code: int(total) for code, total in sql.execute(rows)}

    def _stock(self, place: str, prices: Mapping[str, int]) -> dict[str, int]:
        rows = (
            select(shops.c.village, shelves.c.sku, shelves.c.on_hand)
            .join(shelves, shelves.c.shop == shops.c.code, isouter=True)
            .where(shops.c.village.startswith(place, autoescape=True))
        )
        worth: dict[str, int] = defaultdict(int)
        with self._county.read() as sql:
            for village, sku, on_hand in sql.execute(rows):
                worth[village] += (on_hand or 0) * prices.get(sku, 0)
        return worth
