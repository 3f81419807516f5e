"""J8: what stands out in the public procedure; every plant is found, and the honest stay out."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from points.audit.anomalies import find
from points.audit.bodies import Shrunk
from points.audit.facts import Award, Challenge, Facts, Purchase
from points.audit.in_public import KINDS
from points.audit.papers import Paper
from points.audit.pictures import Reused
from points.audit.relatives import Declared

pytestmark = pytest.mark.row("J8")

VILLAGE = "999901100201"
DAY = "2026-11-18"
_numbers = count(1)


def award(home: int, points: int = 5, **more: Any) -> Award:
    """A credit of November, proposed by ann, reviewed by bo, hung up by cy."""
    noon = f"{DAY}T04:00:00.000000Z"
    usual = Award(
        next(_numbers), f"{VILLAGE}-A{home:03}", "E01", points, "2026-11-16", "ann", ("bo",), noon,
        f"{DAY}T09:00:00.000000Z", f"{DAY}T10:00:00.000000Z", None, "cy",
    )  # fmt: skip
    return replace(usual, **more)


def bought(second: int, keeper: str = "key") -> Purchase:
    at = f"{DAY}T04:{second // 60:02}:{second % 60:02}.000000Z"
    return Purchase(next(_numbers), f"{VILLAGE}-A{second + 1:03}", "S", keeper, 10, at, first=False)


def objected(*, upheld: bool, late: bool = False) -> Challenge:
    decided = "2026-11-20" if late else "2026-11-19"
    return Challenge(VILLAGE, "ann", upheld, "2026-11-19", decided, "2026-11-30")


def paper(opened_on: str, points: int = 20) -> Paper:
    """A line of a paper register, read in by ann and confirmed by bo."""
    number = next(_numbers)
    return Paper(number, f"{VILLAGE}-A{number:03}", points, "ann", "bo", opened_on, DAY)


def away(person: str, home: int = 1) -> Declared:
    """Ann wrote down that somebody is near to a household."""
    return Declared(f"{VILLAGE}-A{home:03}", person, "ann", DAY)


OTHERS = tuple((VILLAGE, who) for who in ("dan", "eve", "bo") for _ in range(8))

PLANTED: dict[str, tuple[Facts, tuple[str, ...]]] = {
    "one-hand": (
        Facts(tuple(award(n) for n in range(30)), reviewed_before=OTHERS),
        ("bo",),
    ),
    "kin-gain": (
        Facts(
            (*(award(1) for _ in range(4)), *(award(n) for n in range(2, 9))),
            kin={"cy": (f"{VILLAGE}-A001",)},
        ),
        ("cy",),
    ),
    "same-minute": (Facts(purchases=tuple(bought(n * 15) for n in range(4))), ("key",)),
    "split-award": (Facts((award(1, 12), award(1, 12))), (f"{VILLAGE}-A001",)),
    "below-notice": (
        Facts(tuple(award(n, 19) for n in range(3)), open_rules=frozenset({"E01"})),
        ("ann",),
    ),
    "upheld": (Facts(objected=tuple(objected(upheld=True) for _ in range(3))), ("ann",)),
    "late-answers": (
        Facts(objected=tuple(objected(upheld=False, late=True) for _ in range(2))),
        (VILLAGE,),
    ),
    "late-paper": (
        Facts(papers=(paper("2026-10-18"), paper("2026-10-01"), paper(DAY))),
        ("ann", "bo"),
    ),
    "body-smaller": (
        Facts(shrunk=(Shrunk(VILLAGE, "customs_council", DAY, 9, 3, "tina"),)),
        ("tina",),
    ),
    "photo-again": (
        Facts(reused=(Reused(7, f"{VILLAGE}-A001", "ann", "2026-10-03"),)),
        ("ann",),
    ),
    "kin-by-one": (Facts(kept_out=(away("bo"), away("cy"))), ("ann",)),
}

HONEST: dict[str, Facts] = {
    "one-hand": Facts(tuple(award(n) for n in range(18)), reviewed_before=OTHERS),
    "kin-gain": Facts(
        (*(award(1) for _ in range(4)), *(award(n, 15) for n in range(2, 9))),
        kin={"cy": (f"{VILLAGE}-A001",), "somebody": (f"{VILLAGE}-A002",)},
    ),
    "same-minute": Facts(purchases=tuple(bought(n * 21) for n in range(9))),
    "split-award": Facts((award(1, 12, earner="li"), award(1, 12, earner="mei"))),
    "below-notice": Facts(tuple(award(n, 19) for n in range(9))),
    "upheld": Facts(
        tuple(award(n) for n in range(90)),
        objected=(*(objected(upheld=True) for _ in range(3)), objected(upheld=False)),
    ),
    "late-answers": Facts(objected=(objected(upheld=False, late=True), objected(upheld=True))),
    "late-paper": Facts(papers=(paper(DAY), paper("2026-10-19"))),
    "body-smaller": Facts(),
    "photo-again": Facts(),
    "kin-by-one": Facts(
        kept_out=(away("bo"), away("bo"), away("cy", 2), replace(away("cy"), declarer="dan"))
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_planted_is_found_with_its_person(kind: str) -> None:
    facts, who = PLANTED[kind]
    found = [each for each in find(facts) if each.kind == kind]
    assert [(each.who, each.place) for each in found] == [(who, VILLAGE)]
    assert found[0].facts
    assert found[0].entries or facts.objected or facts.shrunk or facts.kept_out


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_only_near_it_is_not_told(kind: str) -> None:
    assert [each for each in find(HONEST[kind]) if each.kind == kind] == []


def test_that_one_person_reviews_everything_as_ever_is_no_news() -> None:
    awards = tuple(award(n) for n in range(40))
    for before in ((), tuple((VILLAGE, "bo") for _ in range(30))):
        found = find(Facts(awards, reviewed_before=before))
        assert [each for each in found if each.kind == "one-hand"] == []


def test_an_objection_that_waits_too_long_is_late() -> None:
    waiting = replace(objected(upheld=False), decided_on=None)
    assert waiting.late
    assert not replace(waiting, by_day="2026-11-19").late


def test_paper_that_came_late_is_told_by_village_and_day() -> None:
    papers = (
        paper("2026-10-18"),
        paper("2026-10-01", 50),
        replace(paper("2026-10-01"), day="2026-11-19"),
    )
    first, second = [each.facts for each in find(Facts(papers=papers))]
    assert first == {"times": 2, "points": 70, "day": DAY, "days": 48}
    assert second == {"times": 1, "points": 20, "day": "2026-11-19", "days": 49}
