"""What the demo came to, and whether it adds up."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from web.demo.cast import SignIn
from web.demo.slip import PLANTED
from web.demo.stage import Planted, Stage

COVERAGE_WARNS = 0.8
"""Outstanding points against the goods on the shelves (design §4)."""


@dataclass(frozen=True)
class ShownCard:
    """A household's page to open, and the PIN behind its details."""

    household: str
    name: str
    balance: int
    address: str
    number: str
    pin: str


@dataclass(frozen=True)
class Filled:
    """`identity`: issued = redeemed + outstanding + expired + reversed + deducted, in points.
    `coverage`: points that can be spent against points' worth of goods on the shelves. `planted`:
    what was done wrong on purpose, for who looks for it."""

    profile: str
    seed: int
    villages: int
    households: int
    counts: dict[str, int]
    identity: dict[str, int]
    coverage: float
    planted: list[Planted]
    events: int
    seconds: float
    sign_ins: list[SignIn]
    cards: list[ShownCard]

    @property
    def adds_up(self) -> bool:
        parts = (points for name, points in self.identity.items() if name != "issued")
        return self.identity["issued"] == sum(parts)

    def as_json(self) -> dict[str, Any]:
        rate = round(self.events / self.seconds) if self.seconds else 0
        return asdict(self) | {"adds_up": self.adds_up, "events_per_second": rate}

    def lines(self) -> list[str]:
        """For people: what was filled, that it adds up, and how to come in."""
        sums, rate = self.identity, self.events / max(self.seconds, 0.001)
        counts = "，".join(f"{NAMES[name]} {number}" for name, number in self.counts.items())
        parts = " + ".join(f"{PARTS[name]} {sums[name]}" for name in PARTS)
        holds = "相符" if self.adds_up else "不相符！"
        warns = "，超过 0.8，请补货" if self.coverage > COVERAGE_WARNS else ""
        return [
            f"示例数据，人物全部虚构：{self.villages} 个村或社区，{self.households} 户。",
            f"{counts}。",
            f"积分守恒：发放 {sums['issued']} = {parts}（{holds}）。",
            f"备付率（可兑积分 / 货架物资）：{self.coverage:.2f}{warns}。",
            f"故意做错 {len(self.planted)} 处，供查账练习，列在数据库旁的 *{PLANTED}。",
            f"{self.events} 个事件，{self.seconds:.1f} 秒，每秒 {rate:.0f} 个。",
            "",
            *self.ways_in(),
        ]

    def ways_in(self) -> list[str]:
        """Sign-ins and card addresses."""
        shown = [
            f"  {each.login:<16} {each.password}   {ROLES[each.role]} {each.name} · {each.place}"
            for each in self.sign_ins
        ]
        cards = [
            line
            for card in self.cards
            for line in (
                f"  {card.name} 余额{card.balance}分，密码 {card.pin}，卡号 {card.number}",
                f"  {card.address}",
            )
        ]
        return ["登录（示例人员）：", *shown, "", "家庭卡（打开就能看余额）：", *cards]


PARTS = {
    "redeemed": "兑换",
    "outstanding": "结余",
    "expired": "到期",
    "reversed": "冲正",
    "deducted": "扣减",
}
NAMES = {
    "accounts": "账户",
    "proposals": "申报",
    "signatures": "签字",
    "sittings": "评议会议",
    "notices": "公示",
    "objections": "异议",
    "posted": "入账",
    "redemptions": "兑换",
    "undone": "撤销、退回、冲正",
}
ROLES = {
    "keeper": "店主",
    "village": "村妇联",
    "township": "乡镇妇联",
    "county": "县妇联",
    "supervisor": "监督",
}


def coverage(stage: Stage) -> float:
    """Spendable points of all households for each point's worth of goods in all shops."""
    county = stage.house.county.code
    goods = stage.ledger.goods_on(stage.last_day)[1]
    worth = sum(
        on_hand * goods[sku].points
        for shop in stage.house.read.shops.all(county)
        for sku, on_hand in stage.house.read.stock.levels(shop["code"]).items()
    )
    points = stage.house.read.accounts.totals(county)["balance"]
    return points / worth if worth else 0.0
