"""A county to measure: accounts with points and cards, and a shop with goods for each client."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from uuid import uuid4

from points.clock import business_day
from points.envelope import Actor, Envelope, opened
from points.ledger import CardUse, Ledger, OpeningEntry
from points.pricelist import Good
from points.rulebook import Rule
from web.cards import Card
from web.demo.procedure import adopt_by_procedure
from web.settings import Settings
from web.wiring import House, build_house

COUNTY = "999901"
REGIONS = Path(__file__).parents[1] / "web" / "data" / "regions-demo.csv"
SHOPS, GOODS, LOTS = 16, 30, 5
PLENTY = 100_000
MAKER, SIGNER = Actor("maker", "administrator", COUNTY), Actor("signer", "administrator", COUNTY)
KEY = bytes(range(32))


@dataclass(frozen=True)
class Till:
    """One client's shop, and the token that its device shows."""

    shop: str
    device: Actor
    secret: str


@dataclass(frozen=True)
class Town:
    """A county with its house; `cards` in the order of accounts; the first is the hot one."""

    house: House
    settings: Settings
    tills: list[Till]
    cards: list[Card]

    def redeem(self, client: int, chance: Random, *, hot: bool) -> None:
        """Two goods for four points: receipt, account, two shelves, all views, one commit."""
        till = self.tills[client % SHOPS]
        card = self.cards[0 if hot else chance.randrange(len(self.cards))]
        use = CardUse(card.household, token_hash=self.house.cards.token_hash(card.token))
        with acting(self.house.ledger, till.device, "till") as ledger:
            ledger.redeem(shop=till.shop, card=use, lines=basket(chance), pin_checked=True)


def basket(chance: Random) -> list[tuple[str, int]]:
    """Two different goods, one of each."""
    return [(f"B{number:02}", 1) for number in chance.sample(range(GOODS), 2)]


def opened_now(actor: Actor, channel: str = "job") -> AbstractContextManager[Envelope]:
    return opened(Envelope(actor, datetime.now(UTC), channel, uuid4().hex))


@contextmanager
def acting(ledger: Ledger, actor: Actor, channel: str = "job") -> Iterator[Ledger]:
    with opened_now(actor, channel):
        yield ledger


def environment(settings: Settings) -> dict[str, str]:
    """What `jiamei` reads; no limit stands in the way of a client that never rests."""
    from base64 import b64encode

    assert settings.vault_key is not None
    own = {name: value for name, value in os.environ.items() if not name.startswith("JIAMEI_")}
    return own | {
        "JIAMEI_DATABASE_URL": settings.database_url,
        "JIAMEI_MIGRATION_URL": settings.migration_url or "",
        "JIAMEI_COUNTY": COUNTY,
        "JIAMEI_VAULT_KEY": b64encode(settings.vault_key).decode(),
        "JIAMEI_RATE_LIMITS": "false",
        "JIAMEI_PIN_ABOVE_POINTS": "1000000",
        "JIAMEI_NO_PIN_DAY_POINTS": "1000000000",
        "JIAMEI_LOG_LEVEL": "ERROR",
    }


def jiamei(*command: str) -> list[str]:
    """The command line, run by this Python."""
    return [sys.executable, "-c", "from web.cli import main; main()", *command]


def build_town(url: str, accounts: int, migration_url: str | None = None) -> Town:
    """As an operator would: `jiamei init`, then everything by the ledger's own commands."""
    settings = Settings(database_url=url, migration_url=migration_url, county=COUNTY, vault_key=KEY)
    init = jiamei("init", "--regions", str(REGIONS), "--json")
    subprocess.run(init, env=environment(settings), check=True, stdout=subprocess.DEVNULL)
    house = build_house(replace(settings, rate_limits=False))
    _books(house)
    shops = [shop["code"] for shop in house.read.shops.all(COUNTY)[:SHOPS]]
    village = house.regions.villages(COUNTY)[0].code
    with ThreadPoolExecutor(16) as pool:
        tills = list(pool.map(lambda shop: _till(house, shop), shops))
        cards = list(pool.map(lambda number: _card(house, village, number), range(accounts)))
    return Town(house, settings, tills, cards)


def _books(house: House) -> None:
    """One rule that gives any points, thirty goods of two points."""
    today = business_day(house.clock())
    with acting(house.ledger, MAKER) as ledger:
        rules = ledger.draft_rules([Rule("X01", "bench", "civility", 1, PLENTY)])
    with acting(house.ledger, MAKER) as ledger:
        goods = [Good(f"B{number:02}", f"good {number}", "one", 2) for number in range(GOODS)]
        prices = ledger.draft_prices(goods)
    with acting(house.ledger, SIGNER) as ledger:
        adopt_by_procedure(ledger, rules, today)
    with acting(house.ledger, SIGNER) as ledger:
        ledger.adopt_prices(prices, effective_from=today)


def _till(house: House, shop: str) -> Till:
    token, secret = house.tokens.create(
        shop, role="keeper", place=COUNTY, shop=shop, made_by=MAKER.id
    )
    device = Actor(token.id, "keeper", COUNTY)
    with acting(house.ledger, MAKER) as ledger:
        ledger.assign_keeper(shop, keeper=device.id)
    for number in range(GOODS):
        with acting(house.ledger, MAKER) as ledger:
            sku = f"B{number:02}"
            ledger.receive_stock(shop, sku=sku, quantity=PLENTY, source="donation")
    return Till(shop, device, secret)


def _card(house: House, village: str, number: int) -> Card:
    """An account with five lots of points, and its card."""
    household, today = f"{village}-B{number:06}", business_day(house.clock())
    with acting(house.ledger, MAKER) as ledger:
        ledger.open_account(household, village=village)
    with acting(house.ledger, MAKER) as ledger:
        ledger.post_opening_entries(
            [OpeningEntry(str(lot), household, "X01", PLENTY, today) for lot in range(LOTS)]
        )
    with acting(house.ledger, MAKER):
        return house.cards.issue(household)
