"""Strangers' tools recompute every account, and refuse a changed point."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from beancount import loader
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from points.audit.export import journal
from points.audit.export.books import safe
from points.audit.export.pseudonyms import code_of
from points.rebuild import CannotFold
from points.store.county import County
from points.store.tables import events
from points.views import views
from points.views.accounts import accounts
from points.views.postings import postings
from tests.conftest import COUNTY, CountyMaker
from tests.points.audit.export.strangers import ask_hledger, by_beancount, by_hledger, by_views
from tests.support.story import tell
from tests.support.town import Town
from tests.web.demo.conftest import started
from web.demo import fill
from web.registers.answers import silent

pytestmark = pytest.mark.row("P3")

How = Callable[..., Iterator[str]]


def coded(household: str) -> str:
    return code_of(household, lambda *words: sha256(" ".join(words).encode()).digest())


def book(county: County, how: How) -> str:
    with county.moment() as sql:
        return "".join(how(sql, coded, "a county"))


def written(county: County, how: How, folder: Path) -> Path:
    file = folder / how.__name__
    file.write_text(book(county, how), encoding="utf-8")
    return file


@pytest.fixture
def town(make_county: CountyMaker) -> Town:
    """Everything has happened in it at least once; on either database."""
    made = Town(make_county(COUNTY, views))
    tell(made)
    return made


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The books of the same town as each tool reads them."""
    from points.store.engine import open_engine

    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('books')}/{COUNTY}.db")
    county = County(COUNTY, engine)
    county.create(views)
    tell(Town(county))
    made = {how.__name__: book(county, how) for how in (journal.hledger, journal.beancount)}
    engine.dispose()
    return made


def test_both_agree_on_every_account_of_a_whole_story(town: Town, tmp_path: Path) -> None:
    expected = by_views(town.read, COUNTY, coded)

    assert {name.split(":")[0] for name in expected} == {
        *("household", "issued", "redeemed", "deducted", "expired", "reversed"),
    }
    assert any(name.endswith(":receivable") for name in expected)
    assert by_hledger(written(town.county, journal.hledger, tmp_path)) == expected
    assert by_beancount(written(town.county, journal.beancount, tmp_path)) == expected


def test_both_agree_on_every_account_of_a_demo(tmp_path: Path) -> None:
    house = started(tmp_path)
    fill(house, profile="mini", seed=1, progress=silent)
    expected = by_views(house.read, COUNTY, coded)

    assert len(expected) > 150
    assert by_hledger(written(house.county, journal.hledger, tmp_path)) == expected
    assert by_beancount(written(house.county, journal.beancount, tmp_path)) == expected
    house.close()


POSTING = r"^ {2,4}\S+  (-?\d+) PTS"


def edits(text: str) -> Iterator[tuple[int, str]]:
    """Every way to give one posting one point more: its line, and the changed text."""
    for found in re.finditer(POSTING, text, re.MULTILINE):
        start, end = found.span(1)
        changed = text[:start] + str(int(found[1]) + 1) + text[end:]
        yield text[:start].count("\n") + 1, changed


def also_its_other_side(text: str, line: int) -> str | None:
    """One point less in the next posting of the same entry, so that the entry adds up."""
    lines = text.split("\n")
    found = re.match(POSTING, lines[line])
    if found is None:
        return None
    start, end = found.span(1)
    lines[line] = lines[line][:start] + str(int(found[1]) - 1) + lines[line][end:]
    return "\n".join(lines)


def entry_of(text: str, line: int) -> range:
    """The lines of the entry that this one stands in."""
    lines = text.split("\n")
    first = next(n for n in range(line, 0, -1) if not lines[n - 2])
    return range(first, next(n for n in range(line, len(lines)) if not lines[n]) + 1)


def test_hledger_refuses_one_point_more_in_any_posting(
    texts: dict[str, str], tmp_path: Path
) -> None:
    """Also where the other side was changed with it: the asserted sum is not reached."""
    file, tried = tmp_path / "edited.journal", 0
    for line, changed in edits(texts["hledger"]):
        for edited in filter(None, (changed, also_its_other_side(changed, line))):
            file.write_text(edited, encoding="utf-8")
            done = ask_hledger(file, "check")
            assert done.returncode != 0, edited.split("\n")[line - 1]
            named = [int(each) for each in re.findall(r"\(lines? (\d+)", done.stderr)]
            assert named[0] in entry_of(edited, line)
            tried += 1
    assert tried > 150


def test_beancount_refuses_one_point_more_in_any_posting(texts: dict[str, str]) -> None:
    tried = 0
    for line, changed in edits(texts["beancount"]):
        _, errors, _ = loader.load_string(changed)
        assert any(each.source["lineno"] in entry_of(changed, line) for each in errors)
        if edited := also_its_other_side(changed, line):
            assert loader.load_string(edited)[1], edited.split("\n")[line - 1]
        tried += 1
    assert tried > 80


def test_the_command_of_beancount_says_the_same(texts: dict[str, str], tmp_path: Path) -> None:
    tool, file = Path(sys.executable).with_name("bean-check"), tmp_path / "book.beancount"
    _, changed = next(edits(texts["beancount"]))
    for text, code in ((texts["beancount"], 0), (changed, 1)):
        file.write_text(text, encoding="utf-8")
        done = subprocess.run([tool, "--no-cache", file], capture_output=True, check=False)
        assert done.returncode == code


def test_every_account_is_closed_with_what_it_holds(texts: dict[str, str]) -> None:
    for name, text in texts.items():
        names = set(re.findall(r"^ {2,4}(\S+)  -?\d+ PTS", text, re.MULTILINE))
        _, _, end = text.rpartition("closing\n" if name == "hledger" else "\n\n2")
        assert names == set(re.findall(r"([A-Za-z]\S*)  -?\d+ PTS", end))


@pytest.mark.parametrize("how", [journal.hledger, journal.beancount])
def test_who_changed_a_view_changes_nothing(town: Town, how: How) -> None:
    honest = book(town.county, how)
    with town.county.write() as sql:
        sql.execute(update(postings).values(points=postings.c.points + 1))
        sql.execute(accounts.delete())

    assert book(town.county, how) == honest


def test_an_event_that_cannot_be_read_is_named(sqlite_county: CountyMaker) -> None:
    town = Town(sqlite_county(COUNTY, views))
    tell(town)
    with town.county.write() as sql:
        number = sql.scalars(events.select().where(events.c.topic == "account.credited")).first()
        sql.exec_driver_sql("DROP TRIGGER events_no_update")
        sql.execute(update(events).where(events.c.id == number).values(state=b"{}"))

    with pytest.raises(CannotFold, match=f"event {number} "):
        book(town.county, journal.hledger)


NAMES = st.text(st.sampled_from("aAxX-_:5 月\u0301"), min_size=1, max_size=4)


@given(one=NAMES, other=NAMES)
def test_two_names_are_never_one_account(one: str, other: str) -> None:
    assert (safe(one) == safe(other)) == (one == other)
    assert re.fullmatch(r"[A-Z0-9][A-Za-z0-9-]*", safe(one))
    assert len({safe(name) for name in ("S_1", "S-1", "s-1", "S.1", "X-535F31")}) == 5


@pytest.mark.parametrize("how", [journal.hledger, journal.beancount])
def test_nobody_is_named(town: Town, how: How) -> None:
    text = book(town.county, how)
    for row in town.read.accounts.all(COUNTY):
        assert str(row["household"]) not in text
        assert coded(str(row["household"])) in text


def test_codes_are_of_one_shape_and_differ() -> None:
    codes = {coded(f"999901100201-A{number:03}") for number in range(1_000)}

    assert len(codes) == 1_000
    assert all(re.fullmatch(r"H-[0-9A-HJKMNP-TV-Z]{8}", code) for code in codes)
