"""Who sits in a meeting of a village: somebody of its staff, or somebody of a household."""

from __future__ import annotations

from points.refusals import Refusal
from points.scoring import Judge
from web.access.users import UnknownUser, User
from web.access.visitor import HOUSEHOLD
from web.wiring import House


class MemberByLogin(Refusal):
    """What she declared about relatives is known by her login: so is a household with one."""

    code = "member-by-login"


def member(house: House, typed: str, village: str) -> Judge:
    """From a login of this village's staff or a household's number.

    Raises `HouseholdUnknown` where it is neither, `UnknownAccount`, or `MemberByLogin`.
    """
    try:
        found = house.users.by_login(typed)
        if found.active and _is_near(found, village):
            return Judge(found.id, found.household)
    except UnknownUser:
        pass
    number = house.registry.resolve(typed, "" if "-" in typed else village)
    house.ledger.account(number)
    if house.users.of_household(number):
        raise MemberByLogin(household=number)
    return Judge(HOUSEHOLD + number, number)


def _is_near(user: User, village: str) -> bool:
    return user.place.startswith(village) or village.startswith(user.place)
