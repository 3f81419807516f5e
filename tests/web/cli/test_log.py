"""P1: `jiamei log` signs what happened, refuses what was changed, and says whom to believe."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import InternalError, ProgrammingError

from points.audit.history import CountyHistory
from points.audit.policy import Policy
from points.audit.signed_note import COSIGNATURE, Key
from tests.support.postgres import APP, AUDIT, OWNER, Cluster
from tests.web.cli.conftest import BOOKS, DEMO, Line, environment

COUNTY = "999901"
WITNESS = Key.of("witness.example", COSIGNATURE, bytes(32)).vkey


def test_signing_twice_adds_nothing(started: Line, tmp_path: Path) -> None:
    first = started.json("log", "sign")
    again = started.json("log", "sign", "--whole")

    assert first["added"] == first["size"] > 100
    assert again == first | {"added": 0, "compared": first["size"]}
    told = started.json("log", "status")
    assert told["published"] == told["remembered"] == first["size"]
    assert told["root"] == first["root"]
    assert told["signatures"] == [f"127.0.0.1:8000/jiamei/{COUNTY}"]
    checkpoint = (tmp_path / "var/log" / COUNTY / "checkpoint").read_text()
    assert checkpoint in started("log", "status").stdout + "\n"


def test_status_before_the_first_makes_nothing(started: Line, tmp_path: Path) -> None:
    told = started.json("log", "status")
    assert (told["published"], told["remembered"], told["root"]) == (0, 0, None)
    assert not (tmp_path / "var/log").exists()


def test_a_changed_row_is_named_and_nothing_is_signed(started: Line, tmp_path: Path) -> None:
    started("log", "sign")
    before = started.json("log", "status")
    with sqlite3.connect(tmp_path / "var/jiamei.db") as sql:
        sql.execute("DROP TRIGGER events_no_update")
        sql.execute("UPDATE events SET at = replace(at, '20', '19') WHERE id = 7")
    sql.close()
    refused = started.json("log", "sign", "--whole", exits=1)

    assert refused["code"] == "log-history-differs"
    assert refused["facts"] == {"event": 7}
    assert "第 7 条" in refused["message"]
    assert started.json("log", "status") == before
    every = started.json("log", "sign", "--every", "1", exits=1)
    assert every["code"] == "log-history-differs"


def test_the_policy_names_log_process_and_witnesses(started: Line, tmp_path: Path) -> None:
    plain = Policy.parse(started.json("log", "policy")["policy"])
    assert plain.quorum == "none"
    assert len(plain.processes) == 1
    keys = started.json("key", "list")
    assert list(plain.processes) == [one["key_id"] for one in keys["keys"]]

    file = tmp_path / "witnesses"
    file.write_text(f"witness auditor {WITNESS} https://w.example\nquorum auditor\n")
    named = Line(started.env | {"JIAMEI_WITNESSES": str(file)})
    policy = Policy.parse(named.json("log", "policy")["policy"])
    assert policy.witnesses["auditor"].vkey == WITNESS
    assert policy.logs == plain.logs
    assert policy.logs[0].url == "http://127.0.0.1:8000/audit"
    assert (tmp_path / "var/log" / COUNTY / "policy").read_text() == (
        named.json("log", "policy")["policy"]
    )

    file.write_text("witness auditor\n")
    assert named.json("log", "policy", exits=1)["code"] == "settings"


def test_another_origin_needs_another_key(started: Line) -> None:
    started("log", "sign")
    renamed = Line(started.env | {"JIAMEI_LOG_ORIGIN": "other.example/jiamei"})
    assert renamed.json("log", "sign", exits=1)["code"] == "settings"


def test_folder_and_key_may_lie_elsewhere(started: Line, tmp_path: Path) -> None:
    elsewhere = {
        "JIAMEI_LOG_DIR": f"{tmp_path}/public/{{county}}",
        "JIAMEI_LOG_KEY_FILE": f"{tmp_path}/secret/{{county}}.key",
    }
    Line(started.env | elsewhere)("log", "sign")
    assert (tmp_path / "public" / COUNTY / "checkpoint").exists()
    assert (tmp_path / "secret" / f"{COUNTY}.key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "secret" / f"{COUNTY}.state").exists()


# On PostgreSQL: a role of its own.


@pytest.fixture
def served(postgres: Cluster, tmp_path: Path) -> Line:
    owner = postgres.database("audited")
    line = Line(
        environment(
            postgres.url(APP, "audited"),
            JIAMEI_MIGRATION_URL=owner,
            JIAMEI_AUDIT_URL=postgres.url(AUDIT, "audited"),
            JIAMEI_LOG_DIR=f"{tmp_path}/log/{{county}}",
        )
    )
    line("init", "--regions", DEMO, *BOOKS)
    return Line(line.env | {"JIAMEI_COUNTY": COUNTY})


@pytest.mark.postgres
def test_the_signer_on_postgresql_knows_only_its_role(served: Line) -> None:
    """Neither the application's address nor the vault key is there."""
    alone = Line(served.env | {"JIAMEI_VAULT_KEY": None, "JIAMEI_MIGRATION_URL": None})
    first = alone.json("log", "sign")
    assert first["size"] > 100
    assert alone.json("log", "sign", "--whole")["compared"] == first["size"]
    assert len(Policy.parse(alone.json("log", "policy")["policy"]).processes) == 1
    nobody = Line(served.env | {"JIAMEI_AUDIT_URL": None})
    assert nobody.json("log", "sign", exits=1)["code"] == "settings"
    nowhere = Line(served.env | {"JIAMEI_COUNTY": None})
    assert nowhere.json("log", "sign", exits=1)["code"] == "settings"


@pytest.mark.postgres
def test_the_auditing_role_may_read_the_history_and_nothing_else(
    served: Line, postgres: Cluster
) -> None:
    served("migrate")
    engine = create_engine(postgres.url(AUDIT, "audited"))
    asked = text(
        "SELECT n.nspname || '.' || c.relname, r.verb FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace"
        " CROSS JOIN unnest(ARRAY['SELECT','INSERT','UPDATE','DELETE','TRUNCATE','REFERENCES',"
        "'TRIGGER']) AS r(verb)"
        " WHERE CASE WHEN c.relkind IN ('r', 'v', 'm', 'p')"
        " THEN has_table_privilege(c.oid, r.verb) ELSE false END"
        " AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
    )
    with engine.connect() as sql:
        rights = {tuple(row) for row in sql.execute(asked)}
        schemas = text("SELECT nspname FROM pg_namespace WHERE has_schema_privilege(oid, 'CREATE')")
        assert list(sql.execute(schemas)) == []
    assert rights == {(f"c{COUNTY}.events", "SELECT"), (f"c{COUNTY}.log_head", "SELECT")}
    for statement in (
        f"SELECT * FROM c{COUNTY}.vault_keys",
        f"INSERT INTO c{COUNTY}.events SELECT * FROM c{COUNTY}.events",
        f"UPDATE c{COUNTY}.log_head SET last_id = 0",
        "SELECT * FROM shared.users",
    ):
        with engine.connect() as sql, pytest.raises(ProgrammingError, match="permission denied"):
            sql.execute(text(statement))
    engine.dispose()


@pytest.mark.postgres
def test_even_with_the_owner_s_address_nothing_is_written(served: Line, postgres: Cluster) -> None:
    history = CountyHistory(postgres.url(OWNER, "audited"), COUNTY)
    with history.moment() as moment, pytest.raises(InternalError, match="read-only transaction"):
        moment._sql.execute(text("UPDATE c999901.log_head SET last_id = 0"))  # type: ignore[attr-defined]
    with history.moment() as moment, pytest.raises(InternalError, match="read-only transaction"):
        moment._sql.execute(text(f"DROP TABLE c{COUNTY}.snapshots"))  # type: ignore[attr-defined]
    history.close()
    assert served.json("check")["failures"] == []


@pytest.mark.postgres
@pytest.mark.parametrize("role", [APP, OWNER])
def test_the_auditing_role_is_nobody_else(served: Line, postgres: Cluster, role: str) -> None:
    confused = Line(served.env | {"JIAMEI_AUDIT_URL": postgres.url(role, "audited")})
    assert confused.json("migrate", exits=1)["code"] == "settings"
    assert served.json("log", "sign")["size"] > 100
