"""PostgreSQL's own yardstick: pgbench, tpcb-like, on the same server and disk."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from benches.measure import Measured, summed_up
from tests.support.postgres import SUPERUSER, Cluster, binaries


def prepare(server: Cluster, database: str, scale: int) -> None:
    server.database(database)
    _pgbench(server, database, "-i", "-q", "-s", str(scale))


def run(server: Cluster, database: str, *, clients: int, seconds: float) -> Measured:
    """As many threads as clients up to two, prepared statements, no vacuum in between."""
    with tempfile.TemporaryDirectory() as folder:
        whole = max(1, round(seconds))
        _pgbench(
            server, database,
            "-n", "-M", "prepared", "-c", str(clients), "-j", str(min(2, clients)),
            "-T", str(whole), "-l", "--log-prefix", f"{folder}/log",
        )  # fmt: skip
        lines = [line for log in Path(folder).iterdir() for line in log.read_text().splitlines()]
    return summed_up([int(line.split()[2]) / 1e6 for line in lines], whole)


def _pgbench(server: Cluster, database: str, *arguments: str) -> None:
    where = ("-h", str(server.folder), "-U", SUPERUSER, database)
    subprocess.run(
        [str(binaries() / "pgbench"), *arguments, *where],
        check=True,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        capture_output=True,
    )
