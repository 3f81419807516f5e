"""Opening entries as they are looked at for anomalies: they came in without a notice."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from points.paper import importer_in
from points.store.tables import events
from points.views.accounts import accounts
from points.views.entries import entries


@dataclass(frozen=True)
class Paper:
    """One opening entry: who read its register in ("" where nobody is named), who confirmed it."""

    entry: int
    household: str
    points: int
    importer: str
    confirmer: str
    opened_on: str
    day: str

    @property
    def village(self) -> str:
        return self.household.partition("-")[0]


def papers_of(sql: Connection, place: str, span: tuple[str, str]) -> list[Paper]:
    """Those of a place that were recorded in a span of days, oldest first."""
    wanted = (
        select(entries, accounts.c.household, accounts.c.opened_on, events.c.reason)
        .join(accounts, accounts.c.account_id == entries.c.account_id)
        .join(events, events.c.id == entries.c.id)
        .where(accounts.c.village.startswith(place, autoescape=True))
        .where(entries.c.day.between(*span), entries.c.kind == "opening")
        .order_by(entries.c.id)
    )
    return [
        Paper(
            row.id,
            row.household,
            row.points,
            importer_in(row.reason),
            row.actor or "",
            row.opened_on,
            row.day,
        )
        for row in sql.execute(wanted)
    ]
