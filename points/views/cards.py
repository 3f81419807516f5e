"""Which card opens which account. Only keyed hashes are kept here (rulings 16)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Table, Uuid, bindparam, select

from points.account import PointsAccount
from points.clock import day_of
from points.store.county import County
from points.store.recorded import Recorded, of
from points.store.writes import Sql
from points.views.accounts import accounts
from points.views.tables import text, views

cards = Table(
    "cards",
    views,
    text("token_hash", key=True),
    text("number_hash", unique=True),
    Column("account_id", Uuid, nullable=False, index=True),
    text("state"),
    text("issued_on"),
)
"""`state`: active, or lost for good."""

_issue = cards.insert()
_lose = cards.update().where(cards.c.token_hash == bindparam("the_token")).values(state="lost")


_held = select(cards, accounts.c.household).join(
    accounts, accounts.c.account_id == cards.c.account_id
)
_by_token = _held.where(cards.c.token_hash == bindparam("hash"))
_by_number = _held.where(cards.c.number_hash == bindparam("hash"))


@of(PointsAccount)
def apply(sql: Sql, recorded: Recorded) -> None:
    event = recorded.event
    match event:
        case PointsAccount.CardIssued():
            sql.execute(
                _issue,
                {
                    "token_hash": event.token_hash,
                    "number_hash": event.number_hash,
                    "account_id": event.originator_id,
                    "state": "active",
                    "issued_on": day_of(recorded.stamp.at),
                },
            )
        case PointsAccount.CardReportedLost():
            sql.execute(_lose, {"the_token": event.token_hash})


class Cards:
    """Whose a card is."""

    def __init__(self, county: County) -> None:
        self._county = county

    def find(
        self, *, token_hash: str | None = None, number_hash: str | None = None
    ) -> dict[str, Any] | None:
        """`household`, `state` and `issued_on` of a card, None where nobody ever held it."""
        rows = _by_token if token_hash else _by_number
        with self._county.read() as sql:
            found = sql.execute(rows, {"hash": token_hash or number_hash})
            row = found.mappings().one_or_none()
        return dict(row) if row else None

    def of(self, household: str) -> list[dict[str, Any]]:
        """Every card that a household ever held, the newest first."""
        rows = (
            select(cards)
            .where(cards.c.account_id == PointsAccount.id_of(household))
            .order_by(cards.c.state, cards.c.issued_on.desc())
        )
        with self._county.read() as sql:
            return [dict(row) for row in sql.execute(rows).mappings()]

    def good(self, token_hashes: Sequence[str]) -> set[str]:
        """Which of these cards open an account today."""
        these = cards.c.token_hash.in_(token_hashes) & (cards.c.state == "active")
        with self._county.read() as sql:
            return set(sql.scalars(select(cards.c.token_hash).where(these)))

    def holders(self, place: str = "") -> set[str]:
        """Households of a place that hold a card which opens their account today."""
        rows = (
            select(accounts.c.household)
            .join(cards, cards.c.account_id == accounts.c.account_id)
            .where(cards.c.state == "active")
            .where(accounts.c.village.startswith(place, autoescape=True))
        )
        with self._county.read() as sql:
            return set(sql.scalars(rows))
