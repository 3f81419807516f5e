"""Finding what a staff page's address names, for `@needs(…, of=…)`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from points.account import UnknownEntry
from points.redemption import UnknownReceipt
from web.access.authorize import Thing, at_household, at_place, at_shop
from web.access.visitor import Visitor
from web.pages.staff.forms import ID_MAX
from web.registers.service import Imports
from web.wiring import house


def entry(_: Visitor, values: Mapping[str, Any]) -> Thing:
    """The household of an entry; raises `UnknownEntry`."""
    found = house().read.entries.one(values["entry"]) if values["entry"] <= ID_MAX else None
    if found is None:
        raise UnknownEntry(entry=str(values["entry"]))
    return at_household(found["household"])


def receipt(_: Visitor, values: Mapping[str, Any]) -> Thing:
    """The household that holds a receipt; raises `UnknownReceipt`."""
    found = house().read.redemptions.by_receipt(values["receipt_no"])
    if found is None:
        raise UnknownReceipt(receipt_no=values["receipt_no"])
    return at_household(found["household"])


def register(_: Visitor, values: Mapping[str, Any]) -> Thing:
    """The place that a waiting register is of; raises `UnknownImport`."""
    found = Imports(house()).posting.pendings.one(values["import_id"])
    return Thing(place=found.place, label=found.id)


def user(_: Visitor, values: Mapping[str, Any]) -> Thing:
    """A user's place; raises `UnknownUser`."""
    found = house().users.by_id(values["user_id"])
    return Thing(place=found.place, label=found.id)


def inspection(_: Visitor, values: Mapping[str, Any]) -> Thing:
    """The place that an inspector's link opens; raises `LinkDead`."""
    found = house().inspections.by_id(values["link"])
    return Thing(place=found.place, label=found.id)


def device(_: Visitor, values: Mapping[str, Any]) -> Thing:
    """The place of a device or program; raises `UnknownToken`."""
    found = house().tokens.by_id(values["token"])
    if found.shop:
        return at_shop(found.shop, found.place, label=found.id)
    return at_place(found.place)
