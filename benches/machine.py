"""The machine in one line, as far as it matters to the numbers; no names and no paths."""

from __future__ import annotations

import os
import platform
import sqlite3
import tempfile
import time
from statistics import median

import psutil
import psycopg
import sqlalchemy


def described() -> str:
    memory = round(psutil.virtual_memory().total / 2**30)
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {memory} GiB, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"SQLAlchemy {sqlalchemy.__version__}, psycopg {psycopg.__version__}; "
        f"one fdatasync of 4 KiB takes {fdatasync_ms():.2f} ms (median), "
        f"load before the run {os.getloadavg()[0]:.1f}"
    )


def fdatasync_ms() -> float:
    """What a lone commit waits for at least."""
    waits = []
    with tempfile.TemporaryFile() as file:
        for _ in range(200):
            file.write(b"x" * 4096)
            file.flush()
            start = time.perf_counter()
            os.fdatasync(file.fileno())
            waits.append(time.perf_counter() - start)
    return median(waits) * 1e3
