"""Whom a member of staff may appoint, change or lock: roles below her own, in her place; and who
stands behind whom (decision 0018)."""

from __future__ import annotations

from points.refusals import Refusal
from web.access.authorize import NotAllowed
from web.access.roles import ROLES, STAFF
from web.access.users import User, Users
from web.access.visitor import Visitor

GIVES: dict[str, tuple[str, ...]] = {
    "township": ("keeper", "village", "supervisor"),
    "county": ("keeper", "village", "township", "supervisor", "auditor"),
    "administrator": tuple(role for role in ROLES if role in STAFF),
}
"""Role -> the roles that she gives (domain.md §4)."""


def appointers(first: str | None, users: Users) -> frozenset[str]:
    """Whoever gave somebody her password or token, who gave theirs to them, and so on."""
    found: set[str] = set()
    while first and first not in found:
        found.add(first)
        first = users.credentials_by(first)
    return frozenset(found)


class OwnAccount(Refusal):
    """Nobody gives herself another role, or locks herself out."""

    code = "own-account"


def given_by(visitor: Visitor) -> tuple[str, ...]:
    return GIVES.get(visitor.role, ())


def check_appointment(visitor: Visitor, role: str) -> None:
    """Raises `NotAllowed`: nobody makes somebody her equal or more."""
    if role not in given_by(visitor):
        raise NotAllowed(action="user.change")


def check_device(visitor: Visitor, role: str) -> None:
    """Raises `NotAllowed`. A token acts as its role does: who has one of her equals could sign
    what she proposed herself. Whoever runs shops enrols their tills."""
    if role != "keeper":
        check_appointment(visitor, role)


def check_change(visitor: Visitor, user: User) -> None:
    """Raises `OwnAccount`, `NotAllowed`."""
    if user.id == visitor.id:
        raise OwnAccount
    check_appointment(visitor, user.role)
