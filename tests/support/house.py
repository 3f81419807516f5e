"""A whole house to knock at: one village with a shop, households, staff, devices and a clock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine
from werkzeug.test import TestResponse

from points.clock import business_day
from points.envelope import Actor, Envelope, opened
from points.ledger import Proposal
from points.store.county import County
from points.store.protection import protect
from points.views import views
from tests.support.cast import GOODS, RULES
from tests.support.chain import AGO, SETTLED, Crew, hang_up, post
from tests.support.history import DAWN
from tests.support.procedure import adopt_by_procedure
from volunteers.households import Household
from volunteers.tables import people
from web import create_app
from web.access.regions import read_regions
from web.access.shared import Shared
from web.access.users import User
from web.cards import Card
from web.settings import Settings
from web.wiring import House, build_house

COUNTY, TOWNSHIP, VILLAGE = "999901", "999901100", "999901100201"
NEXT_VILLAGE, NEXT_TOWNSHIP = "999901100202", "999901101"
SHOP, NEXT_SHOP = "S01", "S02"
ZHAO, QIAN, FAR = f"{VILLAGE}-A001", f"{VILLAGE}-A002", f"{NEXT_VILLAGE}-A001"
PASSWORD = "zao-shang-hao"
PIN = "2580"
REGIONS = Path(__file__).parents[2] / "web" / "data" / "regions-demo.csv"

MAKER = Actor("maker", "administrator", COUNTY)
SIGNER = Actor("signer", "administrator", COUNTY)
OPENER = Actor("opener", "administrator", COUNTY)
"""One proposes, one reviews, one hangs up."""


class Watch:
    """A clock that the test moves on."""

    def __init__(self, now: datetime = DAWN) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)


def settings_for(url: str, **more: Any) -> Settings:
    usual: dict[str, Any] = {"county": COUNTY, "vault_key": b"k" * 32, "rate_limits": False}
    return Settings(database_url=url, **usual | more)


def make_tables(
    settings: Settings, owner_url: str | None = None, app_role: str | None = None
) -> None:
    """The tables of the county and those that are shared, made by their owner; the first key."""
    engine = create_engine(owner_url) if owner_url else None
    house = build_house(settings)
    county = County(COUNTY, engine) if engine else house.county
    county.create(views, people)
    (Shared(engine) if engine else house.shared).create(app_role)
    with county.write() as connection:
        protect(connection, county.schema, app_role)
    with opened(Envelope(MAKER, DAWN, "cli", "the first key")):
        house.ledger.register_own_key()
    house.close()
    if engine:
        engine.dispose()


class Place:
    """The house, its application, and short words for what tests do with them."""

    def __init__(self, settings: Settings) -> None:
        self.watch = Watch()
        self.house: House = build_house(settings, self.watch)
        self.app: Flask = create_app(self.house)
        self.app.testing = True
        self._staff: dict[str, User] = {}

    def close(self) -> None:
        self.house.close()

    # A life in short.

    @contextmanager
    def by(self, actor: Actor = MAKER, at: datetime | None = None) -> Iterator[Any]:
        """The ledger as this actor commands it, now or at another time."""
        with opened(Envelope(actor, at or self.watch(), "cli", uuid4().hex)):
            yield self.house.ledger

    def settle(self) -> None:
        """The key, regions, rules and prices in force, two shops with goods, three households: all
        of it for some time."""
        self.register_key()
        self.house.regions.load(read_regions(REGIONS))
        with self.earlier(SETTLED):
            self._settle()

    @contextmanager
    def earlier(self, ago: timedelta) -> Iterator[None]:
        """What is done inside was done that long before."""
        self.watch.now -= ago
        yield
        self.watch.now += ago

    def _settle(self) -> None:
        today = business_day(self.watch())
        with self.by() as ledger:
            rules, prices = ledger.draft_rules(RULES), ledger.draft_prices(GOODS)
        with self.by(SIGNER) as ledger:
            adopt_by_procedure(ledger, rules, today)
            ledger.adopt_prices(prices, effective_from=today)
        with self.by() as ledger:
            ledger.open_shop(SHOP, name="示例店", village=VILLAGE)
            ledger.open_shop(NEXT_SHOP, name="邻村店", village=NEXT_VILLAGE)
            for good in GOODS:
                ledger.receive_stock(SHOP, sku=good.sku, quantity=50, source="donation")
        for number, head in ((ZHAO, "赵秀英"), (QIAN, "钱多"), (FAR, "孙远")):
            self.household(number, head)

    def register_key(self) -> None:
        """As `init` does: without it nothing is entered."""
        with self.by() as ledger:
            ledger.register_own_key()

    def household(self, number: str, head: str) -> None:
        village, _, local_no = number.partition("-")
        self.house.registry.add(Household(village, local_no, head))
        with self.by() as ledger:
            ledger.open_account(number, village=village)

    def earn(self, household: str, points: int) -> None:
        """Points by rule E01 (20 to 100), posted now after a notice."""
        self.post(Proposal(household, "E01", business_day(self.watch()), points))

    def post(self, *proposals: Proposal) -> list[UUID]:
        """These, through the whole procedure and posted now; the cases."""
        return post(self.by, Crew(MAKER, (SIGNER,), OPENER), self.watch(), proposals)

    def in_public(self, *cases: UUID) -> None:
        """Reviewed cases are hung up, two weeks pass, and what may be posted is."""
        month = business_day(self.watch()).isoformat()[:7]
        hang_up(self.by, OPENER, self.watch(), cases, month)
        self.watch.later(seconds=AGO.total_seconds())
        with self.by(OPENER) as ledger:
            ledger.close_and_post(business_day(self.watch()))

    def card(self, household: str) -> Card:
        with self.by():
            return self.house.cards.issue(household)

    def balance(self, household: str) -> int:
        found = self.house.read.balances.of(household)
        assert found is not None
        return found.balance

    # Who knocks.

    def token(self, role: str, place: str = COUNTY, shop: str | None = None) -> str:
        """The secret of a device or program; a keeper's device serves in its shop."""
        made, secret = self.house.tokens.create(
            role, role=role, place=place, shop=shop, made_by=MAKER.id
        )
        if shop:
            with self.by() as ledger:
                ledger.assign_keeper(shop, keeper=made.id)
        return secret

    def program(self, role: str, place: str = COUNTY, shop: str | None = None) -> Program:
        return Program(self.app.test_client(), self.token(role, place, shop))

    def staff(self, role: str, place: str = COUNTY, **more: Any) -> User:
        """A user of this role and place; her password is `PASSWORD`."""
        login = more.pop("login", f"{role}-{place}")
        if login not in self._staff:
            how = {"must_change": False} | more
            self._staff[login] = self.house.users.add(
                login, name=login, password=PASSWORD, role=role, place=place, **how
            )
        return self._staff[login]

    def browser(self) -> Browser:
        return Browser(self.app.test_client())

    def signed_in(self, role: str, place: str = COUNTY, **more: Any) -> Browser:
        user, browser = self.staff(role, place, **more), self.browser()
        browser.sign_in(user.login)
        return browser

    def opened_by(self, user: User) -> Browser:
        """A browser that holds an open session, without the page of sign-in."""
        browser = self.browser()
        browser.client.set_cookie("jiamei", self.house.sessions.begin("user", user.id))
        return browser


class Program:
    """A till or another program: JSON and a bearer token."""

    def __init__(self, client: FlaskClient, token: str | None) -> None:
        self.client, self.token = client, token

    def ask(self, method: str, path: str, json: Any = None, **headers: str) -> TestResponse:
        """`headers` by keyword: Idempotency_Key."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        return self.client.open(path, method=method, json=json, headers=sent)

    def get(self, path: str) -> TestResponse:
        return self.ask("GET", path)

    def post(self, path: str, json: Any = None, **headers: str) -> TestResponse:
        return self.ask("POST", path, {} if json is None else json, **headers)

    def redeem(self, card: str, *lines: tuple[str, int], key: str, **more: Any) -> TestResponse:
        wanted = [{"sku": sku, "quantity": quantity} for sku, quantity in lines]
        body = {"card": card, "lines": wanted, "collected_by": None} | more
        return self.post("/api/v1/redemptions", body, Idempotency_Key=key)


class Browser:
    """A person's browser: pages, forms and their token."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **headers: str) -> TestResponse:
        sent = {"Accept": "text/html"} | {k.replace("_", "-"): v for k, v in headers.items()}
        return self.client.get(path, headers=sent)

    def form_token(self, page: str = "/sign-in") -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(page).text)
        assert found, f"no form on {page}"
        return found[1]

    def post(self, path: str, page: str = "/sign-in", **fields: str) -> TestResponse:
        """Send a form as the page `page` would."""
        data = {"csrf_token": self.form_token(page)} | fields
        return self.client.post(path, data=data, headers={"Accept": "text/html"})

    def sign_in(self, login: str, password: str = PASSWORD, **fields: str) -> TestResponse:
        return self.post("/sign-in", login=login, password=password, **fields)
