"""What a household's page tells: balance, what it buys, what waits, what lapses, what changed.

Everything is asked from the ledger's views; the words are those of the villager (domain.md §7.4).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from points.clock import business_day, day_of
from points.notice import PRIVATE
from points.pricelist import Good
from points.rulebook import Rule
from points.versions import NothingInForce
from points.views.cases import OPEN
from points.views.entries import Line
from web.access.visitor import HOUSEHOLD
from web.village.doubting import may_be_doubted
from web.wiring import House
from web.words.codes import BODIES, CASES
from web.words.formats import full_month, near_day
from web.words.i18n import _

EXPIRY_NOTICE = timedelta(days=60)  # rulings 10
LATEST = 5
RECEIPTS_MAX = 1000


@dataclass(frozen=True)
class Change:
    """One line of the page: `reason` in plain words, signed `points`, a word `more`, and the `way`
    it came where that was asked for. `doubt`: the entry's number, where one may object to it."""

    day: str
    reason: str
    points: int
    more: str = ""
    way: str = ""
    doubt: int | None = None


@dataclass(frozen=True)
class Offer:
    """A good of the village's shop: its price, what stands there, how many the balance buys."""

    name: str
    unit: str
    points: int
    on_hand: int
    enough: int
    short: int


@dataclass(frozen=True)
class Pending:
    """What is not posted yet. `day`: when it was proposed; `stands`: how far it is, in words."""

    item: str
    points: int
    day: str
    stands: str


@dataclass(frozen=True)
class Home:
    """`apart`: points that buy nothing (base); `lapsing`: (last day, points), soonest first."""

    household: str
    name: str
    village: str
    shop: str
    balance: int
    apart: int
    receivable: int
    pending: list[Pending]
    lapsing: list[tuple[str, int]]
    changes: list[Change]
    offers: list[Offer]

    @property
    def pending_points(self) -> int:
        return sum(case.points for case in self.pending)

    @property
    def buys(self) -> list[Offer]:
        """Two goods that tell what the balance is worth: the dearest, and one for every day."""
        within = sorted((one for one in self.offers if one.enough), key=lambda one: -one.points)
        plain = [one for one in within[1:] if one.points * 4 <= self.balance]
        return within[:1] + plain[:1]

    @property
    def nearest(self) -> Offer | None:
        """What to save for, while nothing can be had."""
        return min(self.offers, key=lambda one: one.points, default=None)


def home_of(house: House, household: str) -> Home:
    """The page's content; the account is there, because a card was issued on it."""
    balance = house.read.balances.of(household)
    assert balance is not None
    today = business_day(house.clock())
    village = household.partition("-")[0]
    shop = next(iter(house.read.shops.all(village)), {})
    return Home(
        household=household,
        name=house.registry.masked_heads([household]).get(household, ""),
        village=house.regions.name(village),
        shop=shop.get("name", ""),
        balance=balance.balance,
        apart=sum(balance.buckets.values()) - balance.balance,
        receivable=balance.receivable,
        pending=[
            Pending(case["item"], case["points"], case["proposed_on"], stands(case))
            for case in house.read.cases.of(household)
            if case["state"] in OPEN
        ],
        lapsing=lapsing(house.read.lots.of(household), today),
        changes=changes(house, household, house.read.entries.latest(household, LATEST)),
        offers=_offers(house, shop.get("code", ""), today, balance.balance),
    )


def stands(case: dict[str, Any]) -> str:
    """How far an award is, as its household reads it."""
    if case["held"]:
        return _("有异议，暂缓")
    if case["state"] == "on_notice":
        day = date.fromisoformat(case["closes_on"])
        return _("公示到%(month)s月%(day)s日", month=day.month, day=day.day)
    return str(CASES[case["state"]])


def lapsing(lots: Iterable[dict[str, Any]], today: date) -> list[tuple[str, int]]:
    """Points that can be spent for 60 days at most: (last day, points), soonest first."""
    last = (today + EXPIRY_NOTICE).isoformat()
    by_day: dict[str, int] = {}
    for lot in lots:
        if lot["redeemable"] and lot["expires_on"] and lot["expires_on"] <= last:
            by_day[lot["expires_on"]] = by_day.get(lot["expires_on"], 0) + lot["left"]
    return sorted(by_day.items())


def _offers(house: House, shop: str, today: date, balance: int) -> list[Offer]:
    """The goods of the village's shop that are there, cheapest first."""
    levels = house.read.stock.levels(shop)
    there = [(good, levels.get(good.sku, 0)) for good in _goods(house, today).values()]
    return [
        Offer(
            name=good.name,
            unit=good.unit,
            points=good.points,
            on_hand=on_hand,
            enough=min(balance // good.points, on_hand),
            short=max(0, good.points - balance),
        )
        for good, on_hand in sorted(there, key=lambda pair: (pair[0].points, pair[0].sku))
        if on_hand > 0
    ]


def _goods(house: House, today: date) -> dict[str, Good]:
    try:
        return house.ledger.goods_on(today)[1]
    except NothingInForce:
        return {}


def rules_of(house: House) -> list[Rule]:
    """The rules in force today, as the rule book orders them."""
    try:
        return list(house.ledger.rules_on(business_day(house.clock()))[1].values())
    except NothingInForce:
        return []


def changes(house: House, household: str, lines: Sequence[Line]) -> list[Change]:
    """Ledger lines in the villager's words."""
    taken = _taken(house, household) if any(each["receipt_no"] for each in lines) else {}
    today = business_day(house.clock())
    told = [_change(line, taken.get(line["receipt_no"], "")) for line in lines]
    return [
        replace(one, doubt=line["id"]) if may_be_doubted(line, today) else one
        for one, line in zip(told, lines, strict=True)
    ]


def with_ways(house: House, household: str, lines: Sequence[Line]) -> list[Change]:
    """The same, each award with the way it came."""
    today, ways = business_day(house.clock()), house.read.chains.behind(lines)
    told = zip(lines, changes(house, household, lines), strict=True)
    return [
        replace(change, way=_way(ways[line["ref"]], today)) if line["ref"] in ways else change
        for line, change in told
    ]


def _way(chain: dict[str, Any], today: date) -> str:
    """From its proposal to the end of its notice, by days; no name of who did what."""

    def at(name: str) -> str:
        return near_day(chain[name], today)

    own = chain["proposer"] == HOUSEHOLD + chain["household"]
    said = [
        _("%(day)s自己报的", day=at("proposed_on"))
        if own
        else _("%(day)s报的", day=at("proposed_on")),
        _("%(day)s%(body)s评议", day=at("sitting_day"), body=BODIES[chain["sitting_body"]])
        if chain["sitting_id"]
        else _("%(day)s复核", day=near_day(day_of(chain["reviewed_at"]), today)),
        _hung(chain, at("opens_on"), at("closes_on")),
    ]
    return _("，").join(said)


def _hung(chain: dict[str, Any], day: str, until: str) -> str:
    if chain["kind"] == PRIVATE:
        return _("%(day)s告诉您家，等到%(until)s", day=day, until=until)
    return _(
        "%(day)s到%(until)s公示（%(month)s 第%(number)s期第%(line)s行）",
        day=day,
        until=until,
        month=full_month(chain["month"]),
        number=chain["number"],
        line=chain["line"],
    )


def _taken(house: House, household: str) -> dict[str, str]:
    """The goods of each receipt in words: "肥皂 1块，作业本 2本"."""
    found = house.read.redemptions.of_household(household, limit=RECEIPTS_MAX)
    return {
        receipt["receipt_no"]: _("，").join(
            f"{one['name']} {one['quantity']}{one['unit']}" for one in receipt["lines"]
        )
        for receipt in found
    }


def _change(line: Line, taken: str) -> Change:
    item = line["item"] or ""
    match line["kind"]:
        case "redemption":
            reason = _("换了 %(goods)s", goods=taken)
        case "void":
            reason = _("撤销兑换，退回积分")
        case "return":
            reason = _("退了东西，退回积分")
        case "reversal":
            reason = _("更正：加错了，收回")
        case "deduction_reversal":
            reason = _("更正：扣错了，退回")
        case "expiry":
            reason = _("到期清零")
        case "opening":
            reason = _("%(item)s（从纸账转来）", item=item)
        case _:
            reason = item
    return Change(line["day"], reason, line["spendable"] or line["points"], _more(line))


def _more(line: Line) -> str:
    if not line["spendable"] and line["points"]:
        return _("不能换东西")
    if line["occurred_on"] and line["occurred_on"] != line["day"]:
        at = date.fromisoformat(line["occurred_on"])
        return _("%(month)s月%(day)s日的事", month=at.month, day=at.day)
    return ""
