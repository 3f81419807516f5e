"""Role by action by place, from the routes themselves: what is not granted is refused.

For every route, every role comes once from where the object stands and once from elsewhere, with
a browser's session and with a program's token.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from points.clock import business_day
from points.envelope import Actor
from points.ledger import Proposal
from tests.support.honours import honoured
from tests.support.house import (
    COUNTY,
    FAR,
    NEXT_SHOP,
    NEXT_TOWNSHIP,
    NEXT_VILLAGE,
    SHOP,
    SIGNER,
    TOWNSHIP,
    VILLAGE,
    ZHAO,
    Place,
    make_tables,
    settings_for,
)
from web.access.declared import Declared, declared, in_body, mine
from web.access.grants import GRANTS
from web.access.roles import ROLES
from web.registers.service import Imports
from web.wiring import House

JSON = {"Accept": "application/json"}


@dataclass(frozen=True)
class Stand:
    """Where somebody of a role stands: near the objects of this test, or elsewhere."""

    place: str
    shop: str | None = None
    household: str = ZHAO


NEAR = {
    "villager": Stand(VILLAGE, household=ZHAO),
    "keeper": Stand(VILLAGE, SHOP),
    "village": Stand(VILLAGE),
    "township": Stand(TOWNSHIP),
    "county": Stand(COUNTY),
    "supervisor": Stand(VILLAGE),
    "auditor": Stand(COUNTY),
    "inspector": Stand(VILLAGE),
    "administrator": Stand(COUNTY),
}
OTHER_COUNTY = "999902"
ELSEWHERE = {
    "villager": Stand(NEXT_VILLAGE, household=FAR),
    "keeper": Stand(NEXT_VILLAGE, NEXT_SHOP),
    "village": Stand(NEXT_VILLAGE),
    "township": Stand(NEXT_TOWNSHIP),
    "county": Stand(OTHER_COUNTY),
    "supervisor": Stand(NEXT_VILLAGE),
    "auditor": Stand(OTHER_COUNTY),
    "inspector": Stand(NEXT_VILLAGE),
    "administrator": Stand(OTHER_COUNTY),
}


class World:
    """The village with one of everything, and somebody of each role near and elsewhere."""

    def __init__(self, place: Place) -> None:
        self.place = place
        place.earn(ZHAO, 100)
        card = place.card(ZHAO)
        till = place.program("keeper", VILLAGE, SHOP)
        slip = till.redeem(card.token, ("G01", 1), key="one").json
        receipt = slip["receipt_no"]
        with place.by() as ledger:
            today = business_day(place.watch())
            case = ledger.propose(Proposal(ZHAO, "C01", today))
            undo = ledger.ask_return(receipt, reason="坏的")
            shown = ledger.propose(Proposal(ZHAO, "M01", today))
        with place.by(SIGNER) as ledger:
            ledger.sign(shown)
        with place.by(Actor("opener", "administrator", COUNTY)) as ledger:
            notice = ledger.open_notice(VILLAGE, today.isoformat()[:7], [shown])
            objection = ledger.object_to(notice, about="line", line=1, text="不对", way="paper")
        (lot,) = [row["lot"] for row in place.house.read.lots.of(ZHAO)]
        with place.by():
            register = Imports(place.house).posting.pendings.ask(
                [], kind="credits", sha256="0" * 64, name="积分登记表.xlsx", place=VILLAGE
            )
        user = place.staff("village", VILLAGE, login="object")
        token = place.house.tokens.all()[0].id
        entry = place.house.read.entries.latest(ZHAO)[0]["id"]
        honours = honoured(place)
        self.values: dict[str, Any] = {
            "no": ZHAO,
            "household": ZHAO,
            "place": VILLAGE,
            "code": SHOP,
            "shop": SHOP,
            "receipt_no": receipt,
            "receipt_code": slip["proof"]["code"],
            "case": case,
            "undo": undo,
            "notice": notice,
            "sitting": honours.sitting,
            "sheet": "a4.pdf",
            "round_id": honours.round_id,
            "showcase": honours.showcase,
            "objection": objection,
            "user": user.id,
            "user_id": user.id,
            "token": token,
            "token_id": token,
            "lot": lot,
            "entry": entry,
            "sku": "G01",
            "version": 1,
            "book": "rules",
            "keeper": place.staff("keeper", VILLAGE, login="serves").id,
            "act": "sign_out",
            "import_id": register,
            "tile": "0/000.p/1",
            "event_id": 1,
            "name": "0" * 64,
        }
        self.values["link"] = self.link(VILLAGE)
        self._secrets: dict[tuple[str, Stand], str] = {}
        self._users: dict[tuple[str, Stand], str] = {}

    @property
    def house(self) -> House:
        return self.place.house

    def ask(
        self, rule: Rule, method: str, role: str | None, stand: Stand, door: str
    ) -> TestResponse:
        client, headers = self.place.app.test_client(), dict(JSON)
        if role and door == "session":
            client.set_cookie("jiamei", self._session(role, stand))
        elif role:
            headers["Authorization"] = f"Bearer {self._token(role, stand)}"
        return client.open(self._address(rule), method=method, headers=headers)

    def _address(self, rule: Rule) -> str:
        missing = rule.arguments - set(self.values)
        assert not missing, f"say in World.values what {missing} of {rule} may be"
        values = {name: self.values[name] for name in rule.arguments}
        with self.place.app.test_request_context():
            return self.place.app.url_for(rule.endpoint, **values)

    def _session(self, role: str, stand: Stand) -> str:
        if role == "villager":
            return self.house.sessions.begin("card", stand.household)
        if role == "inspector":
            return self.house.sessions.begin("inspector", self.link(stand.place))
        if (role, stand) not in self._users:
            self._users[role, stand] = self.place.staff(
                role, stand.place, login=f"{role}-{stand.place}-{stand.shop}", shop=stand.shop
            ).id
        return self.house.sessions.begin("user", self._users[role, stand])

    def link(self, place: str) -> str:
        """The id of a link for an inspector of a place."""
        made, _ = self.house.inspections.create(
            place=place, days=1, purpose="检查", made_by="somebody"
        )
        return made.id

    def _token(self, role: str, stand: Stand) -> str:
        if (role, stand) not in self._secrets:
            self._secrets[role, stand] = self.place.token(role, stand.place, stand.shop)
        return self._secrets[role, stand]


def app_for_names(folder: Any) -> Place:
    settings = settings_for(f"sqlite:///{folder / 'jiamei.db'}")
    make_tables(settings)
    return Place(settings)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    place = app_for_names(tmp_path_factory.mktemp("matrix"))
    place.settle()
    yield World(place)
    place.close()


def guarded(app: Flask) -> Iterator[tuple[Rule, str, Declared]]:
    """Every rule and method that is not open to all."""
    for rule in app.url_map.iter_rules():
        found = declared(app.view_functions[rule.endpoint])
        if found and found.action:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method, found


def test_every_route_for_every_role_from_near_and_from_elsewhere(world: World) -> None:
    wrong = []
    for rule, method, found in guarded(world.place.app):
        for role, door, stand in everybody(page=not str(rule).startswith("/api/")):
            answer = world.ask(rule, method, role, stand, door)
            if verdict(answer) != expected(found, role, stand, door):
                wrong.append((method, str(rule), role, stand.place, door, answer.status))
    assert wrong == []


WITHOUT_TOKEN = ("villager", "inspector")


def everybody(*, page: bool) -> Iterator[tuple[str, str, Stand]]:
    """Role, door and stand. Pages are for people, see below."""
    for role in ROLES:
        for door in ("session",) if page or role in WITHOUT_TOKEN else ("session", "token"):
            yield role, door, NEAR[role]
            yield role, door, ELSEWHERE[role]


def test_a_token_opens_no_page(world: World) -> None:
    for rule, method, _ in guarded(world.place.app):
        if not str(rule).startswith("/api/"):
            answer = world.ask(rule, method, "administrator", NEAR["administrator"], "token")
            assert verdict(answer) == "refused", str(rule)


def verdict(answer: TestResponse) -> str:
    """in, refused, or nobody (not known in this county); or what went wrong."""
    match answer.status_code:
        case 403:
            return "refused" if answer.json["code"] == "not-allowed" else answer.json["code"]
        case 401:
            return "nobody"
        case 500:
            return "broken"
    return "in"


def expected(found: Declared, role: str, stand: Stand, door: str) -> str:
    """What the table says, read for this test's objects."""
    assert found.action
    if stand.place == OTHER_COUNTY:
        return "nobody"
    match GRANTS[found.action][role]:
        case "-":
            return "refused"
        case "all":
            return "in"
        case "self":
            return "in" if door == "session" else "refused"
    return "in" if stand == NEAR[role] or found.of in (mine, in_body) else "refused"


def test_without_signing_in_nothing_is_done(world: World) -> None:
    for rule, method, _ in guarded(world.place.app):
        answer = world.ask(rule, method, None, NEAR["village"], "session")
        assert (answer.status_code, answer.json["code"]) == (401, "not-signed-in"), str(rule)


def test_a_browser_is_shown_the_way_in(world: World) -> None:
    for rule, method, _ in guarded(world.place.app):
        if method == "GET" and not str(rule).startswith("/api/"):
            answer = world.place.browser().get(world._address(rule))
            assert answer.status_code == 303
            assert answer.headers["Location"].startswith("/sign-in?next=")


@pytest.mark.row("J7")
@pytest.mark.parametrize(
    ("role", "does"),
    [
        ("supervisor", {"session.own", "session.end", "signoff.make", "inspect.link"}),
        ("auditor", {"session.own", "session.end", "signoff.make", "inspect.link"}),
        ("inspector", {"session.end"}),
    ],
)
def test_who_supervises_changes_nothing(world: World, role: str, does: set[str]) -> None:
    """J7: she reads everything in her place (domain.md §4, P14), and leaves her own signature."""
    powers = {
        found.action
        for _, method, found in guarded(world.place.app)
        if method != "GET" and found.action and GRANTS[found.action][role] != "-"
    }

    assert powers == does


@pytest.mark.row("J7")
def test_the_supervisor_reads_what_any_other_of_her_place_reads() -> None:
    """J7: sees all, in her place; names in clear stay with the village (P13)."""
    reads = {
        action for action in GRANTS if action.endswith((".read", ".trace", ".balance", ".find"))
    }
    for role in ("supervisor", "auditor"):
        missing = {action for action in reads if GRANTS[action][role] != "place"}
        assert missing == set()


@pytest.mark.parametrize(
    ("action", "roles"),
    [
        ("redemption.make", {"keeper"}),
        ("award.sign", {"village", "township", "county", "administrator"}),
        ("household.name", {"villager", "village"}),
        ("rule.adopt", {"county", "administrator"}),
        ("user.change", {"township", "county", "administrator"}),
        ("log.read", {"supervisor", "auditor", "administrator"}),
        ("signoff.make", {"supervisor", "auditor"}),
        ("inspect.link", {"supervisor", "auditor", "county"}),
    ],
)
def test_the_powers_that_matter_most_are_written_down_twice(action: str, roles: set[str]) -> None:
    assert {role for role, where in GRANTS[action].items() if where != "-"} == roles


def test_a_route_that_declares_nothing_lets_nobody_in(world: World) -> None:
    app = world.place.app
    before = app.view_functions["health.alive"]
    app.view_functions["health.alive"] = lambda: "open"
    try:
        answer = app.test_client().get("/healthz", headers=JSON)
    finally:
        app.view_functions["health.alive"] = before

    assert (answer.status_code, answer.json["code"]) == (403, "not-allowed")
