"""The till's own shop: its goods, and its day."""

from __future__ import annotations

from typing import Any

from flask import g

from points.clock import business_day
from points.shop import UnknownShop
from web import receipts
from web.access.declared import mine, needs
from web.api.blueprint import ApiBlueprint
from web.api.redemptions import line_shown
from web.api.schemas import DayShown, ShopShown
from web.wiring import house

api = ApiBlueprint("api_shops", __name__)


@api.get("/shops/mine")
@needs("shop.read", of=mine)
@api.response(200, ShopShown)
def show() -> Any:
    """Goods that ever stood on the shelves of this till's shop, with today's points."""
    shop = _mine()
    levels = house().read.stock.levels(shop["code"])
    _, goods = house().ledger.goods_on(business_day(house().clock()))
    shown = [vars(goods[sku]) | {"on_hand": levels[sku]} for sku in levels if sku in goods]
    return {"code": shop["code"], "name": shop["name"], "goods": shown}


@api.get("/shops/mine/today")
@needs("redemption.read", of=mine)
@api.response(200, DayShown)
def today() -> Any:
    """Every redemption of the business day, and its totals per good."""
    shop, day = _mine()["code"], business_day(house().clock())
    done = house().read.redemptions.of_day(shop, day)
    names = house().registry.masked_heads({one["household"] for one in done})
    promised = receipts.promises(house(), [one["redemption_id"] for one in done])
    stands = [one for one in done if one["state"] == "completed"]
    return {
        "day": day.isoformat(),
        "redemptions": [
            _shown(one, names) | {"code": str(promised[one["redemption_id"]].code)} for one in done
        ],
        "totals": {
            "points": sum(one["points"] for one in stands),
            "count": len(stands),
            "goods": house().read.redemptions.goods_of_day(shop, day),
        },
    }


def _mine() -> dict[str, Any]:
    found = house().read.shops.one(g.actor.shop) if g.actor.shop else None
    if found is None:
        raise UnknownShop(shop=g.actor.shop or "")
    return found


def _shown(one: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    return one | {
        "redemption": one["redemption_id"],
        "masked_name": names.get(one["household"], ""),
        "status": one["state"],
        "lines": [line_shown(line) for line in one["lines"]],
    }
