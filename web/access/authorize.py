"""One question for pages, API and command line: may this actor do this, there?"""

from __future__ import annotations

from dataclasses import dataclass

from points.refusals import Refusal
from web.access.grants import GRANTS
from web.access.visitor import Visitor

COUNTY_DIGITS = 6
"""What a role may do "everywhere" ends at her county: users and tokens are shared by all."""


class NotAllowed(Refusal):
    """Deny by default: the role has no such power, or not here."""

    code = "not-allowed"


class NotSignedIn(Refusal):
    code = "not-signed-in"


@dataclass(frozen=True)
class Thing:
    """Where the object of an action stands. `place`: region code; `shop`: shop code; `household`:
    its number; `owner`: the id of the actor whom it concerns alone."""

    place: str = ""
    shop: str | None = None
    household: str | None = None
    owner: str | None = None
    label: str = ""

    def __str__(self) -> str:
        """For the access log: household or receipt numbers, codes and ids; never a name."""
        return self.label or self.household or self.shop or self.place or self.owner or ""


def at_place(code: str) -> Thing:
    return Thing(place=code)


def at_household(number: str) -> Thing:
    """A household stands in the village whose code its number begins with."""
    return Thing(place=number.partition("-")[0], household=number)


def at_shop(code: str, village: str, *, label: str = "") -> Thing:
    return Thing(place=village, shop=code, label=label)


def own(visitor: Visitor) -> Thing:
    """What is the visitor's own: her place, her shop, her household, herself."""
    return Thing(visitor.place, visitor.shop, visitor.household, visitor.id)


def authorize(visitor: Visitor | None, action: str, thing: Thing) -> Visitor:
    """The visitor, who may; raises `NotSignedIn` or `NotAllowed` (fact: the action)."""
    if visitor is None:
        raise NotSignedIn
    if not may(visitor, action, thing):
        raise NotAllowed(action=action)
    return visitor


def may(visitor: Visitor | None, action: str, thing: Thing | None = None) -> bool:
    """The same as a question, for pages that show or hide a button. Without a thing: anywhere?"""
    if visitor is None:
        return False
    where = GRANTS[action].get(visitor.role, "-")
    if thing is None:
        return where != "-"
    match where:
        case "all":
            return bool(visitor.place) and thing.place.startswith(visitor.place[:COUNTY_DIGITS])
        case "place":
            return bool(visitor.place) and thing.place.startswith(visitor.place)
        case "shop":
            return bool(visitor.shop) and thing.shop == visitor.shop
        case "home":
            return bool(visitor.household) and thing.household == visitor.household
        case "self":
            return thing.owner == visitor.id and visitor.door != "token"
    return False
