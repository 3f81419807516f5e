"""Q6: slips are counted, and nobody's: not by name, not by time, not by their place in a row."""

from __future__ import annotations

from threading import Thread

import pytest
from sqlalchemy import func, select

from points.checks import check
from points.rebuild import rebuild
from points.slip import FACES, SHOWN_FROM, TOGETHER, FaceUnknown, Slips
from points.store.slips import SlipBox
from points.store.tables import events, slip_box, slips_spent
from points.views import views
from tests.conftest import COUNTY, CountyMaker
from tests.support.cast import ADA, NIGHT, VILLAGE
from tests.support.town import Town

pytestmark = pytest.mark.row("Q6")

QUARTER = "2026Q4"


@pytest.fixture
def town(make_county: CountyMaker) -> Town:
    made = Town(make_county(COUNTY, views))
    made.books()
    return made


def drop(town: Town, *faces: str, about: str = "redemption", first: int = 0) -> None:
    box = SlipBox(town.county)
    for number, face in enumerate(faces, start=first):
        spent = f"{about} {number}"
        assert box.drop(spent, village=VILLAGE, quarter=QUARTER, about=about, face=face)


def stored(town: Town) -> list[tuple[str, str, str, str, str | None]]:
    columns = (events.c.actor, events.c.actor_role, events.c.at, events.c.channel)
    rows = select(*columns, events.c.request_id).where(events.c.topic.startswith("slip."))
    with town.county.read() as sql:
        return [tuple(row) for row in sql.execute(rows)]


def test_few_slips_wait_and_many_come_in_together(town: Town) -> None:
    drop(town, *["good"] * (TOGETHER - 1))
    assert town.by(NIGHT).count_slips(town.today) == 0
    assert stored(town) == []
    drop(town, "bad", first=TOGETHER)
    assert town.by(NIGHT).count_slips(town.today) == TOGETHER
    assert town.by(NIGHT).count_slips(town.today) == 0
    told = town.read.slips.of(VILLAGE, QUARTER)
    assert told["redemption"].counts == {"good": 4, "fair": 0, "bad": 1}
    assert told["redemption"].shares is None
    assert told["decision"].total == 0
    assert check(town.county) == []
    assert rebuild(town.county).differences == []


def test_nobody_and_no_minute_stands_beside_a_slip(town: Town) -> None:
    drop(town, *["good", "bad"] * 3)
    town.by(NIGHT).count_slips(town.today)
    assert set(stored(town)) == {
        ("anonymous", "public", "2026-11-23T16:00:00.000000Z", "page", "")
    }  # midnight in the village
    assert len(stored(town)) == 1 + 6


def test_the_order_in_which_slips_came_is_not_kept(town: Town) -> None:
    drop(town, "good", "bad", "fair", "bad", "good")
    town.by(NIGHT).count_slips(town.today)
    taken = town.ledger.load(Slips, Slips.id_of(VILLAGE, QUARTER))
    assert taken is not None
    with town.county.read() as sql:
        rows = select(events.c.state).where(events.c.topic == "slip.given").order_by(events.c.id)
        said = [bytes(state).decode() for state in sql.scalars(rows)]
    assert [next(face for face in FACES if face in state) for state in said] == [
        "bad", "bad", "fair", "good", "good",
    ]  # fmt: skip
    assert {column.name for column in slips_spent.columns} == {"hash"}
    assert {column.name for column in slip_box.columns} == {
        "village", "quarter", "about", "face", "count",
    }  # fmt: skip


def test_when_its_quarter_is_over_the_rest_comes_in(town: Town) -> None:
    drop(town, "good", about="decision")
    town.later(days=60)
    assert town.by(NIGHT).count_slips(town.today) == 1
    assert town.read.slips.of(VILLAGE, QUARTER)["decision"].counts["good"] == 1


def test_a_token_is_used_once(town: Town) -> None:
    drop(town, "good")
    again = SlipBox(town.county).drop(
        "redemption 0", village=VILLAGE, quarter=QUARTER, about="redemption", face="bad"
    )
    assert not again
    assert SlipBox(town.county).waiting() == {(VILLAGE, QUARTER): {("redemption", "good"): 1}}


def test_shares_are_told_from_ten_slips_on(town: Town) -> None:
    drop(town, *["good"] * 8, "fair")
    town.by(NIGHT).count_slips(town.today)
    assert town.read.slips.of(VILLAGE, QUARTER)["redemption"].shares is None
    drop(town, "bad", first=SHOWN_FROM)
    town.later(days=60)
    town.by(NIGHT).count_slips(town.today)
    shares = town.read.slips.of(VILLAGE, QUARTER)["redemption"].shares
    assert shares == {"good": 80, "fair": 10, "bad": 10}
    assert town.read.slips.of("999901101", QUARTER)["redemption"].total == 0


def test_counted_at_once_by_two_each_slip_is_counted_once(town: Town) -> None:
    drop(town, *["good"] * 20)
    jobs = [Thread(target=lambda: town.by(NIGHT).count_slips(town.today)) for _ in range(4)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    assert town.read.slips.of(VILLAGE, QUARTER)["redemption"].total == 20
    with town.county.read() as sql:
        assert sql.scalar(select(func.sum(slip_box.c.count))) == 0
    assert check(town.county) == []


def test_the_check_finds_a_slip_under_a_name(town: Town) -> None:
    drop(town, *["good"] * TOGETHER)
    town.by(ADA).count_slips_of(VILLAGE, QUARTER)
    assert {finding.check for finding in check(town.county)} == {"duties"}


def test_a_face_is_one_of_three(town: Town) -> None:
    drop(town, *["happy"] * TOGETHER)
    with pytest.raises(FaceUnknown):
        town.by(NIGHT).count_slips(town.today)
