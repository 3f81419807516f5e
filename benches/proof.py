"""What a stranger's proof costs: export, verifier, log, views, check and restore at three sizes.

Each number stands beside what the machine does with the same bytes at least: SHA-256 over the
export, and one scan of the history by the bare driver.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from benches.county import COUNTY, KEY, REGIONS, environment, jiamei
from benches.many import Growing, history
from benches.steps import LOG, OUT, STORE
from points.store.county import County
from points.store.engine import open_engine
from points.store.signing import SaveKey
from web.keys import derived
from web.migrate import migrate_county, migrate_shared
from web.settings import Settings

MIB = 2**20
HASH, SCAN, VERIFY = "sha256sum of the export", "scan of the history", "verify.py"


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock and of all cores; the most memory that the process held, in bytes."""

    wall: float
    cpu: float
    memory: int


@dataclass(frozen=True)
class Sized:
    """`exported`: bytes of the exported events."""

    events: int
    exported: int
    costs: Mapping[str, Cost]


ROWS: Sequence[tuple[str, str]] = (
    ("all views made anew", "views"),
    ("log: all new leaves signed", "sign"),
    ("log: every leaf compared", "recompute"),
    ("export of all events", "export"),
    ("check, all rules", "check"),
    ("backup", "backup"),
    ("restore, until it may serve", "restore"),
)


def measured(sizes: Sequence[int]) -> Iterator[Sized]:
    """One store that grows; the log starts anew at each size."""
    with tempfile.TemporaryDirectory(prefix="jiamei-bench-") as name:
        folder = Path(name)
        growing, county = _begun(folder)
        for size in sizes:
            growing.grow(size)
            county.engine.dispose()
            yield _sized(folder, growing.size)


def cost(command: Sequence[str]) -> Cost:
    """Of a program that must succeed; what its own processes take is in it."""
    watched = [sys.executable, "-I", "-S", "-c", WATCH, *command]
    done = subprocess.run(watched, check=True, stdout=subprocess.PIPE, text=True)
    wall, cpu, memory = map(float, done.stdout.split())
    return Cost(wall, cpu, int(memory))


WATCH = """
import os, sys, time
start = time.monotonic()
quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=quiet)
_, status, used = os.wait4(pid, 0)
print(time.monotonic() - start, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""A small program between: a process is told the memory of the one that started it as its own."""

SCAN_IT = """
import sqlite3, sys
for _ in sqlite3.connect(sys.argv[1]).execute("SELECT * FROM events ORDER BY id"): pass
"""


def _begun(folder: Path) -> tuple[Growing, County]:
    """The demo county as a seed, and an empty store of this version."""
    seeds = Settings(database_url=f"sqlite:///{folder}/seed.db", county=COUNTY, vault_key=KEY)
    data = REGIONS.parent
    lists = tuple(
        f"--{name}={data / file}"
        for name, file in (
            ("rules", "rules.csv"),
            ("procedure", "procedure-demo.csv"),
            ("goods", "goods.csv"),
        )
    )
    for command in (("init", "--regions", str(REGIONS), *lists), ("demo", "--profile", "mini")):
        env = environment(seeds)
        subprocess.run(jiamei(*command), env=env, check=True, stdout=subprocess.DEVNULL)
    store = replace(seeds, database_url=f"sqlite:///{folder / STORE}")
    migrate_shared(store)
    migrate_county(store, COUNTY)
    engine = open_engine(seeds.database_url)
    seed = history(County(COUNTY, engine))
    engine.dispose()
    county = County(COUNTY, open_engine(store.database_url))
    return Growing(county, SaveKey(derived(KEY, "process")), seed), county


def _sized(folder: Path, events: int) -> Sized:
    for old in ("log.state", "log.state.lock"):
        (folder / old).unlink(missing_ok=True)
    shutil.rmtree(folder / LOG, ignore_errors=True)
    costs = {SCAN: cost([sys.executable, "-I", "-S", "-c", SCAN_IT, str(folder / STORE)])}
    for row, step in ROWS:
        costs[row] = cost([sys.executable, "-m", "benches.steps", step, str(folder)])
        _say(events, row, costs[row])
    out = folder / OUT
    costs[HASH] = cost(["sha256sum", str(out / "events.log")])
    verifier = [sys.executable, str(out / "verify.py"), str(out), "--policy", str(out / "policy")]
    costs[VERIFY] = cost(verifier)
    _say(events, VERIFY, costs[VERIFY])
    return Sized(events, (out / "events.log").stat().st_size, costs)


def written(found: Sequence[Sized], machine: str, day: date) -> str:
    """All of it as Markdown: ratios first, for they say the same on any machine."""
    heads = "".join(f" {each.events:,} |" for each in found)
    rule = "|" + " --- |" * (len(found) + 1)
    names = [name for name in found[-1].costs if name not in (HASH, SCAN)]
    parts = [
        "# What a proof costs",
        HOW.format(size=found[-1].exported / found[-1].events),
        "## Processor time as a multiple of the scan, and of SHA-256 over the export",
        "\n".join([f"| events |{heads}", rule, *(_ratio(name, found) for name in names)]),
        "## Most memory held, in MiB",
        "\n".join([f"| events |{heads}", rule, *(_memory(name, found) for name in names)]),
        "## Seconds: on the clock / of all cores",
        f"{day.isoformat()}: {machine}.",
        "\n".join([f"| events |{heads}", rule, *(_wait(name, found) for name in found[-1].costs)]),
    ]
    return "\n\n".join(parts) + "\n"


HOW = """A store on SQLite, the demo county again and again with other people, every save signed.
The export is {size:.0f} bytes for each event. Each row is a process of its own, its start included,
so the first column is mostly start. `check` looks at all rules in as many processes as there are
cores; `restore` compares the root with the board's checkpoint and counts every balance anew before
the service may start. `verify.py` is the exported file and checks every signature with the library;
it holds 20,000 streams in memory, and the others wait in a temporary file."""


def _ratio(name: str, found: Sequence[Sized]) -> str:
    cells = (
        f"{each.costs[name].cpu / each.costs[SCAN].cpu:.1f}× / "
        f"{each.costs[name].cpu / max(each.costs[HASH].cpu, 0.001):.1f}×"
        for each in found
    )
    return f"| {name} | {' | '.join(cells)} |"


def _memory(name: str, found: Sequence[Sized]) -> str:
    cells = (f"{each.costs[name].memory / MIB:.0f}" for each in found)
    return f"| {name} | {' | '.join(cells)} |"


def _wait(name: str, found: Sequence[Sized]) -> str:
    cells = (f"{each.costs[name].wall:.2f} / {each.costs[name].cpu:.2f}" for each in found)
    return f"| {name} | {' | '.join(cells)} |"


def _say(events: int, row: str, found: Cost) -> None:
    told = f"{found.wall:.1f} s, {found.cpu:.1f} s of all cores, {found.memory / MIB:.0f} MiB"
    print(f"{events:,} events: {row}: {told}", file=sys.stderr, flush=True)
