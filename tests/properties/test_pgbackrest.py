"""O2 on PostgreSQL: deploy/pgbackrest against Debian's server; killed, restored, compared.

Debian's packages postgresql-15 and pgbackrest are installed by deploy/debian-packages.sh.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from points.checks import check
from points.store.county import County
from points.store.engine import open_engine
from tests.conftest import COUNTY
from tests.properties.test_kill import look, stocked
from tests.properties.tills import Answers, tills
from web.backup.proving import Tree, tree_of
from web.migrate import migrate_county, migrate_shared
from web.settings import Settings

ROOT = Path(__file__).parents[2]
BIN = Path("/usr/lib/postgresql/15/bin")
OWNER, APP = "jiamei_owner", "jiamei_app"
ANSWERED = 400

pytestmark = [pytest.mark.nightly, pytest.mark.postgres, pytest.mark.row("O2")]


@pytest.fixture(scope="module", autouse=True)
def _installed() -> None:
    packages = ("postgresql-15", "pgbackrest")
    subprocess.run([ROOT / "deploy/debian-packages.sh", "the drill", *packages], check=True)


class Debian:
    """A folder of the server's user with data, repository and configuration."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.conf = folder / "pgbackrest.conf"
        told = (ROOT / "deploy/pgbackrest/pgbackrest.conf").read_text()
        told = told.replace("/var/lib/pgbackrest", str(folder / "repository"))
        told = told.replace("/var/lib/postgresql/15/main", str(folder / "data"))
        self.conf.write_text(
            told.replace("[jiamei]", f"lock-path={folder}\nspool-path={folder}\n\n[jiamei]")
            + f"pg1-socket-path={folder}\npg1-user=postgres\n"
        )
        for script in ("backup.sh", "restore.sh"):
            shutil.copy(ROOT / "deploy/pgbackrest" / script, folder)
        if os.geteuid() == 0:
            for path in (folder, *folder.iterdir()):
                shutil.chown(path, "postgres", "postgres")

    def run(self, *command: str | Path) -> None:
        done = subprocess.run(command, **self._as(), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def _as(self) -> dict[str, object]:
        if os.geteuid() != 0:
            return {"cwd": self.folder}
        who = pwd.getpwnam("postgres")
        return {"cwd": self.folder, "user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}

    def pgbackrest(self, script: str, *words: str) -> None:
        self.run(self.folder / script, *words, f"--config={self.conf}")

    @contextmanager
    def server(self, data: str, archive: bool) -> Iterator[subprocess.Popen[bytes]]:
        settings = {"unix_socket_directories": str(self.folder), "listen_addresses": ""}
        if archive:
            lines = (ROOT / "deploy/pgbackrest/postgresql.conf").read_text().splitlines()
            pairs = [line.split(" = ") for line in lines if " = " in line and line[0] != "#"]
            settings |= {name: value.strip("'") for name, value in pairs}
            push = settings["archive_command"]
            settings["archive_command"] = push.replace(
                "pgbackrest", f"pgbackrest --config={self.conf}"
            )
        options = [f"--{name}={value}" for name, value in settings.items()]
        with subprocess.Popen(
            [BIN / "postgres", "-D", self.folder / data, *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **self._as(),
        ) as process:
            try:
                until = time.monotonic() + 60
                while not self._answers():
                    assert process.poll() is None, "the server ended"
                    assert time.monotonic() < until
                yield process
            finally:
                process.kill()

    def _answers(self) -> bool:
        ask = [BIN / "pg_isready", "-q", "-t", "1", "-h", self.folder]
        return subprocess.run(ask, check=False).returncode == 0

    def url(self, role: str) -> str:
        return f"postgresql+psycopg://{role}@/jiamei?host={self.folder}"


@pytest.fixture
def debian() -> Iterator[Debian]:
    folder = Path(tempfile.mkdtemp(prefix="jiamei-pgbackrest-"))
    yield Debian(folder)
    shutil.rmtree(folder)


def tree(url: str, sizes: set[int]) -> Tree:
    engine = open_engine(url)
    found = tree_of(County(COUNTY, engine), sizes)
    engine.dispose()
    return found


def test_a_server_is_restored_elsewhere_and_agrees(
    debian: Debian, capsys: pytest.CaptureFixture[str]
) -> None:
    debian.run(BIN / "initdb", "-D", debian.folder / "data", "-U", "postgres", "--auth=trust",
               "--encoding=UTF8", "--locale=C.UTF-8")  # fmt: skip
    settings = Settings(
        database_url=debian.url(APP), migration_url=debian.url(OWNER), county=COUNTY
    )
    answers = Answers()
    with debian.server("data", archive=True) as server:
        with psycopg.connect(f"host={debian.folder} user=postgres", autocommit=True) as sql:
            for role in (OWNER, APP):
                sql.execute(f"CREATE ROLE {role} LOGIN")
            sql.execute(f"CREATE DATABASE jiamei OWNER {OWNER}")
        migrate_shared(settings)
        migrate_county(settings, COUNTY)
        county = County(COUNTY, open_engine(debian.url(APP)))
        stocked(county)
        county.engine.dispose()
        began = time.monotonic()
        with tills(debian.url(APP), 1, answers) as (_, lines):
            answers.hear(lines, ANSWERED // 2)
            debian.pgbackrest("backup.sh", "full")
            took = time.monotonic() - began
            answers.hear(lines, ANSWERED // 2)
        with psycopg.connect(f"host={debian.folder} user=postgres", autocommit=True) as sql:
            sql.execute("SELECT pg_switch_wal()")  # what archive_timeout does each minute
        board = tree(debian.url(APP), set())
        debian.pgbackrest("backup.sh", "incr")
        server.kill()
    began = time.monotonic()
    debian.pgbackrest("restore.sh", str(debian.folder / "restored"))
    with debian.server("restored", archive=False):
        found = tree(debian.url(APP), {board.size})
        restored = time.monotonic() - began
        engine = open_engine(debian.url(APP))
        assert check(County(COUNTY, engine)) == []
        engine.dispose()
        assert found.roots[board.size] == board.root
        look(debian.url(APP), answers)
    with capsys.disabled():
        print(f"\n{found.size} events; backup {took:.1f} s, restored {restored:.1f} s, root agrees")  # noqa: T201
    done = subprocess.run(
        [debian.folder / "restore.sh", debian.folder / "restored"], capture_output=True, check=False
    )
    assert b"not empty" in done.stderr
