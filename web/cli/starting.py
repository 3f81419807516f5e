"""What `init` does, step by step; each step leaves alone what is there already."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from points.clock import business_day
from points.refusals import Refusal
from points.versions import NothingInForce
from web.access.passwords import new_password
from web.access.regions import Region, read_regions
from web.access.users import UnknownUser
from web.cli.call import ADMIN, Call
from web.cli.rules import steps_in
from web.registers.answers import Answer, Progress
from web.registers.books import version_of
from web.registers.service import Imports
from web.registers.villages import plain_village
from web.settings import Settings
from web.wiring import House

CONFIRMER = "confirmer"
"""The login of the second administrator, who confirms what the first one asks (rulings 5)."""

STARTING_CONTENT = Path(__file__).parent.parent / "data"
"""A rule book and a price list to start with; staff change them by adopting others."""

ADMINISTRATORS = {ADMIN: "管理员", CONFIRMER: "复核员"}


class AnotherCounty(Refusal):
    """One SQLite file holds one county (rulings 20). Fact: the one it holds."""

    code = "another-county"


@dataclass(frozen=True)
class Started:
    """`regions`: how many of each level in the county; `users`: passwords by login, of those made
    now; `shops`: how many were opened now."""

    county: str
    regions: dict[str, int]
    users: dict[str, str]
    shops: int
    rules: Answer | None
    goods: Answer | None


def county_of(settings: Settings, file: Path) -> str:
    """The county to set up: the one that was asked for, else the only one of the file."""
    codes = [region.code for region in read_regions(file) if region.level == "county"]
    if settings.county:
        if settings.county not in codes:
            raise click.BadParameter(f"no county {settings.county} in {file.name}")
        return settings.county
    if len(codes) != 1:
        raise click.UsageError(f"{len(codes)} counties in {file.name}: say which with --county")
    return codes[0]


def start(
    call: Call,
    file: Path,
    *,
    rules: Path | None,
    procedure: Path | None,
    goods: Path | None,
    progress: Progress,
) -> Started:
    """Tables, regions, administrators, the signing key, books, shops.

    Raises `AnotherCounty`, `BadProcedure`, and what a step of the procedure refuses.
    """
    from web.migrate import migrate_county, migrate_shared

    county = call.county
    assert county is not None
    migrate_shared(call.settings)
    _check_alone(call, county)
    migrate_county(call.settings, county)
    house = call.house
    loaded = house.regions.load(read_regions(file))
    assert loaded
    users = _administrators(call, county)
    with call.acting():
        house.ledger.register_own_key()
    drafted = _drafted(call, "rules", rules)
    if drafted and drafted.pending and procedure:
        with call.acting():
            house.ledger.record_rule_steps(version_of(drafted.pending), steps_in(procedure))
        drafted = _confirmed(call, drafted)
    priced = _drafted(call, "goods", goods)
    priced = _confirmed(call, priced) if priced and priced.pending else priced
    shops = _shops(call, county, progress)
    return Started(county, _levels(house, county), users, shops, drafted, priced)


def _check_alone(call: Call, county: str) -> None:
    """On SQLite without `{county}` in its name, a file serves the county it was made for."""
    held = [region.code for region in call.house.regions.counties()]
    single = call.settings.on_sqlite and "{county}" not in call.settings.database_url
    if single and held and county not in held:
        raise AnotherCounty(held=held[0], asked=county)


def _levels(house: House, county: str) -> dict[str, int]:
    levels: dict[str, int] = {}
    for region in house.regions.within(county):
        levels[region.level] = levels.get(region.level, 0) + 1
    return levels


def _administrators(call: Call, county: str) -> dict[str, str]:
    """Shown as soon as they are made: what comes after may be broken off."""
    made = {}
    for plain, name in ADMINISTRATORS.items():
        login = call.made_by_init(plain)
        try:
            call.house.users.by_login(login)
        except UnknownUser:
            made[login] = new_password()
            call.house.users.add(
                login, name=name, password=made[login], role="administrator", place=county
            )
            if not call.json:
                click.echo(f"用户 {login}，密码 {made[login]}（只显示这一次，请马上记下）")
    return made


def _drafted(call: Call, kind: str, file: Path | None) -> Answer | None:
    """A first version, drafted by one administrator.

    Without a file the county starts with the content that comes with the house.
    """
    if file is None:
        if _has_book(call.house, kind):
            return None
        file = STARTING_CONTENT / f"{kind}.csv"
    with call.acting():
        return Imports(call.house).books[kind].ask(file.read_bytes())


def _confirmed(call: Call, asked: Answer) -> Answer:
    """Adopted by the other administrator."""
    assert asked.pending
    with call.acting(as_login=call.made_by_init(CONFIRMER)):
        return Imports(call.house).confirm(asked.pending)


def _has_book(house: House, kind: str) -> bool:
    today = business_day(house.clock())
    try:
        if kind == "rules":
            house.ledger.rules_on(today)
        else:
            house.ledger.goods_on(today)
    except NothingInForce:
        return False
    return True


def _shops(call: Call, county: str, progress: Progress) -> int:
    """One shop for each village and community that has none; keepers are assigned later."""
    house = call.house
    served = {shop["village"] for shop in house.read.shops.all(county)}
    missing = [one for one in house.regions.villages(county) if one.code not in served]
    with call.acting():
        for done, village in enumerate(missing, start=1):
            name = plain_village(village.name) + house.settings.name
            house.ledger.open_shop(shop_code(village), name=name, village=village.code)
            progress(done, len(missing))
    return len(missing)


def shop_code(village: Region) -> str:
    """`S100201`: the last six digits of the village's code, unique in its county."""
    return "S" + village.code[6:]
