"""`shop`, `good` and `stock`: what there is, and goods that come in."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal, InvalidOperation

import click

from points.stock import SOURCES
from web.access.authorize import at_place, at_shop
from web.cli.asking import DAY
from web.cli.call import Call, acts
from web.cli.tables import table


@click.group(help="超市 / shops.")
def shop() -> None:
    pass


@shop.command("list", help="列出超市 / the shops of the place.")
@acts
def shop_list(call: Call) -> None:
    call.check("shop.read", at_place(call.place))
    found = call.house.read.shops.all(call.place)
    rows = [(one["code"], one["name"], one["village"]) for one in found]
    call.say({"shops": found}, table(("店号", "名称", "村"), rows))


@click.group(help="物资 / goods.")
def good() -> None:
    pass


@good.command("list", help="现行价目，可看一店的存量 / prices in force, and one shop's shelves.")
@click.option("--shop", "code", help="店号 / with what stands in this shop.")
@acts
def good_list(call: Call, code: str | None) -> None:
    call.check("rule.read", at_place(call.place))
    version, goods = call.house.ledger.goods_on(call.today)
    shelf = call.house.read.stock.levels(code) if code else {}
    told = [
        asdict(one) | ({"on_hand": shelf.get(one.sku, 0)} if code else {}) for one in goods.values()
    ]
    titles = ("货号", "名称", "单位", "分值", *(("存量",) if code else ()))
    keys = ("sku", "name", "unit", "points", *(("on_hand",) if code else ()))
    rows = [tuple(one[key] for key in keys) for one in told]
    call.say({"version": version, "goods": told}, f"第 {version} 版", table(titles, rows))


@click.group(help="库存 / stock.")
def stock() -> None:
    pass


@stock.command(help="入库 / receive goods in a shop.")
@click.argument("shop")
@click.argument("sku")
@click.argument("quantity", type=click.IntRange(1, 1_000_000))
@click.option("--source", type=click.Choice(SOURCES), required=True, help="来源 / where from.")
@click.option("--cost", help="单价，元 / cost of one unit in yuan.")
@click.option("--best-before", type=DAY, help="保质期 / YYYY-MM-DD.")
@click.option("--note", default="", help="说明，如捐赠人 / free text, kept sealed.")
@acts
def receive(
    call: Call,
    shop: str,
    sku: str,
    quantity: int,
    source: str,
    cost: str | None,
    best_before: datetime | None,
    note: str,
) -> None:
    code = shop.upper()
    village = call.house.ledger.shop(code).village
    call.check("stock.receive", at_shop(code, village))
    with call.acting():
        call.house.ledger.receive_stock(
            code,
            sku=sku.upper(),
            quantity=quantity,
            source=source,
            unit_cost_fen=_fen(cost),
            best_before=best_before.date() if best_before else None,
            note=note,
        )
    on_hand = call.house.read.stock.levels(code)[sku.upper()]
    call.say(
        {"shop": code, "sku": sku.upper(), "received": quantity, "on_hand": on_hand},
        f"{code} 入库 {sku.upper()} {quantity}，现存 {on_hand}。",
    )


def _fen(yuan: str | None) -> int | None:
    if yuan is None:
        return None
    try:
        fen = Decimal(yuan) * 100
    except InvalidOperation:
        raise click.BadParameter("--cost is yuan, such as 2.50") from None
    if fen != fen.to_integral_value() or not 0 <= fen <= 10_000_000:
        raise click.BadParameter("--cost is yuan with at most two decimals")
    return int(fen)
