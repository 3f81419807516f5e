"""The ledger's aggregates and decisions on the library's own recorder: the same six events.

What is left out is what the ledger adds: the envelope, the views, the answer to a repeated request,
reading streams together, and sharing commits.
"""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any, ClassVar
from uuid import UUID, uuid4

from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.persistence import IntegrityError
from eventsourcing.utils import retry

from benches.county import GOODS, LOTS, MAKER, PLENTY, SHOPS, SIGNER, basket, opened_now
from points.account import PointsAccount
from points.envelope import Actor, current
from points.pricelist import Good, PriceList
from points.redemption import Redemption
from points.shop import Shop, ShopDay
from points.stock import Stock


class Ready(Application[UUID]):
    """As the library comes, with snapshots as often as the ledger takes them."""

    snapshotting_intervals: ClassVar[Any] = {PointsAccount: 100, Stock: 20, ShopDay: 20}

    @retry(IntegrityError, max_attempts=50, wait=0.002)
    def redeem(self, shop: str, household: str, lines: list[tuple[str, int]]) -> None:
        """The ledger's `redeem`, step by step."""
        today, get = current().today, self.repository.get
        found: Shop = get(Shop.id_of(shop))
        found.check_keeper(current().actor.id)
        prices: PriceList = get(PriceList.the_id())
        version, goods = prices.goods_on(today)
        points = sum(goods[sku].points * quantity for sku, quantity in lines)
        account: PointsAccount = get(PointsAccount.id_of(household))
        account.check_card(token_hash=household, number_hash=None)
        account.expire(today.isoformat())
        day = self._day(shop, today)
        redemption, receipt_no = uuid4(), day.next_receipt()
        reference = {"redemption": str(redemption), "receipt_no": receipt_no}
        takes = account.redeem(points, shop=shop, day=today.isoformat(), pin=True, **reference)
        shelves = [get(Stock.id_of(shop, sku)) for sku, _ in lines]
        taken = [
            {
                "sku": sku,
                "name": goods[sku].name,
                "unit": goods[sku].unit,
                "quantity": quantity,
                "points": goods[sku].points,
                "takes": shelf.issue(quantity, **reference),
            }
            for shelf, (sku, quantity) in zip(shelves, lines, strict=True)
        ]
        made = Redemption.complete(
            redemption,
            receipt_no=receipt_no,
            shop=shop,
            day=today.isoformat(),
            household=household,
            collected_by=None,
            price_version=version,
            lines=taken,
            points=points,
            takes=takes,
        )
        self.save(made, day, account, *shelves)

    def _day(self, shop: str, today: date) -> ShopDay:
        try:
            return self.repository.get(ShopDay.id_of(shop, today))
        except AggregateNotFoundError:
            return ShopDay.open(shop, today)


class Counter:
    """Shops with goods and accounts with points, as the measured county has them."""

    def __init__(self, ready: Ready, accounts: int) -> None:
        self._ready = ready
        self._households = [f"{MAKER.place}100201-B{number:06}" for number in range(accounts)]
        with opened_now(MAKER):
            self._prices(ready)
            for number in range(SHOPS):
                self._shop(ready, f"R{number:02}")
            for household in self._households:
                self._account(ready, household)

    def redeem(self, client: int, chance: Random, *, hot: bool) -> None:
        household = self._households[0] if hot else chance.choice(self._households)
        shop = f"R{client % SHOPS:02}"
        with opened_now(Actor(shop, "keeper")):
            self._ready.redeem(shop, household, basket(chance))

    @staticmethod
    def _prices(ready: Ready) -> None:
        prices = PriceList.start()
        prices.draft_goods(
            [Good(f"B{number:02}", f"good {number}", "one", 2) for number in range(GOODS)]
        )
        with opened_now(SIGNER):
            prices.adopt(1, effective_from=current().today)
        ready.save(prices)

    @staticmethod
    def _shop(ready: Ready, code: str) -> None:
        shop = Shop.open(code, name=code, village=MAKER.place)
        shop.assign(code)
        shelves = [Stock.open(code, f"B{number:02}") for number in range(GOODS)]
        for shelf in shelves:
            shelf.receive(
                "lot",
                PLENTY,
                source="donation",
                unit_cost_fen=None,
                best_before=None,
                note=None,
                note_digest=None,
            )
        ready.save(shop, *shelves)

    @staticmethod
    def _account(ready: Ready, household: str) -> None:
        account = PointsAccount.open(household, village=household[:12], group="")
        account.issue_card(token_hash=household, number_hash=household)
        for lot in range(LOTS):
            account.credit(
                str(lot),
                points=PLENTY,
                bucket="earned",
                redeemable=True,
                source="opening",
                rule="X01",
                rule_version=1,
                item="bench",
                occurred_on=current().today.isoformat(),
                expires_on=None,
                earner=None,
                note=None,
                note_digest=None,
            )
        ready.save(account)
