"""Who acts: in each village a grid worker, two women of its federation, the head of its committee
and a keeper, above them the township and the county. An award is proposed by one of them, reviewed
by another and hung up by a third."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from points.envelope import Actor
from web.access.passwords import new_password
from web.access.regions import Region
from web.access.users import LoginTaken, User
from web.demo.people import name
from web.demo.stage import Stage

PEOPLE = 5
"""Users of a village."""


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
    """One village's people. `own`: the chair's own household, `kin`: a near relative's, declared;
    she never acts for them. `township`, `county` and its `second` do what nobody else may."""

    village: Region
    number: int
    shop: str
    grid: Actor
    chair: Actor
    deputy: Actor
    head: Actor
    keeper: Actor
    township: Actor
    county: Actor
    second: Actor
    own: str
    kin: str

    @property
    def near(self) -> tuple[str, str]:
        """Households for which the chair does not act."""
        return self.own, self.kin

    def first_but(self, involved: Iterable[str], *among: Actor) -> Actor:
        """The first of some who had no part in it."""
        people = set(involved)
        return next(each for each in among if each.id not in people)


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
        _crew(
            casting,
            village,
            number,
            shops[village.code],
            (townships[village.parent], county, second),
        )
        for number, village in enumerate(villages)
    ]
    return Cast(county, second, crews, casting.sign_ins)


def _crew(
    casting: Casting, village: Region, number: int, shop: str, above: tuple[Actor, Actor, Actor]
) -> Crew:
    township, county, second = above
    short, own = village.code[6:], f"{village.code}-A003"
    return Crew(
        village=village,
        number=number,
        shop=shop,
        chair=casting.user(f"chair-{short}", "village", village, own),
        deputy=casting.user(f"deputy-{short}", "village", village),
        head=casting.user(f"head-{short}", "village", village),
        grid=casting.user(f"grid-{short}", "village", village),
        keeper=casting.user(f"keeper-{short}", "keeper", village),
        township=township,
        county=county,
        second=second,
        own=own,
        kin=f"{village.code}-A007",
    )
