"""The table, for the screen and for `benches/results.md`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from benches.contenders import BOTH, EMPTY, HTTP, LEDGER, LIBRARY, PGBENCH, SAME, Cell
from benches.growth import Read
from benches.measure import Measured
from benches.plan import HOT, Plan
from benches.replay import Replayed

MIB = 2**20


@dataclass
class Results:
    """Everything that a run found. Memory in bytes: `idle` before the rounds, `loaded` after."""

    plan: Plan
    machine: str
    cells: dict[Cell, Measured] = field(default_factory=dict)
    grown: dict[str, list[Read]] = field(default_factory=dict)
    replayed: dict[str, Replayed] = field(default_factory=dict)
    idle: dict[str, int] = field(default_factory=dict)
    loaded: dict[str, int] = field(default_factory=dict)
    took: float = 0.0


def written(results: Results, day: date) -> str:
    """All of it as Markdown."""
    parts = [
        "# Bench",
        _run(results, day),
        HOW.format(
            rounds=results.plan.rounds,
            seconds=results.plan.seconds,
            accounts=f"{results.plan.accounts:,}",
        ),
        "## Redemptions a second (p50 / p99 in ms)",
        _rates(results),
        "## As ratios",
        _ratios(results),
        "## What a request costs beside an empty Flask route",
        _requests(results),
        "## One balance among many",
        _growth(results),
        "## Views made anew, and memory",
        _rest(results),
        LIMITS,
    ]
    return "\n\n".join(parts) + "\n"


def _run(results: Results, day: date) -> str:
    return (
        f"{day.isoformat()}, plan `{results.plan.name}`: {results.machine}. "
        f"Took {results.took:.0f} s. Cut: {results.plan.cut}."
    )


HOW = """Medians of {rounds} rounds of {seconds} s for each number; a round takes every contender in
turn, so that all meet the same weather. Everything is durable: SQLite in WAL with synchronous=FULL,
PostgreSQL with fsync and synchronous_commit on, both on disk. One redemption of the ledger is two
goods for four points: it reads six streams and stores six events with their envelopes and about
fourteen rows of views; over HTTP also the token, the card, the idempotency key, JSON both ways.
`library, one event` is a bank-account application on the library's own recorder: one event for
each redemption, nothing else. `library, the same events` takes the ledger's own aggregates and
decisions to that recorder: the same six events, without envelopes, views and receipts. Clients
draw one of {accounts} accounts; `hot` is sixteen clients on one account. Server, database and
clients share the cores."""

LIMITS = """## What limits each number

- **Ledger, many clients**: Python. Group commit leaves one fdatasync to a batch; what remains is
  the interpreter's time for reading six streams, deciding, and handing over twenty rows, one
  thread at a time. A second process would use a second core, and share nothing.
- **Ledger, one client**: round trips and the lone commit: two questions to read, one to take ids,
  one for each table to write, one fdatasync.
- **Hot account**: one command at a time, because each stands on the one before it; no commit is
  shared. The library's optimistic retries collapse here instead.
- **HTTP**: the same and Flask: finding the token, the card and the idempotency key are four more
  reads. One process, so that all requests share commits.
- **pgbench** runs in C, with four statements and one row each; its rate is what the disk and the
  server give to a client that costs nothing.
- **Balances**: one row by its unique key, so the number of accounts hardly shows.
- **Views made anew**: decoding and folding in Python, then SQLite."""


def _rates(results: Results) -> str:
    heads = ["what", "on", *(_clients(n) for n in results.plan.clients), f"hot, {HOT} clients"]
    rows = []
    for what, database in _contenders(results):
        cells = [Cell(what, database, n) for n in results.plan.clients]
        cells.append(Cell(what, database, HOT, hot=True))
        rows.append([what, database, *(_rate(results.cells.get(cell)) for cell in cells)])
    return _table(heads, rows)


def _ratios(results: Results) -> str:
    heads = ["what", "on", "beside", *(_clients(n) for n in results.plan.clients), "hot"]
    pairs = [
        *((LEDGER, database, other) for database in BOTH for other in (SAME, LIBRARY)),
        *((HTTP, database, other) for database in BOTH for other in (SAME, LIBRARY)),
        *((what, BOTH[1], PGBENCH) for what in (LEDGER, HTTP, SAME, LIBRARY)),
    ]
    return _table(heads, [_ratio(results, *pair) for pair in pairs])


def _ratio(results: Results, what: str, database: str, other: str) -> list[str]:
    row = [what, database, other]
    for clients, hot in (*((n, False) for n in results.plan.clients), (HOT, True)):
        mine = results.cells.get(Cell(what, database, clients, hot))
        theirs = results.cells.get(Cell(other, database, clients, hot))
        known = mine is not None and theirs is not None and theirs.rate > 0
        row.append(f"{mine.rate / theirs.rate:.2f}×" if known and mine and theirs else "–")
    return row


def _requests(results: Results) -> str:
    rows = []
    for database in BOTH:
        for clients in results.plan.clients:
            mine = results.cells[Cell(HTTP, database, clients)]
            empty = results.cells[Cell(EMPTY, "", clients)]
            rows.append([
                f"POST /redemptions on {database}", _clients(clients), _waits(mine),
                _waits(empty), f"{mine.p50 / empty.p50:.1f}×",
            ])  # fmt: skip
    return _table(["request", "clients", "p50 / p99 ms", "empty route", "p50 ratio"], rows)


def _growth(results: Results) -> str:
    rows = []
    for database, reads in results.grown.items():
        for read in reads:
            first = reads[0].now.p50
            rows.append([
                database, f"{read.accounts:,}", _waits(read.now),
                _waits(read.past), f"{read.now.p50 / first:.2f}×",
            ])  # fmt: skip
    heads = ["on", "accounts", "now, p50 / p99 ms", "on a past day", "growth of p50"]
    return _table(heads, rows)


def _rest(results: Results) -> str:
    rows = [
        [
            database,
            f"{results.replayed[database].events:,}",
            f"{results.replayed[database].rate:,.0f}",
            f"{results.idle[database] / MIB:.0f}",
            f"{results.loaded[database] / MIB:.0f}",
        ]
        for database in results.replayed
    ]
    heads = ["on", "events", "events/s into new views", "server idle, MiB", "after the rounds, MiB"]
    return _table(heads, rows)


def _contenders(results: Results) -> list[tuple[str, str]]:
    return list(dict.fromkeys((cell.what, cell.database) for cell in results.cells))


def _clients(number: int) -> str:
    return "1 client" if number == 1 else f"{number} clients"


def _waits(measured: Measured) -> str:
    return f"{measured.p50:.2f} / {measured.p99:.2f}"


def _rate(measured: Measured | None) -> str:
    if measured is None:
        return "–"
    failed = sum(measured.failed.values())
    told = f"**{measured.rate:,.0f}** ({measured.p50:.1f} / {measured.p99:.1f})"
    return f"{told}, {failed} failed" if failed else told


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])
