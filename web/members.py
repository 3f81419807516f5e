"""Who sits in a meeting of a village: somebody of its staff, or somebody of a household."""

from __future__ import annotations

from points.scoring import Judge
from web.access.users import UnknownUser, User
from web.access.visitor import HOUSEHOLD
from web.wiring import House


def member(house: House, typed: str, village: str) -> Judge:
    """From a login of this village's staff or a household's number.

    Raises `HouseholdUnknown` where it is neither, or `UnknownAccount`.
    """
    try:
        found = house.users.by_login(typed)
        if found.active and _is_near(found, village):
            return Judge(found.id, found.household)
    except UnknownUser:
        pass
    number = house.registry.resolve(typed, "" if "-" in typed else village)
    house.ledger.account(number)
    return Judge(HOUSEHOLD + number, number)


def _is_near(user: User, village: str) -> bool:
    return user.place.startswith(village) or village.startswith(user.place)
