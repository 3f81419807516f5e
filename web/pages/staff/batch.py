"""A batch of proposals before it is made: what each household would get, or why it would not.

One rule, one day, one evidence text, many households. It decides as the ledger will, from views,
so that three hundred households cost as many queries as three.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import g

from points.caps import CapReached, used
from points.clock import business_day
from points.consent import CONSENT, ConsentMissing
from points.envelope import OwnHousehold
from points.ledger import Proposal
from points.ledger.awards import PhotoUsed
from points.ledger.base import UnknownAccount
from points.refusals import Refusal
from points.rulebook import Rule
from volunteers.numbers import plain_number, village_and_local
from web.access.authorize import NotAllowed, at_household
from web.access.gate import allowed
from web.wiring import House, house
from web.words.i18n import _
from web.words.sentences import sentence


@dataclass(frozen=True)
class Wish:
    """What one form asks for. `points`: where the rule leaves a choice; `minutes`: by the hour."""

    rule: Rule
    occurred_on: date
    points: int | None = None
    minutes: int | None = None
    evidence: str = ""
    photos: tuple[str, ...] = ()

    def of(self, household: str) -> Proposal:
        return Proposal(
            household,
            self.rule.code,
            self.occurred_on,
            points=self.points,
            minutes=self.minutes,
            evidence=self.evidence,
            photos=self.photos,
        )


@dataclass(frozen=True)
class Row:
    """One household of the preview. `why`: the sentence of its refusal; `warn`: worth a look."""

    household: str
    points: int = 0
    why: str = ""
    warn: str = ""


@dataclass(frozen=True)
class Preview:
    """`unread`: what was pasted and is no household's number here, with its sentence."""

    rows: list[Row] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)

    @property
    def good(self) -> list[Row]:
        return [row for row in self.rows if not row.why]

    @property
    def total(self) -> int:
        return sum(row.points for row in self.good)


def pasted(text: str, place: str) -> tuple[list[str], list[tuple[str, str]]]:
    """Numbers typed or pasted, in either form; and what is none, with its sentence."""
    found: list[str] = []
    unread: list[tuple[str, str]] = []
    words = text.replace("，", " ").replace("、", " ").replace(",", " ").split()
    known = _by_local(place) if words else {}
    for word in words:
        numbers = known.get(plain_number(word), [])
        if len(numbers) == 1:
            found.append(numbers[0])
        else:
            unread.append((word[:30], _not_one(word, numbers)))
    return found, unread


def _by_local(place: str) -> dict[str, list[str]]:
    """The households of a place by either form of their number."""
    found: dict[str, list[str]] = {}
    for number in house().registry.numbers(place):
        parts = village_and_local(number)
        for form in (number, parts[1] if parts else number):
            found.setdefault(form, []).append(number)
    return found


def _not_one(word: str, numbers: Sequence[str]) -> str:
    if not numbers:
        return _("没有这个户号")
    return _("几个村都有，请写全：%(numbers)s", numbers="、".join(numbers))


def preview(wish: Wish, households: Iterable[str], house: House) -> list[Row]:
    """Each household's points, or the sentence of what the ledger would refuse."""
    wanted = list(dict.fromkeys(households))
    counted = house.read.counted.under(wish.rule.code, wanted)
    waiting = house.read.cases.proposed(wish.rule.code, wanted)
    points = wish.rule.points_for(wish.points, wish.minutes)
    on = wish.occurred_on.isoformat()
    asked = {case["household"] for case in waiting if case["occurred_on"] == on}
    refusing = _not_agreed(wish, wanted, house)
    shown_before = _photos_used(wish, house)
    rows = []
    for household in wanted:
        credits = counted.get(household)
        try:
            _check(wish, household, points, credits)
            if household in refusing:
                raise ConsentMissing(household=household, rule=wish.rule.code)
            if used_ := shown_before.get(household):
                raise PhotoUsed(item=used_["item"], occurred_on=used_["occurred_on"])
        except Refusal as no:
            rows.append(Row(household, why=sentence(no)))
            continue
        same = household in asked or any(
            each["occurred_on"] == on and not each["reversed"] for each in credits or ()
        )
        warn = _("同一天已经报过一次") if same else ""
        rows.append(Row(household, points, warn=warn))
    return rows


def _not_agreed(wish: Wish, households: Sequence[str], house: House) -> set[str]:
    """Families that have not agreed, where the rule asks for that."""
    if wish.rule.proof_kind != CONSENT:
        return set()
    today = business_day(house.clock())
    return set(households) - house.read.consents.agreed(wish.rule.code, households, today)


def _photos_used(wish: Wish, house: House) -> dict[str, dict[str, Any]]:
    """By household, a case under the rule that has one of the photos already."""
    found = house.read.pictures.used(wish.photos)
    return {
        case["household"]: case
        for some in found.values()
        for case in some
        if case["rule"] == wish.rule.code and case["earner"] is None
    }


def _check(
    wish: Wish, household: str, points: int, credits: list[dict[str, object]] | None
) -> None:
    if not allowed("award.propose", at_household(household)):
        raise NotAllowed(action="award.propose")
    if credits is None:
        raise UnknownAccount(household=household)
    if household == g.actor.household:
        raise OwnHousehold(household=household)
    if cap := wish.rule.the_cap():
        before = used(credits, cap, wish.rule.code, wish.occurred_on.isoformat(), None)
        if before + cap.weight(points) > cap.limit:
            raise CapReached(
                rule=wish.rule.code,
                limit=cap.limit,
                of=cap.of,
                period=cap.period,
                per=cap.per,
                used=before,
            )
