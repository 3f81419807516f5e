"""`python -m benches`: measure, print the table, keep it in `benches/results.md`."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from benches.plan import PLANS
from benches.report import written
from benches.run import run

RESULTS = Path(__file__).with_name("results.md")

name = os.environ.get("BENCH", "full")
if name not in PLANS:
    sys.exit(f"BENCH is one of {', '.join(PLANS)}")
report = written(run(PLANS[name]), datetime.now(UTC).date())
print(report)
if name == "full":
    RESULTS.write_text(report, encoding="utf-8")
