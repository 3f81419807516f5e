"""What the township is told of its villages: their cover, and their quarter (K3, Q4; domain.md §1,
no. 20). Rows stand in the order of their codes; nobody is ranked by points.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import median

from points.issuance import Cover, months_of, quarter_of
from points.policy import Policy
from points.pricelist import PriceList
from points.rulebook import RuleBook
from points.slip import ABOUT, FACES
from points.views.quarters import Did, Pair
from points.views.slips import Told
from web.access.regions import Region
from web.wiring import House
from web.words.quarters import span

NOTHING = Cover(0, 0, 0)


@dataclass(frozen=True)
class Covered:
    """One place's points and goods. `used`: points given this quarter, of a total per village."""

    place: str
    name: str
    cover: Cover
    warns: bool
    used: int


@dataclass(frozen=True)
class Covers:
    """`rows`: the places below, or the village itself; `whole`: all of them together."""

    policy: Policy
    quarter: str
    rows: list[Covered]
    whole: Covered

    @property
    def warned(self) -> int:
        return sum(row.warns for row in self.rows)


def covers(house: House, place: str, day: date, *, villages: bool = False) -> Covers:
    """Of the places below that have anything, summed up; `villages`: of every village by itself."""
    policy, found = house.ledger.covers(place, day)
    quarter = quarter_of(day.isoformat())
    used = house.read.covers.issued_by_village(place, months_of(quarter))

    def row(region: Region) -> Covered:
        within = [code for code in found if code.startswith(region.code)]
        cover = _together(found[code] for code in within)
        given = sum(points for code, points in used.items() if code.startswith(region.code))
        warns = cover.out > 0 and cover.above(policy.cover_warn_percent)
        return Covered(region.code, region.name, cover, warns, given)

    rows = [row(region) for region in _parts(house, place, villages=villages)]
    if not villages:
        rows = [each for each in rows if each.used or each.cover != NOTHING]
    whole = row(house.regions.get(place or house.county.code))
    return Covers(policy, quarter, rows, whole)


def warned(house: House, place: str, day: date, books: tuple[RuleBook, PriceList]) -> int:
    """How many villages of a place have more points out than its rule book holds to be well."""
    policy, found = house.ledger.covers(place, day, books)
    above = (each.above(policy.cover_warn_percent) for each in found.values() if each.out)
    return sum(above)


def _parts(house: House, place: str, *, villages: bool) -> list[Region]:
    where = place or house.county.code
    if villages:
        return house.regions.villages(where)
    return house.regions.children(where) or [house.regions.get(where)]


def _together(several: Iterable[Cover]) -> Cover:
    out, hanging, stock = 0, 0, 0
    for each in several:
        out, hanging, stock = out + each.out, hanging + each.hanging, stock + each.stock
    return Cover(out, hanging, stock)


@dataclass(frozen=True)
class Quarter:
    """A place's quarter. `kinds`: credits by kind of rule, how many and points; `days`: median and
    longest from an objection to its answer, None without one; `cover`: as it is today."""

    place: str
    name: str
    kinds: dict[str, Pair]
    did: Did
    slips: dict[str, Told]
    cover: Cover

    @property
    def days(self) -> tuple[float, int] | None:
        return (median(self.did.days), max(self.did.days)) if self.did.days else None


@dataclass(frozen=True)
class Report:
    quarter: str
    rows: list[Quarter]
    whole: Quarter


def report(
    house: House, place: str, quarter: str, today: date, *, villages: bool = False
) -> Report:
    """Places and villages as in `covers`; raises `ValueError` where `quarter` is none."""
    did = house.read.quarters.of(place, *span(quarter))
    slips = house.read.slips.by_village(place, quarter)
    cover = house.ledger.covers(place, today)[1]
    kinds = _kinds(house)

    def row(region: Region) -> Quarter:
        mine = _added(each for code, each in did.items() if code.startswith(region.code))
        return Quarter(
            region.code,
            region.name,
            _by_kind(mine.credits, kinds),
            mine,
            _told(each for code, each in slips.items() if code.startswith(region.code)),
            _together(each for code, each in cover.items() if code.startswith(region.code)),
        )

    rows = [row(region) for region in _parts(house, place, villages=villages)]
    if not villages:
        rows = [each for each in rows if each.did != Did() or each.cover != NOTHING]
    return Report(quarter, rows, row(house.regions.get(place or house.county.code)))


def _kinds(house: House) -> dict[str, str]:
    """The kind of every rule that any version had; the newest word counts."""
    versions = house.ledger.rule_book().versions.values()
    return {line["code"]: line["kind"] for version in versions for line in version["lines"]}


def _by_kind(credits: Mapping[str, Pair], kinds: Mapping[str, str]) -> dict[str, Pair]:
    found: dict[str, Pair] = {}
    for rule, pair in credits.items():
        kind = kinds.get(rule, "civility")
        found[kind] = _plus(found.get(kind, (0, 0)), pair)
    return found


def _added(several: Iterable[Did]) -> Did:
    some = list(several)
    credits: dict[str, Pair] = defaultdict(lambda: (0, 0))
    for each in some:
        for rule, pair in each.credits.items():
            credits[rule] = _plus(credits[rule], pair)
    return Did(
        dict(credits),
        _sum(each.redeemed for each in some),
        _sum(each.notices for each in some),
        sum(each.objections for each in some),
        sum(each.upheld for each in some),
        sum(each.dismissed for each in some),
        tuple(day for each in some for day in each.days),
    )


def _told(several: Iterable[dict[str, Told]]) -> dict[str, Told]:
    some = list(several)
    return {
        about: Told({face: sum(each[about].counts[face] for each in some) for face in FACES})
        for about in ABOUT
    }


def _plus(one: Pair, other: Pair) -> Pair:
    return one[0] + other[0], one[1] + other[1]


def _sum(pairs: Iterable[Pair]) -> Pair:
    total = (0, 0)
    for pair in pairs:
        total = _plus(total, pair)
    return total
