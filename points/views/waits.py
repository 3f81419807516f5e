"""What waits in a place, and for whom: counted in one question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, false, func, select

from points.store.county import County
from points.views.cases import cases
from points.views.objections import WAITING, objections
from points.views.shops import shops
from points.views.stock import shelves


@dataclass(frozen=True)
class Waits:
    """Cases that the reader may review, that another person reviews, that a body's sitting does,
    and those that may be hung up; objections without an answer, and which of them are late; goods
    of which a shop has few left."""

    mine: int
    others: int
    sittings: int
    reviewed: int
    objections: int
    overdue: int
    low: int


class Waiting:
    """The question itself."""

    def __init__(self, county: County) -> None:
        self._county = county

    def of(
        self, place: str, today: date, *, reader: str = "", home: str | None = None, few: int
    ) -> Waits:
        """`reader`: who reviews, "" where she may not; `home`: her household. `few`: units on a
        shelf that are few."""
        open_ = cases.c.state == "proposed"
        sits = open_ & (cases.c.body != "") & cases.c.sitting.is_(None)
        mine = open_ & ~sits & _for(reader, home)
        unanswered = objections.c.state.in_(WAITING)
        late = unanswered & (objections.c.due_on < today.isoformat())
        goods = (
            select(func.count())
            .select_from(shelves.join(shops, shops.c.code == shelves.c.shop))
            .where(shelves.c.on_hand <= few)
            .where(shops.c.village.startswith(place, autoescape=True))
        )
        numbers = {
            "mine": _many(cases.c.household, place, mine),
            "others": _many(cases.c.household, place, open_ & ~sits),
            "sittings": _many(cases.c.household, place, sits),
            "reviewed": _many(cases.c.household, place, cases.c.state == "reviewed"),
            "objections": _many(objections.c.village, place, unanswered),
            "overdue": _many(objections.c.village, place, late),
            "low": goods.scalar_subquery(),
        }
        with self._county.read() as sql:
            row = sql.execute(select(*(n.label(name) for name, n in numbers.items()))).one()
        found = {name: int(n) for name, n in row._mapping.items()}
        return Waits(**{**found, "others": found["others"] - found["mine"]})


def _for(reader: str, home: str | None) -> ColumnElement[bool]:
    """What this person may review: not what she proposed or signed, nor her household's."""
    if not reader:
        return false()
    signed = cases.c.signers.contains(reader + " ", autoescape=True)
    hers = (cases.c.proposer != reader) & ~signed
    return hers & (cases.c.household != home) if home else hers


def _many(where: ColumnElement[str], place: str, which: ColumnElement[bool]) -> ColumnElement[int]:
    here = where.startswith(place, autoescape=True)
    return select(func.count()).where(which, here).scalar_subquery()
