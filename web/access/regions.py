"""The region tree: county, townships, villages and communities, by their public codes (GB/T 2260).

A code begins with its parent's, so a place holds all places whose codes begin with its own.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import ColumnElement, delete, select

from points.refusals import Refusal
from web.access.roles import UnknownPlace
from web.access.shared import Shared
from web.access.tables import regions

LEVELS = ("province", "prefecture", "county", "township", "village", "community")
LENGTHS = (2, 4, 6, 9, 12)
VILLAGES = ("village", "community")


class BadRegions(Refusal):
    """A line of the region file is wrong; facts: its number and why."""

    code = "bad-regions"


class AmbiguousVillage(Refusal):
    """Villages of one name: say its code (rulings 1). Fact: the codes."""

    code = "village-ambiguous"


@dataclass(frozen=True)
class Region:
    code: str
    name: str
    parent: str
    level: str


def read_regions(path: Path) -> list[Region]:
    """The regions of a CSV file (code, name, parent, level); raises `BadRegions`."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    found = [_region(line, row) for line, row in enumerate(rows, start=2)]
    if len({region.code for region in found}) < len(found):
        raise BadRegions(line=0, why="code")
    return found


class Regions:
    def __init__(self, shared: Shared) -> None:
        self._shared = shared

    def load(self, new: Iterable[Region]) -> dict[str, int]:
        """Add regions or put them in place of those with the same codes; counts by level."""
        new = list(new)
        with self._shared.write() as sql:
            for start in range(0, len(new), 500):
                some = new[start : start + 500]
                codes = [region.code for region in some]
                sql.execute(delete(regions).where(regions.c.code.in_(codes)))
                sql.execute(regions.insert(), [vars(region) for region in some])
        counts = Counter(region.level for region in new)
        return {level: counts[level] for level in LEVELS if counts[level]}

    def get(self, code: str) -> Region:
        """Raises `UnknownPlace`."""
        found = self._rows(regions.c.code == code)
        if not found:
            raise UnknownPlace(place=code)
        return found[0]

    def name(self, code: str) -> str:
        """The name, or the code where it is not in the tree."""
        found = self._rows(regions.c.code == code)
        return found[0].name if found else code

    def path(self, code: str) -> list[Region]:
        """From the county down to the place itself: 示例县, 示例01镇, 示例01村."""
        codes = [code[:length] for length in LENGTHS if 6 <= length <= len(code)]
        return self._rows(regions.c.code.in_(codes))

    def children(self, code: str) -> list[Region]:
        return self._rows(regions.c.parent == code)

    def around(self, code: str) -> list[Region]:
        """A region itself and those right below it."""
        return self._rows((regions.c.code == code) | (regions.c.parent == code))

    def within(self, place: str, *levels: str) -> list[Region]:
        """Every region in a place, itself too; perhaps of some levels only."""
        where = regions.c.code.startswith(place)
        return self._rows(where & regions.c.level.in_(levels) if levels else where)

    def villages(self, place: str) -> list[Region]:
        """Villages and communities in a place, by code."""
        return self.within(place, *VILLAGES)

    def village_named(self, name: str, place: str) -> Region:
        """The village of this name in a place; raises `UnknownPlace` or `AmbiguousVillage`."""
        found = [region for region in self.villages(place) if region.name == name.strip()]
        if not found:
            raise UnknownPlace(place=name)
        if len(found) > 1:
            raise AmbiguousVillage(name=name, codes=[region.code for region in found])
        return found[0]

    def counties(self) -> list[Region]:
        return self._rows(regions.c.level == "county")

    def _rows(self, where: ColumnElement[bool]) -> list[Region]:
        query = select(regions).where(where).order_by(regions.c.code)
        with self._shared.read() as sql:
            return [Region(*row) for row in sql.execute(query)]


def _region(line: int, row: dict[str, str]) -> Region:
    code, level = (row.get("code") or "").strip(), (row.get("level") or "").strip()
    name, parent = (row.get("name") or "").strip(), (row.get("parent") or "").strip()
    if not code.isascii() or not code.isdigit() or len(code) not in LENGTHS:
        raise BadRegions(line=line, why="code")
    if level not in LEVELS:
        raise BadRegions(line=line, why="level")
    if not name:
        raise BadRegions(line=line, why="name")
    if parent and not code.startswith(parent):
        raise BadRegions(line=line, why="parent")
    return Region(code, name, parent, level)
