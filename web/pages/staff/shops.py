"""Shops: what stands on the shelves and every movement that made it so; opening one."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, g, request
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from points.pricelist import Good
from points.shop import UnknownShop
from points.versions import NothingInForce
from points.views.entries import Wish
from web.access.authorize import at_place, at_shop, own
from web.access.declared import in_body, mine, needs
from web.access.find import shop as in_address
from web.access.gate import check
from web.access.roles import UnknownPlace
from web.access.tokens import Token
from web.access.users import User
from web.pages.staff import finding
from web.pages.staff.blueprint import pages
from web.pages.staff.forms import (
    NOTHING,
    Form,
    Nays,
    No,
    day_asked,
    loaded,
    number_asked,
    once_by_form,
    refused,
    show,
    text,
)
from web.pages.staff.home import LOW_STOCK
from web.pages.staff.shown import (
    back_to,
    homes,
    notes,
    people,
    place_asked,
    place_name,
    today,
    village_names,
)
from web.wiring import house
from web.words.codes import GROUPS
from web.words.i18n import _, _l

PAGE = 50


class NewShop(Form):
    name = text(40, required=True)
    village = text(12, required=True)
    code = fields.String(
        load_default="",
        validate=validate.Regexp(r"[0-9A-Z]{1,12}\Z", error=_l("只用大写字母和数字，最多 12 位。")),
    )


@pages.get("/shops")
@needs("shop.read", of=mine)
def shops() -> ResponseReturnValue:
    return _shops()


def _shops(said: No = NOTHING) -> ResponseReturnValue:
    place = place_asked("shop.read")
    found = house().read.shops.all(place)
    if g.actor.role == "keeper":
        found = [shop for shop in found if shop["code"] == g.actor.shop]
    low: dict[str, int] = {}
    for each in house().read.stock.low(place, LOW_STOCK):
        low[each["shop"]] = low.get(each["shop"], 0) + 1
    return show(
        "shops",
        said,
        shops=found,
        low=low,
        villages=village_names(),
        place=place,
        place_name=place_name(place),
    )


@pages.post("/shops")
@needs("shop.open", of=in_body)
def open_shop() -> ResponseReturnValue:
    """A shop's code stands in its receipt numbers; by default it is the end of the village's."""
    try:
        check("shop.open", own(g.actor))
        wish = loaded(NewShop)
        if wish["village"] not in village_names():
            raise UnknownPlace(place=wish["village"])  # answered like the others
        check("shop.open", at_place(wish["village"]))
        code = wish["code"] or wish["village"][-6:]
        with once_by_form(wish):
            house().ledger.open_shop(code, name=wish["name"], village=wish["village"])
    except Nays as error:
        return _shops(refused(error, "open"))
    flash(_("超市开好了。下一步：登记店主和物资。"))
    return back_to("shop", code=code)


@pages.get("/shops/low")
@needs("shop.read", of=mine)
def low_stock() -> ResponseReturnValue:
    """Every good that a shop of the place is about to run out of."""
    place = place_asked("shop.read")
    return show(
        "low_stock",
        rows=house().read.stock.low(place, LOW_STOCK),
        shops={shop["code"]: shop for shop in house().read.shops.all(place)},
        goods=goods_today(),
        place=place,
        place_name=place_name(place),
        at_most=LOW_STOCK,
    )


@pages.get("/shops/<code>")
@needs("shop.read", of=in_address())
def shop(code: str) -> ResponseReturnValue:
    return shop_page(code)


def shop_page(code: str, said: No = NOTHING) -> ResponseReturnValue:
    """Shelves, the day, keepers and devices of one shop."""
    found = the_shop(code)
    serving = set(house().read.shops.keepers(code))
    on = day_asked("on") or today()
    done = house().read.redemptions.of_day(code, on)
    users = house().users.all(found["village"])
    return show(
        "shop",
        said,
        shop=found,
        thing=at_shop(code, found["village"]),
        place_name=place_name(found["village"]),
        goods=goods_today(),
        levels=house().read.stock.levels(code),
        low=LOW_STOCK,
        on=on,
        done=done,
        sum_of_day=sum(house().read.entries.totals(_taken(code, on)).values()),
        homes=homes(each["household"] for each in done),
        keepers=[user for user in users if user.id in serving],
        others=(others := _could_serve(users, serving)),
        others_list=[(one.id, one.name) for one in others],
        devices=devices_of(code, found["village"]),
    )


def _taken(code: str, on: date) -> Wish:
    return Wish(shop=code, start=on, end=on, kinds=GROUPS["taken"][1])


def _could_serve(users: list[User], serving: set[str]) -> list[User]:
    return [one for one in users if one.role == "keeper" and one.active and one.id not in serving]


def devices_of(code: str, village: str) -> list[Token]:
    return [token for token in house().tokens.all(village) if token.shop == code]


def the_shop(code: str) -> dict[str, Any]:
    """Raises `UnknownShop`."""
    found = house().read.shops.one(code)
    if found is None:
        raise UnknownShop(shop=code)
    return found


def goods_today() -> dict[str, Good]:
    """The price list in force by sku; empty before the first."""
    try:
        return house().ledger.goods_on(today())[1]
    except NothingInForce:
        return {}


@pages.get("/shops/<code>/moves")
@needs("shop.read", of=in_address())
def moves(code: str) -> ResponseReturnValue:
    """What came in and went out, of all goods or one (`?sku=`); it adds up to what is there."""
    sku = request.args.get("sku") or None
    before = number_asked("before")
    found = house().read.stock.movements(code, sku, PAGE + 1, before=before)
    rows = found[:PAGE]
    levels = house().read.stock.levels(code)
    return show(
        "moves",
        shop=the_shop(code),
        sku=sku,
        goods=goods_today(),
        rows=rows,
        more=rows[-1]["id"] if len(found) > PAGE else None,
        first=before is None,
        on_hand=levels.get(sku, 0) if sku else sum(levels.values()),
        names=people(row["actor"] for row in rows),
        notes=notes(row["note"] for row in rows),
    )


@pages.get("/receipts/<receipt_no>")
@needs("household.trace", of=finding.receipt)
def receipt(receipt_no: str) -> ResponseReturnValue:
    """On to the entry that the redemption made."""
    found = house().read.redemptions.by_receipt(receipt_no)
    assert found is not None  # its place was found by it
    entry = house().read.entries.on([str(found["redemption_id"])])[0]
    return back_to("entry", entry=entry["id"])
