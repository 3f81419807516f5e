"""Who acts: in each village two women of its federation and a keeper, above them the township and
the county. Every award is proposed by one of them and signed by another."""

from __future__ import annotations

from dataclasses import dataclass

from points.envelope import Actor
from web.access.passwords import new_password
from web.access.regions import Region
from web.access.users import LoginTaken, User
from web.demo.people import name
from web.demo.stage import Stage


@dataclass(frozen=True)
class SignIn:
    """A user of the demo, with the password that is shown once."""

    login: str
    password: str
    role: str
    name: str
    place: str


@dataclass(frozen=True)
class Crew:
    """One village's people. `own`: the chair's own household, for which she never acts; others
    propose and sign there. `township`: an officer who signs what the village may not."""

    village: Region
    number: int
    shop: str
    chair: Actor
    deputy: Actor
    keeper: Actor
    township: Actor
    own: str


@dataclass(frozen=True)
class Cast:
    county: Actor
    second: Actor
    crews: list[Crew]
    sign_ins: list[SignIn]


class Casting:
    """Makes users; each has a name, and a login that no other county has taken."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._chance = stage.dice("cast")
        self.sign_ins: list[SignIn] = []

    def user(self, login: str, role: str, place: Region, household: str | None = None) -> Actor:
        password, called = new_password(), name(self._chance)
        try:
            made = self._add(login, called, password, role, place, household)
        except LoginTaken:
            login = f"{login}-{self._stage.house.county.code}"
            made = self._add(login, called, password, role, place, household)
        self.sign_ins.append(SignIn(login, password, role, called, place.name))
        return Actor(made.id, role, place.code, household)

    def _add(
        self,
        login: str,
        called: str,
        password: str,
        role: str,
        place: Region,
        household: str | None,
    ) -> User:
        return self._stage.house.users.add(
            login,
            name=called,
            password=password,
            role=role,
            place=place.code,
            household=household,
            must_change=False,
        )


def cast(stage: Stage, villages: list[Region]) -> Cast:
    """Users for all of them. A county's shops were opened by `init`, one in each village."""
    house, casting = stage.house, Casting(stage)
    region = house.regions.get(house.county.code)
    county = casting.user("county", "county", region)
    second = casting.user("county-2", "county", region)
    casting.user("supervisor", "supervisor", region)
    townships = {
        code: casting.user(f"town-{code[6:]}", "township", house.regions.get(code))
        for code in dict.fromkeys(village.parent for village in villages)
    }
    shops = {shop["village"]: shop["code"] for shop in house.read.shops.all(house.county.code)}
    crews = [
        _crew(casting, village, number, shops[village.code], townships[village.parent])
        for number, village in enumerate(villages)
    ]
    return Cast(county, second, crews, casting.sign_ins)


def _crew(casting: Casting, village: Region, number: int, shop: str, township: Actor) -> Crew:
    short, own = village.code[6:], f"{village.code}-A003"
    return Crew(
        village=village,
        number=number,
        shop=shop,
        chair=casting.user(f"chair-{short}", "village", village, own),
        deputy=casting.user(f"deputy-{short}", "village", village),
        keeper=casting.user(f"keeper-{short}", "keeper", village),
        township=township,
        own=own,
    )
