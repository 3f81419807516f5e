"""The front on PostgreSQL, as the application's own role: the same answers, and no more rights."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from sqlalchemy.exc import ProgrammingError

from tests.support.honours import honoured
from tests.support.house import (
    COUNTY,
    PASSWORD,
    PIN,
    QIAN,
    SHOP,
    VILLAGE,
    ZHAO,
    Place,
    Program,
    settings_for,
)
from tests.support.postgres import APP, Cluster
from web.access.pins import PinLocked, WrongPin
from web.migrate import migrate_county, migrate_shared

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def place(postgres: Cluster) -> Iterator[Place]:
    owner = postgres.database("front")
    settings = settings_for(postgres.url(APP, "front"), migration_url=owner)
    migrate_shared(settings)
    migrate_county(settings, COUNTY)
    made = Place(settings)
    made.settle()
    yield made
    made.close()


def test_fifty_at_once_are_one_debit(place: Place) -> None:
    place.earn(ZHAO, 100)
    card, token = place.card(ZHAO).token, place.token("keeper", VILLAGE, SHOP)

    def redeem(_: int) -> tuple[int, object, bool]:
        till = Program(place.app.test_client(), token)
        answer = till.redeem(card, ("G01", 2), ("G02", 1), key="once")
        return answer.status_code, answer.json, "Idempotency-Replayed" in answer.headers

    with ThreadPoolExecutor(16) as many:
        answers = list(many.map(redeem, range(50)))

    assert {status for status, _, _ in answers} == {201}
    assert all(body == answers[0][1] for _, body, _ in answers)
    assert sum(not again for _, _, again in answers) == 1
    assert place.balance(ZHAO) == 93


def test_guesses_at_once_are_five(place: Place) -> None:
    place.house.pins.set(ZHAO, PIN)
    judged = []

    def guess(number: int) -> None:
        with suppress(PinLocked):
            try:
                place.house.pins.check(ZHAO, f"{number:04}")
            except WrongPin as wrong:
                judged.append(wrong)

    with ThreadPoolExecutor(8) as many:
        list(many.map(guess, range(5000, 5020)))

    assert len(judged) == 5


def test_signing_in_and_out(place: Place) -> None:
    browser = place.signed_in("village", VILLAGE)

    assert browser.get("/own").status_code == 200
    browser.post("/sign-out", page="/own")
    assert browser.get("/own").status_code == 303
    assert place.browser().sign_in("village-999901100201", PASSWORD).status_code == 303


def test_the_first_page_and_the_way_of_an_entry(place: Place) -> None:
    place.earn(QIAN, 20)
    desk, card = place.opened_by(place.staff("village", VILLAGE)), place.card(QIAN).token
    entry = place.house.read.entries.latest(QIAN, 1)[0]["id"]
    assert desk.get("/staff").status_code == 200
    assert "怎么来的" in desk.get(f"/staff/entries/{entry}").text
    assert "公示（" in desk.get(f"/C/{card}/all").text


@pytest.mark.parametrize(
    "statement", ["UPDATE shared.access_log SET actor = 'x'", "DELETE FROM shared.access_log"]
)
def test_the_application_may_not_touch_the_access_log(place: Place, statement: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        place.house.shared.write() as sql,
    ):
        sql.exec_driver_sql(statement)


def test_a_sitting_and_what_it_decided(place: Place) -> None:
    made = honoured(place).sitting
    read = place.house.read
    (decision,) = read.sittings.decisions(made)
    case = read.cases.one(decision["case_id"])
    assert case
    assert (case["sitting"], decision["agreed"], len(read.sittings.members(made))) == (
        made,
        True,
        6,
    )
    assert read.sittings.behind([decision["case_id"]])[decision["case_id"]]["sitting_id"] == made
    assert (read.cases.waiting_by_body(VILLAGE), read.cases.before_a_sitting(VILLAGE)) == ({}, [])


def test_it_is_ready(place: Place) -> None:
    assert place.app.test_client().get("/readyz").status_code == 200
