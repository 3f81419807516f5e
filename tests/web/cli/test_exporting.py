"""Exports and keys, by the commands a person types (P2, P3, P4)."""

from __future__ import annotations

import subprocess
from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest
from beancount import loader

from tests.points.audit.exported import verify
from tests.web.cli.conftest import HOUSEHOLDS, Line

NUMBER = "999901100201-A"


@pytest.fixture
def earned(started: Line) -> Line:
    started("import", "households", HOUSEHOLDS, "--base")
    return started


def test_the_whole_history_is_exported_and_verified(earned: Line, tmp_path: Path) -> None:
    earned("log", "policy")
    earned("log", "sign")
    told = earned.json("export", "events", str(tmp_path / "out"))

    assert told["events"] == told["size"] > 60
    assert verify(tmp_path / "out")[0] == 0
    again = earned.json("export", "events", str(tmp_path / "out"), exits=1)
    assert again["code"] == "folder-not-empty"


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
