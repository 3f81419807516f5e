"""The attack table (P1; trust.md §2.4): somebody with every right on the database, or with the
log's own key, changes the past. Each is found by a process that trusts none of it, and it says
where."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from points.audit.policy import Policy
from points.audit.proof import Proof
from points.audit.strict import Unproven
from points.audit.tree import leaf_hash
from points.checks import check
from points.store.county import County
from points.store.engine import open_engine
from points.store.reading import in_order
from points.store.records import leaf, line
from tests.attacks.scene import Scene, set_up
from tests.points.audit.exported import STATE, TOPIC, Copy, verify
from tests.support.house import COUNTY
from tests.support.postgres import Cluster
from web.audit import folder_of, published
from web.wiring import build_house

COLUMNS = (
    "id, originator_id, originator_version, topic, state, salt, at, actor, actor_role, actor_place,"
    " actor_household, channel, command_id, command_seq, request_id, request_hash, reason, mandate,"
    " key_id, signature"
)


@pytest.fixture(
    scope="module",
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
)
def scene(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    server: Cluster | None = None
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres")
    return set_up(tmp_path_factory.mktemp("scene"), server)


def run(sql: Connection, statement: str, **values: object) -> None:
    done = sql.execute(text(statement), values)
    assert done.rowcount, statement


def last(sql: Connection) -> int:
    found: int = sql.execute(text("SELECT max(id) FROM events")).scalar_one()
    return found


def insert(sql: Connection, source: int, number: int, **changed: str) -> None:
    """A row like `source`, at `number`; `changed`: SQL by column."""
    values = {name.strip(): name.strip() for name in COLUMNS.split(",")}
    values |= {"id": str(number), **changed}
    run(
        sql,
        f"INSERT INTO events ({COLUMNS}) SELECT {', '.join(values.values())} FROM events"
        f" WHERE id = {source}",
    )
    run(sql, f"UPDATE log_head SET last_id = {max(number, last(sql))}")


def credit(sql: Connection) -> int:
    found: int = sql.execute(
        text("SELECT min(id) FROM events WHERE topic = 'account.credited'")
    ).scalar_one()
    return found


NEXT = (
    "(SELECT max(e.originator_version) + 1 FROM events e"
    " WHERE e.originator_id = events.originator_id)"
)


# Each attack: what is done, and the rule and index that must be named, from the last id.


def edit(sql: Connection) -> tuple[str, int]:
    run(sql, "UPDATE events SET actor = 'somebody' WHERE id = 9")
    return "V4", 8


def edit_the_points(sql: Connection) -> tuple[str, int]:
    number = credit(sql)
    state = sql.execute(text(f"SELECT state FROM events WHERE id = {number}")).scalar_one()
    richer = re.sub(rb'"points":(\d+)', rb'"points":9\1', bytes(state))
    run(sql, f"UPDATE events SET state = :state WHERE id = {number}", state=richer)
    return "V4", number - 1


def delete_the_last(sql: Connection) -> tuple[str, int]:
    end = last(sql)
    run(sql, f"DELETE FROM events WHERE id > {end - 3}")
    run(sql, f"UPDATE log_head SET last_id = {end - 3}")
    return "V5", end - 3


def delete_and_refill(sql: Connection) -> tuple[str, int]:
    end = last(sql)
    run(sql, f"DELETE FROM events WHERE id > {end - 3}")
    for number in range(end - 2, end + 1):
        command = f"'refilled {number}'"
        insert(sql, 9, number, originator_version=NEXT, command_id=command, command_seq="0")
    return "V4", end - 3


def delete_in_the_middle(sql: Connection) -> tuple[str, int]:
    run(sql, "DELETE FROM events WHERE id = 12")
    run(sql, "UPDATE events SET id = -id WHERE id > 12")
    run(sql, "UPDATE events SET id = -id - 1 WHERE id < 0")
    run(sql, "UPDATE log_head SET last_id = last_id - 1")
    return "V4", 11


def reorder(sql: Connection) -> tuple[str, int]:
    for before, after in ((14, -1), (15, 14), (-1, 15)):
        run(sql, f"UPDATE events SET id = {after} WHERE id = {before}")
    return "V4", 13


def back_date(sql: Connection) -> tuple[str, int]:
    run(sql, "UPDATE events SET at = '2020-01-01T00:00:00.000000Z' WHERE id = 17")
    return "V4", 16


def swap_rows(sql: Connection) -> tuple[str, int]:
    """The payloads of two events change places."""
    states = dict(sql.execute(text("SELECT id, state FROM events WHERE id IN (4, 5)")).all())
    for number, other in ((4, 5), (5, 4)):
        run(sql, f"UPDATE events SET state = :state WHERE id = {number}", state=states[other])
    return "V4", 3


def replay_a_row(sql: Connection) -> tuple[str, int]:
    end = last(sql)
    insert(sql, credit(sql), end + 1, originator_version=NEXT, command_id="'again'")
    return "V8", end


def insert_a_row(sql: Connection) -> tuple[str, int]:
    """As well made as can be: the next version, a command of its own, a genuine signature."""
    end = last(sql)
    key = "(SELECT e.key_id FROM events e WHERE e.id = 1)"
    signature = "(SELECT e.signature FROM events e WHERE e.id = 1)"
    insert(
        sql, credit(sql), end + 1, originator_version=NEXT, command_id="'new'", command_seq="0",
        key_id=key, signature=signature,
    )  # fmt: skip
    return "V8", end


def insert_a_row_of_yesterday(sql: Connection) -> tuple[str, int]:
    end = last(sql)
    insert(
        sql, credit(sql), end + 1, originator_version=NEXT, command_id="'late'", command_seq="0",
        at="'2020-01-01T00:00:00.000000Z'",
    )  # fmt: skip
    return "V8", end


def add_to_a_save(sql: Connection) -> tuple[str, int]:
    """Under the last command, as one more of its events."""
    end = last(sql)
    insert(
        sql, credit(sql), end + 1, originator_version=NEXT,
        **{name: f"(SELECT e.{name} FROM events e WHERE e.id = {end})" for name in (
            "at", "actor", "actor_role", "actor_place", "actor_household", "channel", "command_id",
            "request_id", "request_hash", "reason")},
        command_seq=f"(SELECT e.command_seq + 1 FROM events e WHERE e.id = {end})",
        key_id="NULL", signature="NULL",
    )  # fmt: skip
    first = sql.execute(
        text(f"SELECT id FROM events WHERE command_seq = 0 AND command_id ="
             f" (SELECT command_id FROM events WHERE id = {end})")
    ).scalar_one()  # fmt: skip
    return "V8", first - 1


BY_SQL = [
    *(edit, edit_the_points, delete_the_last, delete_and_refill, delete_in_the_middle),
    *(reorder, back_date, swap_rows, replay_a_row, insert_a_row, insert_a_row_of_yesterday),
    add_to_a_save,
]


@pytest.mark.row("P1")
@pytest.mark.parametrize("attack", BY_SQL, ids=lambda attack: attack.__name__)
def test_what_was_done_by_sql_is_found_with_its_index(
    scene: Scene, tmp_path: Path, attack: object
) -> None:
    expected: list[tuple[str, int]] = []
    with scene.copied(tmp_path) as url:
        scene.attack(url, lambda sql: expected.append(attack(sql)))  # type: ignore[operator]
        code, said = scene.verified(url, tmp_path / "out")
    found = re.match(r"BAD 有问题: (V\d+) index (\d+)", said)
    assert code == 1, said
    assert found, said
    assert (found[1], int(found[2])) == expected[0], said


def edit_a_snapshot(sql: Connection) -> str:
    topic = "account"
    rows = sql.execute(text("SELECT originator_id, originator_version, state FROM snapshots")).all()
    row = next(row for row in rows if f'"topic":"{topic}"'.encode() in bytes(row.state))
    state = re.sub(rb'"left":(\d+)', rb'"left":9\1', bytes(row.state), count=1)
    run(
        sql,
        "UPDATE snapshots SET state = :state WHERE originator_id = :id AND originator_version = :v",
        state=state, id=row.originator_id, v=row.originator_version,
    )  # fmt: skip
    return "snapshots"


def edit_a_view(sql: Connection) -> str:
    run(sql, "UPDATE accounts SET balance = balance + 500 WHERE balance > 0")
    return "views"


@pytest.mark.parametrize("attack", [edit_a_snapshot, edit_a_view], ids=lambda a: a.__name__)
def test_what_is_not_exported_is_found_by_check(
    scene: Scene, tmp_path: Path, attack: object
) -> None:
    names: list[str] = []
    with scene.copied(tmp_path) as url:
        scene.attack(url, lambda sql: names.append(attack(sql)))  # type: ignore[operator]
        engine = open_engine(url)
        found = {finding.check for finding in check(County(COUNTY, engine))}
        engine.dispose()
    assert names[0] in found


def test_a_fork_shown_to_somebody_else(scene: Scene, tmp_path: Path) -> None:
    """The log's own key signs another past; who holds the board's paper sees it."""
    house = build_house(scene.settings)
    with scene.copied(tmp_path) as url:
        assert scene.verified(url, tmp_path / "out")[0] == 0
    fork = Copy.of(house, tmp_path / "out")
    bodies = fork.bodies()
    opened = next(body for body in bodies if body[TOPIC] == "account.opened")
    opened[STATE]["group"] = "another"
    fork.rewrite(bodies)
    house.close()
    assert verify(fork.folder)[0] == 0
    code, said = verify(fork.folder, "--board", str(scene.outside / "board"))
    assert code == 1
    assert said.startswith("BAD 有问题: V6 index 0: not what board signed")


def test_a_forged_receipt(scene: Scene) -> None:
    """The proof of one event for another's record, or with another path."""
    text_of = (scene.outside / "proof").read_bytes().decode()
    policy = Policy.parse((scene.outside / "policy").read_text())
    house = build_house(scene.settings)
    with house.county.read() as sql:
        records = [line(event) for batch in in_order(sql) for event in batch]
    house.close()
    proof = Proof.parse(text_of)
    proof.check(leaf_hash(leaf(records[19])), policy)
    forged = replace(proof, index=20)
    for wrong, record in ((proof, records[20]), (proof, records[19] + b" "), (forged, records[19])):
        with pytest.raises(Unproven):
            wrong.check(leaf_hash(leaf(record)), policy)


def sign_by_process(url: str, log: Path, key: Path) -> subprocess.CompletedProcess[str]:
    """`jiamei log sign` on its own."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "JIAMEI_DATABASE_URL": url,
        "JIAMEI_AUDIT_URL": url,
        "JIAMEI_COUNTY": COUNTY,
        "JIAMEI_LOG_DIR": str(log),
        "JIAMEI_LOG_KEY_FILE": str(key),
    }
    program = Path(sys.executable).with_name("jiamei")
    return subprocess.run(
        [str(program), "log", "sign", "--whole"], env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


@pytest.mark.parametrize("what", ["nothing", "rolled back", "truncated", "shrunk", "edited"])
def test_the_signer_refuses_what_does_not_continue(scene: Scene, tmp_path: Path, what: str) -> None:
    log, key = tmp_path / "log", tmp_path / "log.key"
    shutil.copytree(folder_of(scene.settings, COUNTY), log)
    source = Path(str(scene.settings.log_key_file))
    shutil.copyfile(source, key)
    key.chmod(0o600)
    state = key.with_suffix(".state")
    shutil.copyfile(source.with_suffix(".state"), state)
    with scene.copied(tmp_path) as url:
        if what == "rolled back":
            state.unlink()
        if what == "truncated":
            shutil.rmtree(log / "tile")
            (log / "checkpoint").unlink()
        if what == "shrunk":
            scene.attack(url, lambda sql: delete_the_last(sql) and None)
        if what == "edited":
            scene.attack(url, lambda sql: edit(sql) and None)
        before = {path: path.read_bytes() for path in log.rglob("*") if path.is_file()}
        done = sign_by_process(url, log, key)
    after = {path: path.read_bytes() for path in log.rglob("*") if path.is_file()}
    assert done.returncode == (0 if what == "nothing" else 1), done.stdout + done.stderr
    if what == "edited":
        assert "9" in done.stdout + done.stderr
    if what != "nothing":
        assert after == before


@pytest.mark.row("P1")
@pytest.mark.parametrize(
    "seeds", [range(2, 5), pytest.param(range(5, 205), marks=pytest.mark.nightly)]
)
def test_no_alarm_on_an_honest_county(tmp_path: Path, seeds: range) -> None:
    for seed in seeds:
        folder = tmp_path / str(seed)
        folder.mkdir()
        scene = set_up(folder, None, seed=seed, days=1 + seed % 4)
        with scene.copied(folder) as url:
            code, said = scene.verified(url, folder / "out")
            engine = open_engine(url)
            assert check(County(COUNTY, engine)) == []
            engine.dispose()
        assert code == 0, said
        assert published(scene.settings, COUNTY).size > 20
        shutil.rmtree(folder)
