"""What the ledger ought to do, told a second time: plain lists, no code of the ledger.

Amounts are whole points, days are dates in Shanghai, instants carry their zone. A command either
changes the model and answers, or raises `No(code)` and changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone

from tests.properties.procedure import Board, Case, No, Objection, Procedure

CHINA = timezone(timedelta(hours=8))
PRICES = {"G01": 2, "G02": 3, "G30": 120}
PURSES = ["gift", "earned", "base"]


@dataclass(frozen=True)
class Tariff:
    """One rule: where its points go, and how much of it one may have in which span of time."""

    purse: str = "earned"
    least: int = 1
    most: int = 100
    span: str = ""
    limit: int = 0
    counts_points: bool = False
    of_person: bool = False

    def span_of(self, day: date) -> object:
        return {
            "month": (day.year, day.month),
            "quarter": (day.year, (day.month - 1) // 3),
            "year": day.year,
            "event": day,
        }.get(self.span, "ever")


TARIFFS = {
    "V01": Tariff(most=48, span="month", limit=12, counts_points=True, of_person=True),
    "C01": Tariff(least=5, most=5, span="month", limit=1),
    "C02": Tariff(least=10, most=10, span="quarter", limit=1),
    "F02": Tariff(least=20, most=20, span="year", limit=1, of_person=True),
    "M01": Tariff(least=20, most=20, span="event", limit=1),
    "E01": Tariff(least=20, most=100),
    "G01": Tariff(purse="gift", most=30),
    "M03": Tariff(least=30, most=30),
}


FINE = (-30, -10)
"""Of rule D02, the only one."""


def _limits(case: Case) -> tuple[int, int]:
    if case.points < 0:
        return FINE
    return TARIFFS[case.rule].least, TARIFFS[case.rule].most


@dataclass
class Coin:
    """Points that came together. They are left, spent, fined, expired, or gone with a reversal."""

    name: str
    rule: str
    purse: str
    came: int
    occurred: date
    earner: str | None
    last_day: date | None
    spendable: bool = True
    spent: int = 0
    fined: int = 0
    expired: int = 0
    reversed: bool = False
    owed: int = 0

    @property
    def left(self) -> int:
        return 0 if self.reversed else self.came - self.spent - self.fined - self.expired


Portion = tuple[Coin, int]


@dataclass
class House:
    """A household: its coins in the order in which they came, its card, and its diary."""

    coins: list[Coin] = field(default_factory=list)
    card: int = 1
    card_lost: bool = False
    diary: list[tuple[date, int]] = field(default_factory=list)
    without_pin: dict[str, tuple[date, int]] = field(default_factory=dict)
    fines: dict[str, list[Portion]] = field(default_factory=dict)
    fines_undone: set[str] = field(default_factory=set)

    def purse(self, name: str) -> int:
        return sum(coin.left for coin in self.coins if coin.purse == name)

    @property
    def balance(self) -> int:
        return sum(coin.left for coin in self.coins if coin.spendable)

    @property
    def owed(self) -> int:
        return sum(coin.owed for coin in self.coins)

    def balance_on(self, day: date) -> int:
        return sum(change for when, change in self.diary if when <= day)

    def coin(self, name: str) -> Coin:
        return next(coin for coin in self.coins if coin.name == name)

    def pay(self, points: int) -> list[Portion]:
        """Portions of coins, one after another: the purse first, then the last day, then age."""
        portions: list[Portion] = []
        used: set[int] = set()
        while points > 0:
            best: int | None = None
            for place, coin in enumerate(self.coins):
                if place in used or not coin.spendable or coin.left == 0:
                    continue
                if best is None or self._sooner(coin, self.coins[best]):
                    best = place
            if best is None:
                break
            used.add(best)
            part = min(points, self.coins[best].left)
            portions.append((self.coins[best], part))
            points -= part
        return portions

    @staticmethod
    def _sooner(one: Coin, other: Coin) -> bool:
        if one.purse != other.purse:
            return PURSES.index(one.purse) < PURSES.index(other.purse)
        if one.last_day is None or other.last_day is None:
            return one.last_day is not None and other.last_day is None
        return one.last_day < other.last_day

    def lapse(self, today: date) -> None:
        for coin in self.coins:
            if coin.left and coin.last_day is not None and coin.last_day < today:
                self.note(today, -coin.left if coin.spendable else 0)
                coin.expired += coin.left

    def note(self, today: date, change: int) -> None:
        self.diary.append((today, change))


@dataclass
class Sale:
    house: str
    keeper: str
    at: datetime
    goods: dict[str, int]
    points: int
    portions: list[Portion]
    receipt: str
    state: str = "done"
    balance_after: int = 0


@dataclass
class Request:
    """A wish to undo a credit, a fine or a sale."""

    kind: str
    what: str
    house: str
    points: int
    asker: str
    state: str = "asked"
    undo: object = None


@dataclass
class Model(Procedure):
    """The county: `own` says which household a person lives in, `keepers` who serves."""

    now: datetime
    houses: dict[str, House]
    keepers: set[str]
    own: dict[str, str]
    months: int | None = None
    shelf: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PRICES, 0))
    sales: dict[str, Sale] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    requests: dict[str, Request] = field(default_factory=dict)
    numbers: dict[date, int] = field(default_factory=dict)
    boards: list[Board] = field(default_factory=list)
    objections: list[Objection] = field(default_factory=list)
    minutes: set[tuple[str, int]] = field(default_factory=set)
    near: set[str] = field(default_factory=set)

    @property
    def today(self) -> date:
        return self.now.astimezone(CHINA).date()

    def last_day(self, months: int | None) -> date | None:
        """The last day of points that come today and last so many months."""
        if months is None:
            return None
        year, month = self.today.year, self.today.month + months
        while month > 12:
            year, month = year + 1, month - 12
        for day in range(self.today.day, 0, -1):
            try:
                return date(year, month, day)
            except ValueError:
                continue
        raise AssertionError

    def pending(self, house: str) -> int:
        return sum(
            case.points
            for case in self.cases.values()
            if case.house == house and case.is_open and case.points > 0
        )

    def frozen(self, house: str) -> int:
        return sum(
            case.points
            for case in self.cases.values()
            if case.house == house and case.is_open and case.held and case.points > 0
        )

    # Credits and fines.

    def propose(self, case: Case) -> None:
        if (self.today - case.occurred).days > 366:
            raise No("date-too-old")
        self.in_rule(case, case.points)
        if case.points > 0:
            self._cap(case)
        self._own(case.proposer, case.house)
        case.months = self.months  # a case goes by the books of the day it was proposed

    def in_rule(self, case: Case, points: int) -> None:
        least, most = _limits(case)
        if not least <= points <= most:
            raise No("points-not-in-rule")

    def post(self, case: Case) -> None:
        if case.points < 0:
            self._fine(case)
            return
        self._cap(case)
        self._come(case, self.last_day(case.months))

    def _cap(self, case: Case) -> None:
        tariff = TARIFFS[case.rule]
        if not tariff.limit:
            return
        had = 0
        for coin in self.houses[case.house].coins:
            if coin.rule != case.rule or coin.reversed:
                continue
            if tariff.span_of(coin.occurred) != tariff.span_of(case.occurred):
                continue
            if tariff.of_person and case.earner and coin.earner not in (None, case.earner):
                continue
            had += coin.came if tariff.counts_points else 1
        if had + (case.points if tariff.counts_points else 1) > tariff.limit:
            raise No("cap-reached")

    def _come(self, case: Case, last_day: date | None) -> None:
        purse = TARIFFS[case.rule].purse
        coin = Coin(case.name, case.rule, purse, case.points, case.occurred, case.earner, last_day)
        self.houses[case.house].coins.append(coin)
        self.houses[case.house].note(self.today, case.points)

    def opening(self, house: str, name: str, rule: str, points: int, occurred: date) -> bool:
        if any(coin.name == name for coin in self.houses[house].coins):
            return False
        if any(board.opened < self.today for board in self.boards):
            raise No("paper-over")
        case = Case(house, rule, points, occurred, None, "", name=name)
        self._come(case, self.last_day(self.months))
        return True

    def base(self, house: str) -> None:
        if all(coin.name != "base" for coin in self.houses[house].coins):
            coin = Coin("base", "B01", "base", 10, self.today, None, None, spendable=False)
            self.houses[house].coins.append(coin)

    def _fine(self, case: Case) -> None:
        house = self.houses[case.house]
        house.lapse(self.today)
        portions = house.pay(-case.points)
        for coin, part in portions:
            coin.fined += part
        house.fines[case.name] = portions
        house.note(self.today, -sum(part for _, part in portions))

    # Goods.

    def redeem(
        self,
        house: str,
        goods: list[tuple[str, int]],
        keeper: str,
        *,
        card: int,
        typed: bool,
        pin: bool,
    ) -> Sale:
        self._own(keeper, house)
        if keeper not in self.keepers:
            raise No("not-the-keeper")
        basket: dict[str, int] = {}
        for sku, count in goods:
            basket[sku] = basket.get(sku, 0) + count
        if any(count < 1 or count > 99 for count in basket.values()):
            raise No("bad-quantity")
        if not basket:
            raise No("nothing-taken")
        points = sum(PRICES[sku] * count for sku, count in basket.items())
        holder = self.houses[house]
        if card != holder.card or holder.card_lost:
            raise No("card-blocked")
        if not pin:
            today = [n for when, n in holder.without_pin.values() if when == self.today]
            if typed or points > 30 or sum(today) + points > 30:
                raise No("pin-required")
        gone = sum(
            coin.left
            for coin in holder.coins
            if coin.spendable and coin.last_day is not None and coin.last_day < self.today
        )
        if points > holder.balance - gone:
            raise No("not-enough-points")
        if any(count > self.shelf[sku] for sku, count in basket.items()):
            raise No("out-of-stock")
        return self._sell(house, basket, points, keeper, pin=pin)

    def _sell(
        self, house: str, basket: dict[str, int], points: int, keeper: str, *, pin: bool
    ) -> Sale:
        holder = self.houses[house]
        holder.lapse(self.today)
        portions = holder.pay(points)
        for coin, part in portions:
            coin.spent += part
        holder.note(self.today, -points)
        for sku, count in basket.items():
            self.shelf[sku] -= count
        number = self.numbers[self.today] = self.numbers.get(self.today, 0) + 1
        receipt = f"S01-{self.today:%Y%m%d}-{number:04}"
        sale = Sale(house, keeper, self.now, basket, points, portions, receipt)
        sale.balance_after = holder.balance
        if not pin:
            holder.without_pin[receipt] = (self.today, points)
        self.sales[receipt] = sale
        return sale

    def void(self, receipt: str, keeper: str) -> Sale:
        sale = self.sales[receipt]
        if sale.state != "done":
            raise No("already-undone")
        if sale.keeper != keeper:
            raise No("not-the-same-keeper")
        if self.now > sale.at + timedelta(seconds=60):
            raise No("void-too-late")
        self._give_back(sale)
        return sale

    def _give_back(self, sale: Sale) -> None:
        sale.state = "undone"
        holder = self.houses[sale.house]
        back = 0
        for coin, part in sale.portions:
            coin.spent -= part
            if coin.reversed:
                coin.owed -= part
            else:
                back += part
        holder.note(self.today, back)
        holder.lapse(self.today)
        holder.without_pin.pop(sale.receipt, None)
        for sku, count in sale.goods.items():
            self.shelf[sku] += count

    # Undoing.

    def ask(self, request: Request) -> None:
        house = self.houses[request.house]
        if request.kind == "sale":
            sale = self.sales[request.what]
            if sale.state != "done":
                raise No("already-undone")
            request.points = sale.points
        elif request.kind == "credit":
            if house.coin(request.what).reversed:
                raise No("already-reversed")
            request.points = house.coin(request.what).came
        else:
            if request.what in house.fines_undone:
                raise No("already-reversed")
            request.points = sum(part for _, part in house.fines[request.what])
        self._own(request.asker, request.house)
        before = self.requests.get(request.what)
        if before is not None and before.state == "asked":
            raise No("undo-asked")
        self.requests[request.what] = request

    def answer(self, request: Request, signer: str, *, high: bool) -> None:
        if request.state != "asked":
            raise No("undo-closed")
        self._own(signer, request.house)
        if signer == request.asker:
            raise No("same-person")
        if request.points > 50 and not high:
            raise No("township-signs")
        house = self.houses[request.house]
        if request.kind == "sale":
            if self.sales[request.what].state != "done":
                raise No("already-undone")
            self._give_back(self.sales[request.what])
        elif request.kind == "credit":
            coin = house.coin(request.what)
            house.note(self.today, -coin.left if coin.spendable else 0)
            coin.owed = coin.spent
            coin.reversed = True
            house.lapse(self.today)
        else:
            self._unfine(house, request.what)
        request.state = "signed"

    def _unfine(self, house: House, name: str) -> None:
        back = 0
        for coin, part in house.fines[name]:
            coin.fined -= part
            back += 0 if coin.reversed else part
        house.fines_undone.add(name)
        house.note(self.today, back)
        house.lapse(self.today)

    def turn_down(self, request: Request, person: str) -> None:
        if request.state != "asked":
            raise No("undo-closed")
        self._own(person, request.house)
        if person == request.asker:
            raise No("same-person")
        request.state = "refused"

    def _own(self, person: str, house: str) -> None:
        if self.own.get(person) == house:
            raise No("own-household")
