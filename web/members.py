"""Who is somebody here: who sits in a meeting of a village, and who of a household earned."""

from __future__ import annotations

from points.refusals import Refusal
from points.scoring import Judge
from web.access.users import UnknownUser, User
from web.access.visitor import HOUSEHOLD
from web.wiring import House


class MemberByLogin(Refusal):
    """What she declared about relatives is known by her login: so is a household with one."""

    code = "member-by-login"


class EarnerUnknown(Refusal):
    """Nobody of this household is known by this id: a made-up one would have a cap of its own."""

    code = "earner-unknown"


def check_earner(house: House, earner: str | None, household: str) -> None:
    """Who earned is nobody, or one of those of the household who are known by a login.

    Raises `EarnerUnknown`.
    """
    if earner is not None and earner not in house.users.of_household(household):
        raise EarnerUnknown(household=household)


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
