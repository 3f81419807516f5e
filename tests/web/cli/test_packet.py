"""`jiamei packet`: the month for the township, in one file that can be checked by its sums."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

from tests.web.cli.conftest import Line

VILLAGE = "999901100201"


def test_a_month_in_one_file(started: Line, tmp_path: Path) -> None:
    """J7: the hand-over packet, of a village and of the whole county."""
    out = tmp_path / "packet.zip"
    told = started.json("packet", str(out), "--month", "2026-01", "--place", VILLAGE)
    assert told["sha256"] == sha256(out.read_bytes()).hexdigest()
    with ZipFile(out) as archive:
        names = archive.namelist()
        sums = archive.read("SHA256SUMS").decode().splitlines()
        for line in sums:
            digest, _, name = line.partition("  ")
            assert sha256(archive.read(name)).hexdigest() == digest
    assert sorted(names) == sorted(["SHA256SUMS", *(line.split("  ")[1] for line in sums)])
    started("packet", str(out), "--month", "2026-01")


def test_what_is_no_month_and_who_may_not(started: Line, tmp_path: Path) -> None:
    out = str(tmp_path / "packet.zip")
    started("packet", out, "--month", "January", exits=2)
    started("user", "create", "dian", "--role", "keeper", "--shop", "S100201")
    refused = started.json(
        "packet", out, "--month", "2026-01", "--place", VILLAGE, "--as", "dian", exits=1
    )
    assert refused["code"] == "not-allowed"
    assert not Path(out).exists()
