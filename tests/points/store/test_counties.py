"""Two counties in one process never see each other's rows."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select, text

from points.store.county import County, dsn_for, schema_of
from points.store.tables import events
from tests.conftest import CountyMaker
from tests.points.store.jars import bare
from tests.points.store.test_ids import together


def test_each_county_has_its_own_order_of_events(make_county: CountyMaker) -> None:
    here, there = make_county("999901"), make_county("999902")
    recorders = {each: each.recorder() for each in (here, there)}
    turns = iter([here, there] * 50)

    def save() -> None:
        for _ in range(5):
            county = next(turns)
            recorders[county].insert_events([bare(uuid4())], also=[lambda sql: None])

    together(save, 8)

    for county in (here, there):
        with county.read() as connection:
            ids = connection.execute(select(events.c.id).order_by(events.c.id)).scalars().all()
        assert ids == list(range(1, 21))


def test_a_save_inside_anothers_hook_stays_at_home(make_county: CountyMaker) -> None:
    """What the ready-made recorder got wrong: a county's event in another county's table."""
    here, there = make_county("999901"), make_county("999902")
    mine, theirs = uuid4(), uuid4()
    inner = there.recorder()

    here.recorder().insert_events(
        [bare(mine)], also=[lambda _: inner.insert_events([bare(theirs)])]
    )

    assert [each.originator_id for each in here.recorder().select_notifications(1, 9)] == [mine]
    assert [each.originator_id for each in inner.select_notifications(1, 9)] == [theirs]


@pytest.mark.postgres
def test_one_engine_serves_many_counties(postgres_county: CountyMaker) -> None:
    here, there = postgres_county("999901"), postgres_county("999902")
    assert here.engine is there.engine
    here.recorder().insert_events([bare(uuid4())])
    with there.read() as connection:
        assert connection.execute(select(events)).all() == []
        assert connection.execute(text("SHOW search_path")).scalar_one() == '"$user", public'


@pytest.mark.postgres
def test_nothing_is_made_in_public(postgres_county: CountyMaker) -> None:
    with postgres_county().read() as connection:
        listed = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        assert connection.execute(listed).all() == []
        counters = text("SELECT count(*) FROM pg_class WHERE relkind = 'S'")
        assert connection.execute(counters).scalar_one() == 0


@pytest.mark.parametrize(
    "code", ["", "99990", "9999011", "99990a", "c99990", "999901; drop", "９９９９０１"]
)
def test_a_county_code_is_six_digits(code: str) -> None:
    with pytest.raises(ValueError, match="six digits"):
        schema_of(code)
    with pytest.raises(ValueError, match="six digits"):
        dsn_for("sqlite:///var/{county}.db", code)


def test_a_county_has_its_file() -> None:
    assert dsn_for("sqlite:///var/{county}.db", "999901") == "sqlite:///var/999901.db"
    assert dsn_for("sqlite:///var/jiamei.db", "999901") == "sqlite:///var/jiamei.db"


def test_a_county_on_sqlite_has_no_schema(sqlite_county: CountyMaker) -> None:
    assert sqlite_county().schema is None
    assert isinstance(sqlite_county("999902"), County)
