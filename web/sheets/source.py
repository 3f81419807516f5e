"""Where lists come from: one moment of a county, and what its households are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from points.pricelist import Good
from points.rulebook import Rule
from points.views import Reads
from volunteers.numbers import village_and_local
from web.sheets.writing import Column


@dataclass(frozen=True)
class Source:
    """A county at one moment. `name`: what a household is called; `villages`: names by code;
    `goods` and `rules`: those in force, by sku and code."""

    read: Reads
    name: Callable[[str], str]
    villages: Mapping[str, str]
    goods: Mapping[str, Good]
    rules: Mapping[str, Rule]
    place: str = ""

    def whose(self) -> tuple[Column, Column]:
        """The household of a row, and its village."""
        return (
            Column("户", lambda row: self.name(row["household"])),
            Column("村", lambda row: self._village(row["household"])),
        )

    def _village(self, household: str) -> str:
        village, _ = village_and_local(household) or ("", "")
        return self.villages.get(village, "")
