"""The bench runs and says what it measured; its arithmetic is right."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from random import Random

import pytest

from benches.measure import Measured, measure, middle, summed_up
from benches.plan import PLANS, SMOKE
from benches.report import written
from benches.run import run
from tests.contracts.house import ROOT


@pytest.mark.postgres
@pytest.mark.xdist_group("bench")
def test_everything_is_measured_and_nothing_fails() -> None:
    results = run(SMOKE)
    report = written(results, date(2026, 11, 24))

    assert {cell: each.failed for cell, each in results.cells.items() if each.failed} == {}
    assert all(each.rate > 0 for each in results.cells.values())
    assert [each.accounts for each in results.grown["PostgreSQL"]] == list(SMOKE.sizes)
    assert all(each.rate > 0 for each in results.replayed.values())
    for title in ("ledger | SQLite", "HTTP | PostgreSQL", "pgbench tpcb-like", "MiB", "limits"):
        assert title in report


def test_clients_work_side_by_side_and_failures_are_counted() -> None:
    def work(client: int, chance: Random) -> None:
        if chance.random() < 0.5:
            raise LookupError(client)

    found = measure(work, clients=3, seconds=0.05)
    assert found.rate > 0
    assert set(found.failed) == {"LookupError"}


def test_waits_are_summed_up_in_milliseconds() -> None:
    found = summed_up([0.001] * 98 + [0.5, 0.9], took=2.0)
    assert (found.rate, found.p50, found.p99) == (50, 1, 900)


def test_the_middle_of_rounds_is_taken_value_by_value() -> None:
    rounds = [Measured(10, 3, 9), Measured(30, 1, 5, Counter(x=1)), Measured(20, 2, 7)]
    assert middle(rounds) == Measured(20, 2, 7, Counter(x=1))


def test_a_full_run_takes_no_more_than_ten_minutes() -> None:
    plan = PLANS["full"]
    kinds = 10  # contenders of a round, by clients; hot ones beside them
    assert plan.rounds * plan.seconds * (kinds * len(plan.clients) + 8) < 400


def test_the_kept_results_are_a_full_run_and_name_no_machine() -> None:
    kept = (ROOT / "benches" / "results.md").read_text("utf-8")
    assert "plan `full`" in kept
    assert not re.search(r"(^|\s)/(home|root|tmp|var|work)/", kept)
