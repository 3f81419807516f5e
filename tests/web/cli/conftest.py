"""The command line on an empty database of either kind, with its environment and nothing else."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.conftest import DATABASES
from tests.support.postgres import APP, Cluster
from web.cli import main

DATA = Path(__file__).parents[3] / "web" / "data"
SHEETS = Path(__file__).parents[2] / "data" / "registers"
DEMO = str(DATA / "regions-demo.csv")
REAL = str(DATA / "regions-621125.csv")
RULES, GOODS = str(DATA / "rules.csv"), str(DATA / "goods.csv")
PROCEDURE = str(DATA / "procedure-demo.csv")
BOOKS = ("--rules", RULES, "--procedure", PROCEDURE, "--goods", GOODS)
"""What `init` takes to have both books in force."""
HOUSEHOLDS, CREDITS = str(SHEETS / "households.xlsx"), str(SHEETS / "credits.xlsx")


@dataclass(frozen=True)
class Line:
    """`line("balance", "A001")` runs a command; `line.json(...)` reads its one JSON document."""

    env: dict[str, str | None]

    def __call__(self, *args: str, exits: int = 0) -> Result:
        result = CliRunner().invoke(main, args, env=self.env, catch_exceptions=False)
        assert result.exit_code == exits, result.output
        return result

    def json(self, *args: str, exits: int = 0) -> Any:
        return json.loads(self(*args, "--json", exits=exits).stdout)


def environment(url: str, **more: str) -> dict[str, str | None]:
    key = b64encode(bytes(range(32))).decode()
    cleared = dict.fromkeys(("JIAMEI_COUNTY", "JIAMEI_MIGRATION_URL", "JIAMEI_BASE_URL"))
    return cleared | {"JIAMEI_DATABASE_URL": url, "JIAMEI_VAULT_KEY": key} | more


@pytest.fixture
def line(tmp_path: Path) -> Line:
    """On a SQLite file that is not there yet."""
    return Line(environment(f"sqlite:///{tmp_path}/var/jiamei.db"))


@pytest.fixture(params=DATABASES)
def any_line(request: pytest.FixtureRequest, tmp_path: Path) -> Line:
    """On either database, empty."""
    if request.param == "sqlite":
        return Line(environment(f"sqlite:///{tmp_path}/var/jiamei.db"))
    server: Cluster = request.getfixturevalue("postgres")
    owner = server.database("commanded")
    return Line(environment(server.url(APP, "commanded"), JIAMEI_MIGRATION_URL=owner))


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's region tree, rules and goods, and the workbook's households, made once."""
    folder = tmp_path_factory.mktemp("template")
    line = Line(environment(f"sqlite:///{folder}/jiamei.db"))
    line("init", "--regions", DEMO, *BOOKS)
    line("import", "households", HOUSEHOLDS)
    return folder


@pytest.fixture
def started(line: Line, template: Path, tmp_path: Path) -> Line:
    """On a copy of the template."""
    copytree(template, tmp_path / "var")
    return line
