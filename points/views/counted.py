"""What counts already against a rule's cap: for showing a batch before it is proposed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from points.account import PointsAccount
from points.store.county import County
from points.views.accounts import accounts
from points.views.entries import entries
from points.views.lots import lots


class Counted:
    """The ledger decides by the account itself; this tells the same of many accounts at once."""

    def __init__(self, county: County) -> None:
        self._county = county

    def under(self, rule: str, households: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
        """Credits under a rule by household: rule, points, earner, occurred_on, reversed.

        Every household that has an account is named, also with an empty list.
        """
        credited = (
            select(
                accounts.c.household,
                entries.c.rule,
                entries.c.points,
                entries.c.earner,
                entries.c.occurred_on,
                lots.c.reversed,
            )
            .join(accounts, accounts.c.account_id == entries.c.account_id)
            .join(lots, lots.c.lot == entries.c.ref)
            .where(entries.c.account_id.in_([PointsAccount.id_of(each) for each in households]))
            .where(entries.c.rule == rule, entries.c.points > 0)
        )
        known = select(accounts.c.household).where(accounts.c.household.in_(households))
        with self._county.read() as sql:
            found: dict[str, list[dict[str, Any]]] = {each: [] for each in sql.scalars(known)}
            for row in sql.execute(credited).mappings():
                found[row["household"]].append(dict(row))
        return found
