"""Two counties in one process: neither sees a row of the other, nobody signs in next door."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import DATABASES
from tests.support.house import PASSWORD, Place, settings_for
from tests.support.postgres import APP, Cluster
from web.access.regions import Region
from web.migrate import migrate_county, migrate_shared
from web.settings import Settings

HERE, THERE = "999901", "999902"


@pytest.fixture(params=DATABASES)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    if request.param == "sqlite":
        return settings_for(f"sqlite:///{tmp_path}/{{county}}.db")
    server: Cluster = request.getfixturevalue("postgres")
    owner = server.database("counties")
    return settings_for(server.url(APP, "counties"), migration_url=owner)


@pytest.fixture
def both(settings: Settings) -> Iterator[tuple[Place, Place]]:
    """The house of each county, over one shared place."""
    migrate_shared(settings)
    made = []
    for code in (HERE, THERE):
        migrate_county(settings, code)
        made.append(Place(replace(settings, county=code)))
    made[0].settle()
    made[1].register_key()
    made[1].house.regions.load([Region(THERE, "另一县", "", "county")])
    yield made[0], made[1]
    for place in made:
        place.close()


def test_each_sees_its_own_rows_only(both: tuple[Place, Place]) -> None:
    here, there = both
    number = f"{THERE}100201-A001"
    there.household(number, "周远")

    assert {row["household"] for row in there.house.read.accounts.all()} == {number}
    assert number not in {row["household"] for row in here.house.read.accounts.all()}
    assert here.house.registry.find(number) is None
    assert there.house.position() == 2  # its key and its household


def test_a_token_opens_its_own_county_only(both: tuple[Place, Place]) -> None:
    here, there = both
    program = here.program("administrator", HERE)
    elsewhere = there.program("administrator", THERE)
    elsewhere.token = program.token

    assert program.get("/api/v1/households/999901100201-A001/balance").status_code == 200
    for path in ("/api/v1/households/999901100201-A001/balance", "/api/v1/shops/mine"):
        assert elsewhere.get(path).status_code == 401


def test_one_signs_in_at_home_only(both: tuple[Place, Place]) -> None:
    here, there = both
    user = here.staff("administrator", HERE, login="admin")

    assert here.browser().sign_in(user.login, PASSWORD).status_code == 303
    refused = there.browser().sign_in(user.login, PASSWORD)
    assert refused.status_code == 409
    assert "另一个县" in refused.text
    assert there.opened_by(user).get("/own").headers["Location"].startswith("/sign-in")


def test_a_household_s_page_opens_at_home_only(both: tuple[Place, Place]) -> None:
    here, there = both
    secret = here.house.sessions.begin("card", "999901100201-A001")
    browser = there.browser()
    browser.client.set_cookie("jiamei", secret)

    answer = browser.get("/api/v1/households/999901100201-A001/balance", Accept="application/json")

    assert answer.status_code == 401


def test_everywhere_ends_at_the_county(both: tuple[Place, Place]) -> None:
    """Users, tokens and the access log are shared by all counties; their administrators are not."""
    here, there = both
    victim = there.staff("administrator", THERE, login="admin there")
    device, _ = there.house.tokens.create("t", role="county", place=THERE, made_by="x")
    there.house.access_log.note(
        actor="x", role="county", place=f"{THERE}100201", channel="page", action="household.read",
        object=f"{THERE}100201-A001", result="ok", request_id="",
    )  # fmt: skip
    there.house.access_log.flush()
    admin = here.opened_by(here.staff("administrator", HERE, login="admin here"))
    user = f"/staff/users/{victim.id}"

    for path in (user, f"/staff/users?place={THERE}"):
        assert admin.get(path).status_code == 403
    for path in (f"{user}/password", f"{user}/lock", f"/staff/devices/{device.id}/end"):
        assert admin.post(path, page="/staff/users").status_code == 403
    new = {"login": "mine", "name": "x", "role": "administrator", "place": THERE}
    assert admin.post("/staff/users/new", page="/staff/users/new", **new).status_code != 200

    assert there.house.users.by_id(victim.id).active
    assert there.house.tokens.by_id(device.id).ended_at is None
    assert f"{THERE}100201-A001" not in admin.get("/log").text


def test_sign_ins_that_failed_are_seen_though_they_are_of_no_place(
    both: tuple[Place, Place],
) -> None:
    here, _ = both
    here.browser().sign_in("nobody", "guess-guess")
    here.house.access_log.flush()

    admin = here.opened_by(here.staff("administrator", HERE))

    assert "登录" in admin.get("/log").text
