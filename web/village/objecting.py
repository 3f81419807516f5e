"""An objection from the public page: with a name, or so that nothing leads to a person."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from points.clock import SHANGHAI, business_day
from points.envelope import Actor, Envelope, opened
from points.notice import PUBLIC
from points.objection import LINE, MISSING
from points.store.notes import Notes
from web.village.masking import Masking
from web.wiring import House

ANONYMOUS = "anonymous"
PUBLIC_ROLE = "public"

CODE_DIGITS = 8


@dataclass(frozen=True)
class Wish:
    """`line` None: something is missing there, of `household`."""

    notice: UUID
    line: int | None
    household: str | None
    text: str

    def facts(self) -> dict[str, Any]:
        """As `object_to` takes them."""
        about = MISSING if self.line is None else LINE
        return {
            "about": about,
            "line": self.line,
            "household": self.household if about == MISSING else None,
            "text": self.text,
            "way": "page",
        }


@dataclass(frozen=True)
class Standing:
    """How an objection stands, for whoever has its code. `answer` is empty before it is decided."""

    filed_on: str
    due_on: str
    state: str
    upheld: bool
    decided_on: str | None
    appeal_until: str | None
    answer: str


def without_name(house: House, village: str, wish: Wish, *, key: str) -> UUID:
    """File it so that neither who nor when can be told (rulings 24): no actor, no request, and of
    the time only the day. `key`: the form's, so that a form sent twice is one objection.

    Raises what `object_to` raises.
    """
    day = business_day(house.clock())
    envelope = Envelope(
        actor=Actor(ANONYMOUS, PUBLIC_ROLE, village),
        at=datetime.combine(day, time.min, SHANGHAI),
        channel="page",
        command_id=house.keyed.command(ANONYMOUS, key),
        request_hash=house.keyed.request("objection", asdict(wish)),
    )
    with opened(envelope):
        return house.ledger.object_to(wish.notice, **wish.facts(), by=None)


def with_name(house: House, wish: Wish, *, by: str) -> UUID:
    """In the open envelope of whoever is signed in; `by`: her household."""
    return house.ledger.object_to(wish.notice, **wish.facts(), by=by)


def code_of(objection: UUID) -> str:
    """Eight digits to write down: 1234 5678."""
    digits = f"{objection.int % 10**CODE_DIGITS:0{CODE_DIGITS}}"
    return f"{digits[:4]} {digits[4:]}"


def standing(house: House, village: str, code: str) -> Standing | None:
    """What became of the objection with this code; None where the village has none such."""
    found = with_code(house, village, code)
    return _standing(house, village, found) if found else None


def with_code(house: House, village: str, code: str) -> dict[str, Any] | None:
    """The village's objection with this code, however many came after it."""
    ids = (each for each in house.read.objections.ids(village) if code_of(each) == code)
    return next((house.read.objections.one(each) for each in ids), None)


def _standing(house: House, village: str, row: dict[str, Any]) -> Standing:
    notice = house.read.notices.one(row["notice_id"]) if row["notice_id"] else None
    public = notice is not None and notice["kind"] == PUBLIC
    notes = [row["answer"]] if row["answer"] and public else []
    texts = Notes(house.county, house.vault).texts(notes)
    return Standing(
        filed_on=row["filed_on"],
        due_on=row["due_on"],
        state=row["state"],
        upheld=row["outcome"] == "upheld",
        decided_on=row["decided_on"],
        appeal_until=row["appeal_until"],
        answer=Masking(house.registry, village).text("".join(texts.values())),
    )
