"""Somebody who owns the machine changes one thing by SQL: `check` fails and names the place.

What `check` cannot know is left to the transparency log: bytes that nothing else speaks of, such
as a note's digest.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, Connection, Engine, Uuid, create_engine, text

from points.checks import CHECKS, Finding, check
from points.ledger import base
from points.store.county import County
from points.store.engine import open_engine
from points.store.protection import TRIGGERS, protect
from points.views import views
from tests.conftest import COUNTY, CountyMaker
from tests.support.postgres import SUPERUSER, Cluster
from tests.support.story import tell
from tests.support.town import Town

Change = Callable[[Connection], None]

EVERY_FIELD = 24  # of those, one in so many is changed in the short run
LOG_ONLY = {
    ("account.redeemed", "pin"),
    ("award.refused", "note"),
    ("undo.refused", "note"),
    ("signoff.signed", "checked"),
    ("signoff.signed", "findings"),
    ("rulebook.step_recorded", "note"),
    ("rulebook.legally_checked", "note"),
    ("showcase.reinspected", "note"),
    ("showcase.revocation_asked", "note"),
    ("calendar.day_declared", "document"),
}
"""Fields that nothing else in the county speaks of, beside `note_digest`."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an honest county with snapshots, closed."""
    file = tmp_path_factory.mktemp("told") / "county.db"
    engine = open_engine(f"sqlite:///{file}")
    county = County(COUNTY, engine)
    county.create(views)
    with county.write() as sql:
        protect(sql)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(base, "SNAPSHOT_EVERY", dict.fromkeys(base.SNAPSHOT_EVERY, 4))
        tell(Town(county))
    assert check(county) == []
    engine.dispose()
    return file


@pytest.fixture
def tampered(told: Path, tmp_path: Path) -> Iterator[Callable[[Change], list[Finding]]]:
    """Applies a change to a copy of that county, and says what `check` finds."""
    engines: list[Engine] = []

    def apply(change: Change) -> list[Finding]:
        copy = tmp_path / f"{len(engines)}.db"
        shutil.copy(told, copy)
        engine = open_engine(f"sqlite:///{copy}")
        engines.append(engine)
        with engine.begin() as sql:
            for trigger in TRIGGERS:
                sql.execute(text(f"DROP TRIGGER {trigger}"))
            change(sql)
            for trigger in TRIGGERS.values():
                sql.execute(text(trigger))
        return check(County(COUNTY, engine))

    yield apply
    for engine in engines:
        engine.dispose()


Tampered = Callable[[Change], list[Finding]]


def rows(told: Path, query: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(told) as connection:
        return connection.execute(query).fetchall()


def named(findings: list[Finding], *places: str) -> bool:
    return any(place in finding.place for finding in findings for place in places)


def edited(topic: str, **fields: Any) -> Change:
    """Sets fields in the payload of the last event of this topic."""

    def change(sql: Connection) -> None:
        last = text("SELECT id, state FROM events WHERE topic = :topic ORDER BY id DESC LIMIT 1")
        event, state = sql.execute(last, {"topic": topic}).one()
        payload = json.loads(bytes(state)) | fields
        stored = json.dumps(payload, sort_keys=True).encode()
        write = text("UPDATE events SET state = :state WHERE id = :id")
        sql.execute(write, {"state": stored, "id": event})

    return change


def statement(sql_text: str) -> Change:
    def change(sql: Connection) -> None:
        assert sql.execute(text(sql_text)).rowcount == 1

    return change


LAST = "(SELECT max(id) FROM events WHERE topic = '{}')"
IN_EVENTS = {
    "points of a credit": ("account.credited", edited("account.credited", points=6)),
    "points of a debit": ("account.redeemed", edited("account.redeemed", points=1)),
    "points of a redemption": ("redemption.completed", edited("redemption.completed", points=1)),
    "household of a redemption": (
        "account.redeemed",
        edited("redemption.completed", household="999901100201-A001"),
    ),
    "lots of a debit": ("account.redeemed", edited("account.redeemed", takes=[])),
    "good of a shelf": ("stock.opened", edited("stock.opened", sku="G02")),
    "quantity of an issue": ("stock.issued", edited("stock.issued", quantity=9)),
    "source of a credit": ("entries id=", edited("account.credited", source="opening")),
    "receipt number": ("shop_day.receipt_numbered", edited("shop_day.receipt_numbered", number=9)),
    "signer": ("award.signed", edited("award.signed", signer="ada")),
    "a field too many": ("stock.issued", edited("stock.issued", more=1)),
    "a wrong kind": ("stock.issued", edited("stock.issued", quantity="4")),
    "account of a debit": (
        "account.redeemed",
        statement(
            f"UPDATE events SET originator_version = 99, originator_id = (SELECT originator_id FROM"
            f" events WHERE topic = 'account.opened' LIMIT 1 OFFSET 1) WHERE id = "
            f"{LAST.format('account.redeemed')}"
        ),
    ),
    "topic": (
        "undo.signed",
        statement(
            f"UPDATE events SET topic = 'undo.signed' WHERE id = {LAST.format('undo.refused')}"
        ),
    ),
    "nobody's topic": (
        "os:system",
        statement(
            f"UPDATE events SET topic = 'os:system' WHERE id = {LAST.format('undo.refused')}"
        ),
    ),
    "actor": (
        "redemption.completed",
        statement(
            f"UPDATE events SET actor = 'zack' WHERE id = {LAST.format('redemption.completed')}"
        ),
    ),
    "household of the actor": (
        "award.signed",
        statement(
            "UPDATE events SET actor_household = '999901100201-A001' WHERE id ="
            " (SELECT min(id) FROM events WHERE topic = 'award.signed')"
        ),
    ),
    "time": (
        "redemption.completed",
        statement(
            "UPDATE events SET at = '2026-01-01T00:00:00.000000Z' WHERE id = "
            f"{LAST.format('redemption.completed')}"
        ),
    ),
    "bytes": (
        "award.posted",
        statement(f"UPDATE events SET state = 'x' WHERE id = {LAST.format('award.posted')}"),
    ),
}


@pytest.mark.parametrize("what", IN_EVENTS)
def test_one_thing_in_one_event(tampered: Tampered, what: str) -> None:
    place, change = IN_EVENTS[what]

    found = tampered(change)

    assert {finding.check for finding in found} <= CHECKS.keys()
    assert named(found, place), found


def fields(state: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every plain value in a payload."""
    for key, value in state.items() if isinstance(state, dict) else enumerate(state):
        if isinstance(value, (dict, list)):
            yield from fields(value, (*path, key))
        else:
            yield (*path, key)


def other(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else f"{value or ''}x"


def changed(state: Any, path: tuple[Any, ...]) -> Any:
    copy = json.loads(json.dumps(state))
    inside = copy
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = other(inside[path[-1]])
    return copy


STANDING = """
    SELECT id, topic, state FROM events AS this WHERE topic != 'undo.asked' OR NOT EXISTS (
        SELECT 1 FROM events AS later WHERE later.originator_id = this.originator_id
        AND later.topic = this.topic AND later.id > this.id
    ) ORDER BY id
"""
"""Events, without requests that were refused and asked again: nothing came of the first."""


OVERRULED = """
    SELECT id FROM events AS this WHERE topic = 'objection.decided' AND EXISTS (
        SELECT 1 FROM events AS later WHERE later.originator_id = this.originator_id
        AND later.topic = 'objection.settled'
    )
"""
"""Answers that the township answered again: it is the second one that is shown."""


def every_field(told: Path) -> list[tuple[int, str, Any, tuple[Any, ...]]]:
    """Event, topic, payload and path of each value that more than the log speaks of."""
    overruled = {event for (event,) in rows(told, OVERRULED)}
    return [
        (event, topic, state, path)
        for event, topic, stored in rows(told, STANDING)
        for state in [json.loads(stored)]
        for path in fields(state)
        if "note_digest" not in path and not {(topic, path[0]), (topic, path[-1])} & LOG_ONLY
        if not (path == ("note",) and event in overruled)
    ]


def try_fields(told: Path, tampered: Tampered, step: int) -> list[str]:
    """Changes every `step`th field alone; returns those that no finding names."""
    missed = []
    for event, topic, state, path in every_field(told)[::step]:
        stored = json.dumps(changed(state, path), sort_keys=True, ensure_ascii=False).encode()
        write = text("UPDATE events SET state = :state WHERE id = :id")
        write = write.bindparams(state=stored, id=event)
        found = tampered(lambda sql, write=write: sql.execute(write))  # type: ignore[misc]
        if not found:
            missed.append(f"event {event} {topic} {path}")
    return missed


def test_any_field_of_any_event(told: Path, tampered: Tampered) -> None:
    assert try_fields(told, tampered, EVERY_FIELD) == []


@pytest.mark.nightly
def test_every_field_of_every_event(told: Path, tampered: Tampered) -> None:
    assert try_fields(told, tampered, 1) == []


def test_a_used_rule_and_a_used_price(told: Path, tampered: Tampered) -> None:
    for topic, path in (("rulebook.drafted", "points_max"), ("pricelist.drafted", "points")):
        first = f"SELECT id, state FROM events WHERE topic = '{topic}' ORDER BY id LIMIT 1"
        [(event, stored)] = rows(told, first)
        state = json.loads(stored)
        for line in state["lines"]:
            line[path] = -line[path]
        write = text("UPDATE events SET state = :state WHERE id = :id").bindparams(
            state=json.dumps(state).encode(), id=event
        )
        found = tampered(lambda sql, write=write: sql.execute(write))  # type: ignore[misc]
        assert "frozen" in {finding.check for finding in found}


@pytest.mark.parametrize("topic", ["rulebook.drafted", "pricelist.drafted"])
def test_a_rule_and_a_price_that_nobody_used_yet(
    told: Path, tampered: Tampered, topic: str
) -> None:
    """It would be what goods cost tomorrow."""
    last = f"SELECT id, state FROM events WHERE topic = '{topic}' ORDER BY id DESC LIMIT 1"
    [(event, stored)] = rows(told, last)
    for path in fields(json.loads(stored)):
        state = json.dumps(changed(json.loads(stored), path), sort_keys=True).encode()
        write = text("UPDATE events SET state = :state WHERE id = :id").bindparams(
            state=state, id=event
        )
        found = tampered(lambda sql, write=write: sql.execute(write))  # type: ignore[misc]
        assert found, path
        if path[-1] in ("points", "points_min", "points_max", "sku", "code"):
            return


@pytest.mark.parametrize("field", ["lots", "owed", "card", "household", "_modified_on"])
def test_one_snapshot(told: Path, tampered: Tampered, field: str) -> None:
    newest = (
        "SELECT originator_version, state FROM snapshots WHERE CAST(state AS TEXT)"
        " LIKE '%household%' ORDER BY originator_version DESC LIMIT 1"
    )
    [(version, stored)] = rows(told, newest)
    whole = json.loads(stored)
    state = whole["state"]
    match field:
        case "lots":
            next(iter(state["lots"].values()))["left"] += 1
        case "owed":
            state["owed"] = {"somebody": 5}
        case "card":
            state["card"]["blocked"] = not state["card"]["blocked"]
        case "household":
            state["household"] = "999901100201-A009"
        case _:
            state["_modified_on"] = "2020-01-01T00:00:00.000000Z"
    write = text("UPDATE snapshots SET state = :new WHERE state = :old")

    found = tampered(
        lambda sql: sql.execute(write.bindparams(new=json.dumps(whole).encode(), old=stored))
    )

    assert any(
        finding.check == "snapshots"
        and "account 999901100201-A00" in finding.place
        and f"version {version}" in finding.place
        and field in finding.detail
        for finding in found
    ), found


def test_a_snapshot_of_what_never_happened(tampered: Tampered) -> None:
    found = tampered(
        statement(
            "UPDATE snapshots SET originator_version = 999 WHERE rowid ="
            " (SELECT max(rowid) FROM snapshots)"
        )
    )
    assert named(found, "version 999")


COLUMNS = [(table.name, column.name) for table in views.sorted_tables for column in table.columns]
ONE_EACH = [next(each for each in reversed(COLUMNS) if each[0] == table) for table in views.tables]


@pytest.mark.parametrize(
    ("table", "column"),
    [
        pytest.param(*each, marks=() if each in ONE_EACH else pytest.mark.nightly)
        for each in COLUMNS
    ],
)
def test_one_value_in_one_row_of_a_view(
    told: Path, tampered: Tampered, table: str, column: str
) -> None:
    kind = rows(told, f'SELECT "{column}" FROM {table} ORDER BY rowid LIMIT 1')[0][0]
    other_first = f"""CASE substr("{column}", 1, 1) WHEN 'f' THEN 'e' ELSE 'f' END"""
    other_text = f"""{other_first} || substr("{column}", 2)"""
    yes_or_no = isinstance(views.tables[table].c[column].type, Boolean)
    more = f'1 - "{column}"' if yes_or_no else f'"{column}" + 1000'
    new = more if isinstance(kind, int) else other_text
    new = new if kind is not None else _instead_of_nothing(table, column)
    found = tampered(
        statement(
            f'UPDATE {table} SET "{column}" = {new} WHERE rowid = (SELECT min(rowid) FROM {table})'
        )
    )
    assert any(f.check == "views" and f.place.startswith(f"{table} ") for f in found), found


def _instead_of_nothing(table: str, column: str) -> str:
    of_ids = isinstance(views.tables[table].c[column].type, Uuid)
    return f"'{'f' * 32}'" if of_ids else "'x'"


@pytest.mark.parametrize("table", views.tables)
def test_one_row_less_in_a_view(tampered: Tampered, table: str) -> None:
    found = tampered(
        statement(f"DELETE FROM {table} WHERE rowid = (SELECT min(rowid) FROM {table})")
    )
    assert any(
        (f.check, f.detail) == ("views", "the row is missing") and f.place.startswith(f"{table} ")
        for f in found
    )


def test_two_events_swapped(tampered: Tampered) -> None:
    def change(sql: Connection) -> None:
        for old, new in ((40, -1), (41, 40), (-1, 41)):
            sql.execute(text(f"UPDATE events SET id = {new} WHERE id = {old}"))

    assert named(tampered(change), "event 40 ", "event 41 ")


@pytest.mark.parametrize("event", ["max(id)", "max(id) - 3", "min(id)"])
def test_an_event_deleted(told: Path, tampered: Tampered, event: str) -> None:
    [(gone,)] = rows(told, f"SELECT {event} FROM events")

    found = tampered(statement(f"DELETE FROM events WHERE id = {gone}"))

    assert any(finding.check == "ids" for finding in found)


def test_the_last_event_deleted_and_the_head_set_back(tampered: Tampered) -> None:
    def change(sql: Connection) -> None:
        sql.execute(text("DELETE FROM events WHERE id = (SELECT max(id) FROM events)"))
        sql.execute(text("UPDATE log_head SET last_id = last_id - 1"))

    assert {"awards", "views"} & {finding.check for finding in tampered(change)}


def test_protection_taken_away(told: Path, tmp_path: Path) -> None:
    shutil.copy(told, tmp_path / "open.db")
    engine = open_engine(f"sqlite:///{tmp_path / 'open.db'}")
    with engine.begin() as sql:
        sql.execute(text("DROP TRIGGER events_no_delete"))

    found = check(County(COUNTY, engine))

    assert [finding.check for finding in found] == ["protections"]
    engine.dispose()


def test_the_database_refuses_all_this(told: Path, tmp_path: Path) -> None:
    shutil.copy(told, tmp_path / "shut.db")
    with sqlite3.connect(tmp_path / "shut.db") as connection:
        for attempt in (
            "UPDATE events SET actor = 'nobody'",
            "DELETE FROM events",
            "UPDATE snapshots SET topic = ''",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="never changed"):
                connection.execute(attempt)


@pytest.mark.postgres
def test_on_postgresql_too(
    postgres: Cluster, postgres_county: CountyMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "SNAPSHOT_EVERY", dict.fromkeys(base.SNAPSHOT_EVERY, 4))
    county = postgres_county(COUNTY, views)
    tell(Town(county))
    assert check(county) == []
    superuser = create_engine(postgres.url(SUPERUSER))

    changes = [
        ("account.credited", IN_EVENTS["points of a credit"][1]),
        ("account.redeemed", IN_EVENTS["account of a debit"][1]),
        ("stock.issued", IN_EVENTS["quantity of an issue"][1]),
        ("snapshot of ", statement(_snapshot_moved())),
        ("accounts ", statement(_one_row("accounts", "version = version + 1"))),
        ("cards ", statement(_one_row("cards", "state = 'active'"))),
    ]
    before: list[Finding] = []
    for place, change in changes:
        with superuser.begin() as sql:
            sql.execute(text(f"SET LOCAL search_path TO {county.schema}"))
            change(sql)
        found = check(county)
        assert named([each for each in found if each not in before], place), place
        before = found
    superuser.dispose()


def _snapshot_moved() -> str:
    return "UPDATE snapshots SET state = '{}' WHERE ctid = (SELECT max(ctid) FROM snapshots)"


def _one_row(table: str, change: str) -> str:
    return f"UPDATE {table} SET {change} WHERE ctid = (SELECT max(ctid) FROM {table})"
