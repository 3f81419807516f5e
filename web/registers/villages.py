"""The village that a sheet means by its name, inside the place of whoever imports (rulings 1).

A public code list says 城关村民委员会 where the sheet says 城关村, so both are read as 城关村; a
township's name may stand before it. Names repeat inside a county: then the sheet must say more.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from web.access.regions import VILLAGES, Region
from web.registers.cells import CellError

_COMMITTEE = re.compile(r"(?P<stem>.+?)(?P<kind>村|社区)?(村民委员会|村委会|居民委员会|居委会)")


class Villages:
    """The villages and communities among `regions`, which also holds their townships."""

    def __init__(self, regions: Iterable[Region]) -> None:
        regions = list(regions)
        towns = {region.code: region.name for region in regions if region.level == "township"}
        self._found = [region for region in regions if region.level in VILLAGES]
        self._named: defaultdict[str, set[str]] = defaultdict(set)
        for region in self._found:
            name, town = plain_village(region.name), towns.get(region.parent, "")
            for called in {name, town + name if town else name}:
                self._named[called].add(region.code)

    def code_of(self, name: str) -> str:
        """The 12-digit code meant by a cell that holds a name or the code itself.

        Raises `CellError`: `village-missing`, `village-unknown`, `village-ambiguous`.
        """
        called = plain_village(name)
        if not called:
            if len(self._found) == 1:  # the importer said which village the sheet is of
                return self._found[0].code
            raise CellError("village-missing")
        codes = {one.code for one in self._found if one.code == called} or self._named[called]
        if not codes:
            raise CellError("village-unknown", value=name)
        if len(codes) > 1:
            raise CellError("village-ambiguous", value=name, candidates="、".join(sorted(codes)))
        return next(iter(codes))


def plain_village(name: str) -> str:
    """城关村民委员会 -> 城关村, 城东社区居民委员会 -> 城东社区; other names without spaces."""
    called = "".join(name.split())
    committee = _COMMITTEE.fullmatch(called)
    if not committee:
        return called
    kind = committee["kind"] or ("社区" if committee[3].startswith("居") else "村")
    return committee["stem"] + kind
