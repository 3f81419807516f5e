"""One run: set everything up, then round by round, then what is measured once."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from benches.contenders import Ring, ring
from benches.growth import grown
from benches.machine import described
from benches.measure import Measured, middle
from benches.plan import Plan
from benches.replay import replay
from benches.report import Results


def run(plan: Plan) -> Results:
    """Set everything up, then round by round, then what is measured once."""
    start = time.monotonic()
    results = Results(plan, described())
    with tempfile.TemporaryDirectory(prefix="jiamei-bench-") as folder:
        _say("setting up: two counties, two servers, two banks, pgbench")
        Path(folder).chmod(0o755)  # the server may run as another user
        with ring(plan, Path(folder)) as ready:
            results.idle = ready.memory()
            _rounds(plan, ready, results)
            results.loaded = ready.memory()
            for database, town in ready.towns.items():
                _say(f"views made anew on {database}")
                results.replayed[database] = replay(town.house.county)
            for database, county in ready.empty.items():
                _say(f"balances on {database}")
                results.grown[database] = list(grown(county, plan.sizes, plan.reads))
                county.engine.dispose()
    results.took = time.monotonic() - start
    return results


def _rounds(plan: Plan, ready: Ring, results: Results) -> None:
    found: dict[object, list[Measured]] = {cell: [] for cell in ready.cells}
    for number in range(1, plan.rounds + 1):
        for cell, measured in ready.cells.items():
            found[cell].append(measured(plan.seconds))
            last = found[cell][-1]
            _say(
                f"round {number}: {cell.what} {cell.database} {cell.clients}"
                f"{' hot' if cell.hot else ''}: {last.rate:,.0f}/s"
            )
    results.cells = {cell: middle(found[cell]) for cell in ready.cells}


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)
