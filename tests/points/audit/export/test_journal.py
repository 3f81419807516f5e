"""Strangers' tools recompute every account, and refuse a changed point (P3)."""

from __future__ import annotations

import csv
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from beancount import loader
from beancount.core.realization import realize

from points.audit.export import journal
from points.audit.export.pseudonyms import code_of
from tests.web.demo.conftest import started
from web.demo import fill
from web.registers.answers import silent
from web.wiring import House


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = started(tmp_path_factory.mktemp("books"))
    fill(made, profile="mini", seed=1, progress=silent)
    yield made
    made.close()


def book(house: House, how: Callable[..., Iterator[str]]) -> str:
    with house.county.read() as sql:
        return "".join(how(sql, lambda each: code_of(each, house.vault.blind), "mini"))


def expected(house: House) -> dict[str, int]:
    """Points by household's code and bucket, as the ledger says them."""
    found = {}
    for row in house.read.accounts.all(house.county.code):
        balance = house.read.balances.of(str(row["household"]))
        assert balance is not None
        code = code_of(str(row["household"]), house.vault.blind)
        found |= {f"{code}:{bucket}": points for bucket, points in balance.buckets.items()}
    assert len(found) > 100
    return {name: points for name, points in found.items() if points}


def ask_hledger(file: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["hledger", "-f", str(file), *words], capture_output=True, text=True, check=False
    )


@pytest.mark.row("P3")
def test_hledger_agrees_on_every_account(house: House, tmp_path: Path) -> None:
    file = tmp_path / "book.journal"
    file.write_text(book(house, journal.hledger), encoding="utf-8")

    done = ask_hledger(file, "balance", "household", "--flat", "--no-total", "-O", "csv")

    assert done.returncode == 0, done.stderr
    rows = list(csv.reader(done.stdout.splitlines()))[1:]
    told = {name.removeprefix("household:"): int(points.split()[0]) for name, points in rows}
    assert told == expected(house)


@pytest.mark.row("P3")
def test_beancount_agrees_on_every_account(house: House) -> None:
    entries, errors, _ = loader.load_string(book(house, journal.beancount))

    assert errors == []
    told = {
        f"{code}:{bucket.lower()}": points
        for (code, bucket), points in held(realize(entries)).items()
        if points
    }
    assert told == expected(house)


def held(root: Any) -> dict[tuple[str, str], int]:
    households = root["Assets"]["Household"]
    return {
        (code, bucket): sum(int(each.units.number) for each in leaf.balance)
        for code, account in households.items()
        for bucket, leaf in account.items()
    }


def one_more(text: str, pattern: str) -> tuple[str, int]:
    """The book with one point more in one place, and the line of that place."""
    found = list(re.finditer(pattern, text))[40]
    at, end = found.span(1)
    changed = text[:at] + str(int(found[1]) + 1) + text[end:]
    return changed, text[:at].count("\n") + 1


@pytest.mark.row("P3")
def test_hledger_refuses_one_point_and_says_where(house: House, tmp_path: Path) -> None:
    """Also where the other side was changed with it: the asserted sum is not reached."""
    text = book(house, journal.hledger)
    changed, line = one_more(text, r"    household:\S+  (\d+) PTS")
    other = changed.split("\n")
    other[line] = re.sub(r"  (-?\d+) PTS =", lambda m: f"  {int(m[1]) - 1} PTS =", other[line])
    for edited in (changed, "\n".join(other)):
        file = tmp_path / "edited.journal"
        file.write_text(edited, encoding="utf-8")
        done = ask_hledger(file, "check")
        assert done.returncode != 0
        named = [int(each) for each in re.findall(r"\(lines? (\d+)", done.stderr)]
        assert named
        assert abs(named[0] - line) <= 2


@pytest.mark.row("P3")
def test_beancount_refuses_one_point_and_says_where(house: House) -> None:
    changed, line = one_more(book(house, journal.beancount), r"  Assets:Household:\S+  (\d+) PTS")

    _, errors, _ = loader.load_string(changed)

    assert errors
    assert any(abs(each.source["lineno"] - line) <= 2 for each in errors)


def test_nobody_is_named(house: House) -> None:
    for how in (journal.hledger, journal.beancount):
        text = book(house, how)
        for row in house.read.accounts.all(house.county.code):
            assert str(row["household"]) not in text


def test_codes_are_of_one_shape_and_differ(house: House) -> None:
    codes = {
        code_of(str(row["household"]), house.vault.blind)
        for row in house.read.accounts.all(house.county.code)
    }
    assert len(codes) == len(house.read.accounts.all(house.county.code))
    assert all(re.fullmatch(r"H-[0-9A-HJKMNP-TV-Z]{8}", code) for code in codes)
