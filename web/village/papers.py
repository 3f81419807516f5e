"""The sheets of a notice: A4 and A3 for the board, a picture for the group; made once and kept.

All sheets of a version are made together, so that they show the same names, and their bytes depend
on nothing but what they show: the date inside is the day on which the notice was hung up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from points.clock import business_day
from web.village.addresses import full_address, picture
from web.village.archive import Archive, Kept, archive_of
from web.village.drawing import SHEETS, drawn
from web.village.listed import Listed, listed
from web.village.shown import corrected_rows
from web.wiring import House
from web.words.facts import BODIES


def papers(house: House, notice: UUID, version: int | None = None) -> Mapping[str, Kept]:
    """The kept sheets of a public notice's version by their names in `SHEETS`; made where they are
    not there yet. Raises `UnknownNotice`."""
    archive = archive_of(house.settings, house.county.code)
    found = listed(house, notice, version)
    name = f"{notice}/v{found.version}"
    kept = {sheet: archive.shown(f"{name}/{sheet}") for sheet in SHEETS}
    if None in kept.values():
        kept |= _made(house, archive, found, name)
    return {sheet: one for sheet, one in kept.items() if one is not None}


def keep_hanging(house: House) -> int:
    """See to it that every sheet is kept that hangs now, or was corrected of late; how many notices
    hang."""
    hanging = house.read.notices.hanging("", business_day(house.clock()))
    for notice in [*hanging, *corrected_rows(house, "")]:
        for version in range(1, notice["version"] + 1):
            papers(house, notice["notice_id"], version)
    return len(hanging)


def _made(house: House, archive: Archive, found: Listed, name: str) -> dict[str, Kept]:
    return {
        sheet: archive.keep(f"{name}/{sheet}", drawn(told(house, found), sheet)) for sheet in SHEETS
    }


def told(house: House, found: Listed) -> dict[str, Any]:
    """What stands on a sheet, and nothing else."""
    address = full_address(house, found.village)
    return {
        "name": house.settings.name,
        "village": house.regions.name(found.village),
        "month": found.month,
        "number": found.number,
        "version": found.version,
        "opens_on": found.opens_on,
        "closes_on": found.closes_on,
        "address": address,
        "code": picture(house, found.village),
        "lines": [
            {
                "line": line.number,
                "code": line.code,
                "name": line.name,
                "item": line.item,
                "points": line.points,
                "was": line.was,
                "scored": line.scored and asdict(line.scored),
                "review": line.review and {**asdict(line.review), "body": BODIES[line.review.body]},
            }
            for line in found.lines
        ],
        "total": found.total,
        "changes": [
            {
                "version": each.version,
                "day": each.day,
                "line": each.line,
                "was": each.was,
                "points": each.points,
                "why": each.why,
            }
            for each in found.changes
        ],
    }
