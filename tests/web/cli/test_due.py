"""`jiamei due` closes notices that are over and posts their lines, and says how many."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import make_url

from points.clock import business_day, utc_now
from points.envelope import Actor, Envelope, opened
from points.ledger import Proposal
from tests.support.house import COUNTY, ZHAO, Watch, settings_for
from tests.web.cli.conftest import Line
from web.wiring import House, build_house

NOTHING = {"notices_closed": 0, "cases_posted": 0, "cases_refused": 0, "cases_waiting": 0}


@contextmanager
def acting(house: House, who: str) -> Iterator[Any]:
    actor = Actor(who, "administrator", COUNTY)
    with opened(Envelope(actor, house.clock(), "cli", uuid4().hex)):
        yield house.ledger


def told(line: Line) -> dict[str, int]:
    answer = line.json("due")
    return {name: answer[name] for name in NOTHING}


@pytest.mark.row("B1")
def test_due_posts_what_hung_long_enough(started: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of a rule that gives once a month, and one that gives more often."""
    watch = Watch(utc_now())
    monkeypatch.setattr("web.cli.call.build_house", lambda settings: build_house(settings, watch))
    url = str(started.env["JIAMEI_DATABASE_URL"])
    house = build_house(settings_for(url, vault_key=bytes(range(32))), watch)
    today, village = business_day(watch()), ZHAO.partition("-")[0]
    with acting(house, "maker") as ledger:
        cases = ledger.propose_batch(
            [Proposal(ZHAO, rule, today) for rule in ("C01", "C01", "P03")]
        )
    for case in cases:
        with acting(house, "signer") as ledger:
            ledger.sign(case)
    with acting(house, "opener") as ledger:
        ledger.open_notice(village, today.isoformat()[:7], cases)

    assert told(started) == NOTHING
    assert started.json("due")["notices_hanging"] == 1
    archive = Path(make_url(url).database or "").parent / "archive"
    assert len(list(archive.glob("*/shown/*/v1/a4.pdf"))) == 1  # kept, though nobody looked
    watch.later(days=45)
    assert told(started) == NOTHING | {"notices_closed": 1, "cases_posted": 2, "cases_refused": 1}
    assert told(started) == NOTHING
    house.close()


@pytest.mark.row("B1")
def test_due_says_it_in_words(started: Line) -> None:
    assert "公示截止 0 份，入账 0 笔" in started("due").output
