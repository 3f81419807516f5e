"""The registered households of a place, held in memory while one sheet is read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from volunteers.households import Registry
from volunteers.numbers import plain_number, village_and_local
from web.registers.cells import CellError


class KnownHouseholds:
    """`wanted`: the numbers that the sheet names, in either form; only those heads are opened."""

    def __init__(self, registry: Registry, place: str, wanted: Iterable[str]) -> None:
        self._called: defaultdict[str, list[str]] = defaultdict(list)
        for number in registry.numbers(place):
            parts = village_and_local(number)
            assert parts is not None
            for called in (number, parts[1]):
                self._called[called].append(number)
        named = {plain_number(number) for number in wanted}
        meant = {number for called in named for number in self._called.get(called, ())}
        self._heads = registry.vault.get_all(sorted(meant), "head")

    def meant(self, number: str) -> str:
        """The external number that a plain number means in this place.

        Raises `CellError`: `household-unknown`, `household-ambiguous`.
        """
        found = self._called.get(number, [])
        if not found:
            raise CellError("household-unknown", value=number)
        if len(found) > 1:
            raise CellError("household-ambiguous", value=number, candidates="、".join(found))
        return found[0]

    def head_of(self, household: str) -> str:
        """The registered head's name, empty where it is erased."""
        return self._heads.get(household, "")
