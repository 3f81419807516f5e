"""Whom a member of staff may appoint, change or lock: roles below her own, in her place."""

from __future__ import annotations

from points.refusals import Refusal
from web.access.authorize import NotAllowed
from web.access.roles import ROLES
from web.access.users import User
from web.access.visitor import Visitor

GIVES: dict[str, tuple[str, ...]] = {
    "township": ("keeper", "village", "supervisor"),
    "county": ("keeper", "village", "township", "supervisor"),
    "administrator": ROLES[1:],
}
"""Role -> the roles that she gives (domain.md §4)."""


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
