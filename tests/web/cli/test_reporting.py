"""`cover` and `report quarter`."""

from __future__ import annotations

import pytest

from tests.web.cli.conftest import BOOKS, DEMO, Line

pytestmark = pytest.mark.row("K3", "Q4")

TOWNSHIP = "999901100"


def test_a_new_county_owes_nothing(line: Line) -> None:
    line("init", "--regions", DEMO, *BOOKS)
    told = line.json("cover", "--village", TOWNSHIP)
    assert {row["place"][:9] for row in told["villages"]} == {TOWNSHIP}
    assert told["whole"] == {
        "place": TOWNSHIP,
        "name": "示例01镇",
        "out": 0,
        "hanging": 0,
        "stock": 0,
        "percent": None,
        "warns": False,
        "used": 0,
    }
    assert told["policy"]["cover_warn_percent"] == 80
    assert "合计没兑换 0 分" in line("cover").output


def test_the_quarter_has_a_row_for_each_village(line: Line) -> None:
    line("init", "--regions", DEMO, *BOOKS)
    told = line.json("report", "quarter", "2026Q4", "--village", TOWNSHIP)
    assert {row["代码"][:9] for row in told["villages"]} == {TOWNSHIP}
    sheet = line("report", "quarter", "2026Q4", "--csv").output
    assert sheet.splitlines()[0].startswith("\ufeff代码,村,")
    assert len(sheet.splitlines()) == 1 + 140
    assert line("report", "quarter", "2026", exits=2).output
