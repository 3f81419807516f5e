"""What a proof costs is measured; a county that was made large is as lawful as a small one."""

from __future__ import annotations

import re
from datetime import date

import pytest

from benches.plan import PLANS, SMOKE
from benches.proof import HASH, ROWS, SCAN, VERIFY, Cost, Sized, measured, written
from tests.contracts.house import ROOT


@pytest.mark.row("P2", "O3")
@pytest.mark.xdist_group("bench")
def test_every_step_succeeds_and_is_told() -> None:
    """`check` finds nothing, `verify.py` says GOOD, the restored root is the board's: else it
    would have ended. It holds the demo county twice."""
    found = list(measured(SMOKE.proofs))
    report = written(found, "a machine", date(2026, 11, 24))

    (each,) = found
    assert each.events >= SMOKE.proofs[0]
    assert set(each.costs) == {HASH, SCAN, VERIFY, *(row for row, _ in ROWS)}
    assert all(cost.memory > 0 for cost in each.costs.values())
    assert each.exported > 500 * each.events
    for title in (VERIFY, "restore", "MiB", "a machine"):
        assert title in report


def test_ratios_come_before_seconds() -> None:
    costs = {SCAN: Cost(1, 2.0, 1), HASH: Cost(1, 4.0, 1), VERIFY: Cost(9, 8.0, 2**21)}
    report = written([Sized(10, 9_000, costs)], "a machine", date(2026, 11, 24))
    assert "| verify.py | 4.0× / 2.0× |" in report
    assert "| verify.py | 2 |" in report
    assert report.index("2.0×") < report.index("9.00 / 8.00")


def test_the_kept_results_are_of_the_full_plan_and_name_no_machine() -> None:
    kept = (ROOT / "benches" / "proof.md").read_text("utf-8")
    assert PLANS["full"].proofs[-1] == 1_000_000
    assert re.search(r"\| events \| 1,0\d\d \| 100,\d{3} \| 1,000,\d{3} \|", kept)
    assert not re.search(r"(^|\s)/(home|root|tmp|var|work)/", kept)
