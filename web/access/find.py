"""Finding the object of a request by what stands in its address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import g

from points.award import AwardCase, UnknownCase
from points.evaluation import UnknownRound
from points.notice import UnknownNotice
from points.objection import UnknownObjection
from points.redemption import UnknownReceipt
from points.shop import UnknownShop
from points.showcase import UnknownShowcase
from points.sitting import UnknownSitting
from points.undo import Undo, UnknownUndo
from volunteers.numbers import plain_number, village_and_local
from web.access.authorize import Thing, at_household, at_place, at_shop
from web.access.declared import Find
from web.access.visitor import Visitor
from web.wiring import house


def full_number(text: str, visitor: Visitor | None = None) -> str:
    """The household's full number: as given, or found by the village's own in the actor's place.

    Raises `HouseholdUnknown` or `HouseholdAmbiguous`. A full number is not looked up: whether it
    may be seen comes before whether it exists.
    """
    number = plain_number(text)
    place = (visitor or g.actor).place
    return number if village_and_local(number) else house().registry.resolve(number, place)


def household(name: str = "no") -> Find:
    """The household of this number; `g.thing.household` holds it in full."""
    return lambda visitor, values: at_household(full_number(values[name], visitor))


def shop(name: str = "code") -> Find:
    """The shop of this code; raises `UnknownShop`."""
    return lambda _, values: shop_thing(values[name])


def shop_thing(code: str, label: str = "") -> Thing:
    found = house().read.shops.one(code)
    if found is None:
        raise UnknownShop(shop=code)
    return at_shop(code, found["village"], label=label)


def receipt(name: str = "receipt_no") -> Find:
    """The redemption of this receipt number, in its shop; raises `UnknownReceipt`."""

    def find(_: Visitor, values: Mapping[str, Any]) -> Thing:
        found = house().read.redemptions.by_receipt(values[name])
        if found is None:
            raise UnknownReceipt(receipt_no=values[name])
        return shop_thing(found["shop"], label=values[name])

    return find


def case(name: str = "case") -> Find:
    """The award case of this id, at its household; raises `UnknownCase`."""

    def find(_: Visitor, values: Mapping[str, Any]) -> Thing:
        found = house().ledger.load(AwardCase, values[name])
        if found is None:
            raise UnknownCase(case=str(values[name]))
        return at_household(found.household)

    return find


def notice(name: str = "notice") -> Find:
    """The notice of this id, in its village; raises `UnknownNotice`."""

    def find(_: Visitor, values: Mapping[str, Any]) -> Thing:
        found = house().read.notices.one(values[name])
        if found is None:
            raise UnknownNotice(notice=str(values[name]))
        return Thing(place=found["village"], label=str(values[name]))

    return find


def objection(name: str = "objection") -> Find:
    """The objection of this id, in its village; raises `UnknownObjection`."""

    def find(_: Visitor, values: Mapping[str, Any]) -> Thing:
        found = house().read.objections.one(values[name])
        if found is None:
            raise UnknownObjection(objection=str(values[name]))
        return Thing(place=found["village"], label=str(values[name]))

    return find


def undo(name: str = "undo") -> Find:
    """The request to undo of this id, at its household; raises `UnknownUndo`."""

    def find(_: Visitor, values: Mapping[str, Any]) -> Thing:
        found = house().ledger.load(Undo, values[name])
        if found is None:
            raise UnknownUndo(undo=str(values[name]))
        return at_household(found.household)

    return find


def evaluation(name: str = "round_id") -> Find:
    """The evaluation round of this id, in its village; raises `UnknownRound`."""

    def find(_: Visitor, values: Mapping[str, Any]) -> Thing:
        found = house().read.evaluations.one(values[name])
        if found is None:
            raise UnknownRound(round=str(values[name]))
        return at_place(found["village"])

    return find


def sitting(name: str = "sitting") -> Find:
    """The sitting of this id, in its village; raises `UnknownSitting`."""

    def find(_: Visitor, values: Mapping[str, Any]) -> Thing:
        found = house().read.sittings.one(values[name])
        if found is None:
            raise UnknownSitting(sitting=str(values[name]))
        return at_place(found["village"])

    return find


def showcase(name: str = "showcase") -> Find:
    """The show-case household of this id, at its household; raises `UnknownShowcase`."""

    def find(_: Visitor, values: Mapping[str, Any]) -> Thing:
        found = house().read.showcases.one(values[name])
        if found is None:
            raise UnknownShowcase(showcase=str(values[name]))
        return at_household(found["household"])

    return find
