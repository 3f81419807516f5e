"""A village as browsers see it: the real application on a real SQLite file, behind a real port."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

from flask import Flask, request
from werkzeug.serving import WSGIRequestHandler, make_server

from points.clock import business_day, utc_now
from points.envelope import Actor, Envelope, opened
from points.ledger import Ledger, Proposal
from points.pricelist import Good
from points.rulebook import Policy, Rule
from tests.support.chain import Crew, post
from tests.support.house import COUNTY, PASSWORD, VILLAGE, make_tables, settings_for
from tests.support.procedure import adopt_by_procedure
from volunteers.households import Household
from web import create_app
from web.access.regions import read_regions
from web.cards import Card
from web.http import logs
from web.registers.contents import GOODS, RULES, read_goods, read_rules
from web.registers.layout import data_rows
from web.registers.workbook import read_sheets
from web.wiring import House, build_house

DATA = Path(__file__).parents[2] / "web" / "data"
SHOP, PIN = "S01", "258036"

ADA, BEN, FAY = (Actor(name, "administrator", COUNTY) for name in ("ada", "ben", "fay"))
CREW = Crew(ADA, (BEN,), FAY)
HEADS = {"A001": "张秀英", "A002": "李建国", "A003": "王桂兰"}


@dataclass
class World:
    """`cards`: by the household's own number on paper; `lose`: how many answers to lose."""

    house: House
    url: str
    cards: dict[str, Card] = field(default_factory=dict)
    lose: int = 0

    def link(self, household: str) -> str:
        """What is in the code on the card."""
        return self.cards[household].link(self.house.settings.base_url)

    def page(self, household: str) -> str:
        return f"{self.url}/C/{self.cards[household].token}"

    def balance(self, household: str) -> int:
        found = self.house.read.balances.of(number(household))
        assert found is not None
        return found.balance

    def receipts(self, household: str) -> list[dict[str, Any]]:
        return self.house.read.redemptions.of_household(number(household))

    def by(self, actor: Actor, do: Callable[[], Any], *, ago: timedelta = timedelta(0)) -> Any:
        """Run as this person, perhaps some time ago."""
        at = self.house.clock() - ago
        with opened(Envelope(actor, at, "page", uuid4().hex)):
            return do()

    @contextmanager
    def as_(self, actor: Actor, at: datetime) -> Iterator[Ledger]:
        """The ledger as this person commands it at that time."""
        with opened(Envelope(actor, at, "page", uuid4().hex)):
            yield self.house.ledger

    def earn(self, household: str, points: int, rule: str, *, days_ago: int) -> None:
        """Points proposed by Ada, signed by Ben, hung up by Fay, and posted so many days ago."""
        at = self.house.clock() - timedelta(days=days_ago)
        wish = Proposal(number(household), rule, business_day(at), points)
        if rule == "F02":  # an honour: the family agrees first
            with self.as_(ADA, at - timedelta(days=20)) as ledger:
                ledger.give_consent(number(household), rule, note="户主当面同意")
        post(self.as_, CREW, at, [wish])


def number(household: str) -> str:
    return f"{VILLAGE}-{household}"


@contextmanager
def running(folder: Path, clock: Callable[[], datetime] = utc_now) -> Iterator[World]:
    """The world, served from `folder` until the block ends."""
    logs.configure("ERROR")
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    world = World(_house(folder, url, clock), url)
    _settle(world)
    server = make_server("127.0.0.1", port, _app(world), threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield world
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        world.house.close()


class _Quiet(WSGIRequestHandler):
    def log(self, *_: Any) -> None:
        """The test says what went wrong."""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _app(world: World) -> Flask:
    """The real application, and a line that sometimes breaks after the work is done."""
    app = create_app(world.house)

    @app.after_request
    def lose_the_answer(response: Any) -> Any:
        if world.lose and request.method == "POST" and request.path == "/api/v1/redemptions":
            world.lose -= 1
            response.status_code = 504
            response.data = b""
        return response

    return app


def _house(folder: Path, url: str, clock: Callable[[], datetime]) -> House:
    settings = settings_for(f"sqlite:///{folder / 'jiamei.db'}", base_url=url, log_level="ERROR")
    make_tables(settings)
    return build_house(settings, clock)


# What has happened before the browser comes.


def _settle(world: World) -> None:
    house = world.house
    house.regions.load(read_regions(DATA / "regions-demo.csv"))
    long_ago = timedelta(days=60)
    _books(world, long_ago)
    world.by(ADA, lambda: _shop(world), ago=long_ago)
    _keeper(world)
    _staff(world)
    house.registry.add(*(Household(VILLAGE, no, head, "2组", 3) for no, head in HEADS.items()))
    world.by(ADA, lambda: _accounts(world), ago=long_ago)
    house.pins.set(number("A001"), PIN)
    _lives(world)


def _accounts(world: World) -> None:
    for no in HEADS:
        world.house.ledger.open_account(number(no), village=VILLAGE)
        world.cards[no] = world.house.cards.issue(number(no))


def _books(world: World, ago: timedelta) -> None:
    ledger, today = world.house.ledger, business_day(world.house.clock() - ago)
    policy = Policy(expiry_months=3)
    rules = world.by(ADA, lambda: ledger.draft_rules(_rules(), policy=policy), ago=ago)
    world.by(BEN, lambda: adopt_by_procedure(ledger, rules, today), ago=ago)
    prices = world.by(ADA, lambda: ledger.draft_prices(goods()), ago=ago)
    world.by(BEN, lambda: ledger.adopt_prices(prices, effective_from=today), ago=ago)


def _shop(world: World) -> None:
    ledger = world.house.ledger
    ledger.open_shop(SHOP, name="示例01村积分超市", village=VILLAGE)
    for place, good in enumerate(goods()):
        if good.sku != "G11":  # toothpaste is sold out before it came
            ledger.receive_stock(SHOP, sku=good.sku, quantity=40 - place, source="donation")
    ledger.receive_stock(SHOP, sku="G11", quantity=1, source="donation")


def _keeper(world: World) -> None:
    """Cleo, who keeps the shop and signs in."""
    cleo = world.house.users.add(
        "cleo",
        name="刘店长",
        password=PASSWORD,
        role="keeper",
        place=VILLAGE,
        shop=SHOP,
        must_change=False,
    )
    world.by(ADA, lambda: world.house.ledger.assign_keeper(SHOP, keeper=cleo.id))


def _staff(world: World) -> None:
    """ "mei" of the village's women's federation, and "root", who looks after everything."""
    for login, name, role, place in (
        ("mei", "赵主任", "village", VILLAGE),
        ("root", "管理员", "administrator", COUNTY),
    ):
        world.house.users.add(
            login, name=name, password=PASSWORD, role=role, place=place, must_change=False
        )


def _lives(world: World) -> None:
    """张秀英家 has 156 points, something pending, and something that lapses; the others have 20."""
    for points, rule, days_ago in _EARNED:
        world.earn("A001", points, rule, days_ago=days_ago)
    today = business_day(world.house.clock())
    wish = Proposal(number("A001"), "N01", today, 3)
    world.by(ADA, lambda: world.house.ledger.propose(wish))
    for no in ("A002", "A003"):
        world.earn(no, 20, "M01", days_ago=20)


_EARNED = [
    (100, "E01", 40),
    (20, "M01", 30),
    (20, "F02", 12),
    (5, "C01", 9),
    (10, "C02-5", 5),
    (1, "V02", 1),
]
"""Points, rule, days ago."""


def goods() -> list[Good]:
    found, wrong = read_goods(_rows("goods.csv", GOODS))
    assert not wrong
    return found


def _rules() -> list[Rule]:
    found, wrong = read_rules(_rows("rules.csv", RULES))
    assert not wrong
    return found


def _rows(name: str, layout: Any) -> Any:
    return data_rows(read_sheets((DATA / name).read_bytes()), layout)
