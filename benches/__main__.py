"""`python -m benches`: measure, print the tables, keep them in `benches/results.md` and
`benches/proof.md`. `python -m benches proof` measures the proofs alone."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from benches import proof
from benches.machine import described
from benches.plan import PLANS, Plan
from benches.report import written
from benches.run import run

HERE = Path(__file__).parent


def keep(plan: Plan, file: str, report: str) -> None:
    if plan.name == "full":
        (HERE / file).write_text(report, encoding="utf-8")


name = os.environ.get("BENCH", "full")
if name not in PLANS:
    sys.exit(f"BENCH is one of {', '.join(PLANS)}")
plan, today = PLANS[name], datetime.now(UTC).date()
if sys.argv[1:] != ["proof"]:
    report = written(run(plan), today)
    print(report)
    keep(plan, "results.md", report)
machine = described()
report = proof.written(list(proof.measured(plan.proofs)), machine, today)
print(report)
keep(plan, "proof.md", report)
