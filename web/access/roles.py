"""The roles, and what a place is (domain.md §4)."""

from __future__ import annotations

import re

from points.refusals import Refusal

ROLES = (
    "villager",
    "keeper",
    "village",
    "township",
    "county",
    "supervisor",
    "auditor",
    "inspector",
    "administrator",
)
STAFF = frozenset(ROLES) - {"villager", "inspector"}
"""Roles that a user or a token may have; a villager comes with her card and PIN, an inspector with
a link that ends."""

SCOPED_ROLES = STAFF - {"administrator"}

_PLACE = re.compile(r"\d{2}|\d{4}|\d{6}|\d{9}|\d{12}")


class UnknownPlace(Refusal):
    """A place is a region code of 2, 4, 6, 9 or 12 digits."""

    code = "place-unknown"


def check_place(place: str) -> None:
    """Raises `UnknownPlace`: half a code would reach into the neighbour's."""
    if not _PLACE.fullmatch(place):
        raise UnknownPlace(place=place)


def serves(place: str, county: str) -> bool:
    """Whether somebody of this place has to do with a county: she stands in it, or above it.

    Users are shared by all counties; what a role may do "everywhere" ends at her county.
    """
    return bool(place) and (place.startswith(county) or county.startswith(place))
