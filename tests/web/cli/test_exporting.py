"""Exports and keys, by the commands a person types (P2, P3, P4)."""

from __future__ import annotations

import subprocess
from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest
from beancount import loader

from tests.points.audit.exported import verify
from tests.web.cli.conftest import BOOKS, DEMO, HOUSEHOLDS, Line

NUMBER = "999901100201-A"


@pytest.fixture
def earned(started: Line) -> Line:
    started("import", "households", HOUSEHOLDS, "--base")
    return started


@pytest.mark.row("J2")
def test_the_whole_history_is_exported_and_verified(earned: Line, tmp_path: Path) -> None:
    earned("log", "policy")
    earned("log", "sign")
    told = earned.json("export", "events", str(tmp_path / "out"))

    assert told["events"] == told["size"] > 60
    assert verify(tmp_path / "out")[0] == 0
    again = earned.json("export", "events", str(tmp_path / "out"), exits=1)
    assert again["code"] == "folder-not-empty"


@pytest.mark.row("P3")
def test_the_journal_is_recomputed_and_names_nobody(earned: Line, tmp_path: Path) -> None:
    book, beans = tmp_path / "book.journal", tmp_path / "book.beancount"
    earned("export", "hledger", str(book))
    earned("export", "beancount", str(beans))

    subprocess.run(["hledger", "-f", str(book), "check"], check=True, capture_output=True)
    entries, errors, _ = loader.load_file(str(beans))
    assert (bool(entries), errors) == (True, [])
    assert NUMBER not in book.read_text() + beans.read_text()
    assert list(tmp_path.glob(".*.part")) == []


def test_staff_may_have_the_numbers_and_nothing_is_written_over(
    earned: Line, tmp_path: Path
) -> None:
    book = tmp_path / "book.journal"
    earned("export", "hledger", str(book), "--household-numbers")
    before = book.read_bytes()

    assert NUMBER in book.read_text()
    assert earned.json("export", "hledger", str(book), exits=1)["code"] == "file-there"
    assert book.read_bytes() == before
    assert list(tmp_path.glob(".*.part")) == []


@pytest.mark.row("K2")
def test_every_list_goes_into_a_folder_with_its_totals(any_line: Line, tmp_path: Path) -> None:
    any_line("init", "--regions", DEMO, *BOOKS)
    any_line("import", "households", HOUSEHOLDS, "--base")
    any_line("stock", "receive", "S100201", "G01", "20", "--source", "donation")
    told = any_line.json("export", "csv", str(tmp_path / "out"))
    totals = {each["name"]: each["totals"] for each in told["files"]}
    rows = {each["name"]: each["rows"] for each in told["files"]}

    read = {path.stem: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert read.keys() == totals.keys()
    assert all(content.startswith(b"\xef\xbb\xbf") for content in read.values())
    assert not [name for name, content in read.items() if NUMBER.encode() in content]
    assert rows["households"] == rows["entries"] == 60
    assert totals["households"]["基础分"] == totals["entries"]["基础分"] == 600
    assert totals["stock"]["现存"] == totals["moves"]["数量"] == 20
    assert rows["rules"] > 20 < rows["goods"]


@pytest.mark.row("K2")
def test_staff_have_the_numbers_and_one_household_s_statement(earned: Line, tmp_path: Path) -> None:
    how = ("--household-numbers", "--statement", "A001")
    said = earned("export", "csv", str(tmp_path / "out"), *how).output

    assert "households.csv  60 行  合计：可用积分 0，任务积分 0，赠予积分 0，基础分 600" in said
    statement = (tmp_path / "out" / "statement.csv").read_text("utf-8-sig")
    assert [line.split(",")[1:3] for line in statement.splitlines()[1:]] == [
        [f"{NUMBER}001", "期初可用"],
        [f"{NUMBER}001", "基础分"],
        [f"{NUMBER}001", "期末可用"],
    ]
    again = earned.json("export", "csv", str(tmp_path / "out"), exits=1)
    assert again["code"] == "folder-not-empty"
    refused = earned.json("export", "csv", str(tmp_path / "no"), "--statement", "Z9", exits=1)
    assert refused["code"] == "household-unknown"
    assert [path.name for path in tmp_path.glob("*o*")] == ["out"]


def test_a_new_key_signs_when_the_old_one_admitted_it(started: Line, tmp_path: Path) -> None:
    file = tmp_path / "next.key"
    made = started.json("key", "new", str(file))
    changed = replace(started, env=started.env | {"JIAMEI_PROCESS_KEY": file.read_text().strip()})
    (first,) = started.json("key", "list")["keys"]

    assert file.stat().st_mode & 0o077 == 0
    assert changed.json("serve", exits=1)["code"] == "key-not-admitted"
    assert changed.json("card", "issue", f"{NUMBER}001", exits=1)["code"] == "key-not-admitted"

    started("key", "admit", made["public_key"], "--name", "second")
    refused = started.json("key", "revoke", first["key_id"], "--why", "replaced", exits=1)
    assert refused["code"] == "key-in-use"
    changed("key", "revoke", first["key_id"], "--why", "replaced")
    assert "已注销" in changed("key", "list").output
    assert started.json("serve", exits=1)["code"] == "key-not-admitted"
    changed("check")


def test_a_seed_of_another_length_is_no_key(started: Line) -> None:
    short = {"JIAMEI_PROCESS_KEY": b64encode(b"x" * 31).decode()}
    said = replace(started, env=started.env | short)("key", "list", exits=1).output
    assert "JIAMEI_PROCESS_KEY" in said
