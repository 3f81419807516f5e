"""Goods that come into a shop: several lines of one delivery in one form."""

from __future__ import annotations

from typing import Any

from flask import flash, request
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from points.ledger import Delivered
from points.pricelist import UnknownGood
from points.refusals import Refusal
from points.stock import Stock
from web.access.declared import needs
from web.access.find import shop as in_address
from web.pages.staff.blueprint import pages
from web.pages.staff.forms import (
    NOTHING,
    Form,
    Nays,
    No,
    day,
    loaded,
    money,
    once_by_form,
    one_of,
    refused,
    said_of,
    show,
    text,
    whole,
)
from web.pages.staff.shops import goods_today, the_shop
from web.pages.staff.shown import back_to
from web.wiring import house
from web.words.codes import SOURCES
from web.words.i18n import _

LINES = 8


class Delivery(Form):
    source = one_of(SOURCES)
    note = text(300)


class DeliveryLine(Form):
    """One good of a delivery; the cost in yuan, kept in fen."""

    sku = text(20, required=True)
    quantity = whole(1, 100_000, required=True)
    unit_cost_fen = money()
    best_before = day()


class NothingReceived(Refusal):
    """A delivery holds at least one line."""

    code = "nothing-received"


@pages.get("/shops/<code>/receive")
@needs("stock.receive", of=in_address())
def receive(code: str) -> ResponseReturnValue:
    return _form(code)


@pages.post("/shops/<code>/receive")
@needs("stock.receive", of=in_address())
def receive_goods(code: str) -> ResponseReturnValue:
    """The whole delivery is booked in one save, or nothing of it."""
    try:
        wish, lines = loaded(Delivery), _lines()
        with once_by_form({**wish, "lines": lines}):
            goods = [Delivered(**line) for line in lines]
            house().ledger.receive_delivery(code, goods, **wish)
    except Nays as error:
        return _form(code, refused(error, "receive"))
    flash(_("入库 %(count)s 样。", count=len(lines)))
    return back_to("shop", code=code)


def _lines() -> list[dict[str, Any]]:
    """Raises `ValidationError` by row, `UnknownGood`, `NothingReceived`."""
    goods, lines, wrong = goods_today(), [], {}
    for row in range(LINES):
        sent = {name: request.form.get(f"{row}.{name}", "") for name in DeliveryLine().fields}
        if not (sent["sku"].strip() or sent["quantity"].strip()):
            continue
        try:
            lines.append(DeliveryLine().load(sent))
        except ValidationError as error:
            wrong[str(row)] = said_of(error)
    if wrong:
        raise ValidationError(wrong)
    for line in lines:
        if line["sku"] not in goods:
            raise UnknownGood(sku=line["sku"])
    if not lines:
        raise NothingReceived
    return lines


def _form(code: str, said: No = NOTHING) -> ResponseReturnValue:
    return show(
        "receive",
        said,
        shop=the_shop(code),
        goods=(goods := goods_today()),
        shelves={sku: str(Stock.id_of(code, sku)) for sku in goods},
        levels=house().read.stock.levels(code),
        rows=range(LINES),
        sources=list(SOURCES.items()),
        first=request.args.get("sku", ""),
    )
