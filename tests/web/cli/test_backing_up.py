"""O2: a backup is taken while the house is open, and goes back only when it is proven."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from base64 import b64decode
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

import pytest

from points.audit.checkpoint import Checkpoint, sign
from points.audit.signed_note import PLAIN, Key
from points.checks import check
from points.clock import utc_now
from points.envelope import Envelope, opened
from points.store.county import County
from points.store.engine import open_engine
from points.store.reading import in_order
from tests.conftest import COUNTY
from tests.support.cast import ADA
from tests.web.cli.conftest import CREDITS, DEMO, HOUSEHOLDS, Line, environment
from web.backup import following
from web.backup.places import ALL, Places
from web.backup.proving import tree_of
from web.settings import Settings
from web.wiring import build_house

ORIGIN = f"127.0.0.1:8000/jiamei/{COUNTY}"
LOG = Key.of(ORIGIN, PLAIN, bytes(32))
MORE = ("stock", "receive", "S100201", "G01", "20", "--source", "donation")
POLICY = f"log {LOG.vkey}\nquorum none\n"


def elsewhere(tmp_path: Path, name: str = "jiamei") -> Line:
    """Another machine: only the settings are there."""
    return Line(environment(f"sqlite:///{tmp_path}/elsewhere/{name}.db"))


def history(file: Path) -> list[object]:
    engine = open_engine(f"sqlite:///{file}")
    with County(COUNTY, engine).moment() as sql:
        found = [event for some in in_order(sql) for event in some]
    engine.dispose()
    return found


def board(tmp_path: Path, file: Path, more: int = 0, root: bytes | None = None) -> str:
    """What hangs on the wall: the history of `file`, or so many events more."""
    engine = open_engine(f"sqlite:///{file}")
    tree = tree_of(County(COUNTY, engine))
    engine.dispose()
    wall = tmp_path / "board.txt"
    wall.write_text(sign(Checkpoint(ORIGIN, tree.size + more, root or tree.root), LOG))
    return str(wall)


def test_a_copy_goes_back_elsewhere(started: Line, tmp_path: Path) -> None:
    folder, wall = tmp_path / "copy", board(tmp_path, tmp_path / "var/jiamei.db")
    made = started.json("backup", str(folder))
    done = elsewhere(tmp_path).json("restore", str(folder), "--board", wall)

    (county,) = done["counties"]
    told = made["counties"][COUNTY]
    assert (county["events"], county["root"]) == (told["last_id"], told["root"])
    assert county["compared"] == [told["last_id"]]
    assert history(tmp_path / "elsewhere/jiamei.db") == history(tmp_path / "var/jiamei.db")
    line = elsewhere(tmp_path)
    assert line.json("check")["failures"] == []
    assert line.json("household", "list") == started.json("household", "list")


def test_the_board_counts_only_with_the_signatures_that_the_policy_asks_for(
    started: Line, tmp_path: Path
) -> None:
    folder, wall = tmp_path / "copy", board(tmp_path, tmp_path / "var/jiamei.db")
    policy, stranger = tmp_path / "policy", tmp_path / "stranger"
    policy.write_text(POLICY)
    stranger.write_text(f"log {Key.of(ORIGIN, PLAIN, bytes(range(32))).vkey}\nquorum none\n")
    started("backup", str(folder))
    ask = ("restore", str(folder), "--board", wall, "--policy")

    assert elsewhere(tmp_path).json(*ask, str(stranger), exits=1)["code"] == "board-unproven"
    assert elsewhere(tmp_path).json(*ask, str(policy))["board"] is True


def test_an_old_backup_over_published_events_is_an_alarm(started: Line, tmp_path: Path) -> None:
    folder, there = tmp_path / "copy", tmp_path / "elsewhere"
    started("backup", str(folder))
    before = len(history(tmp_path / "var/jiamei.db"))
    started(*MORE)
    missing = len(history(tmp_path / "var/jiamei.db")) - before
    wall = board(tmp_path, tmp_path / "var/jiamei.db")

    no = elsewhere(tmp_path).json("restore", str(folder), "--board", wall, exits=1)

    assert missing >= 1
    assert no["code"] == "entries-missing"
    assert no["facts"] == {
        "county": COUNTY,
        "missing": missing,
        "first": before + 1,
        "last": before + missing,
        "has": before,
    }
    assert f"少 {missing} 条" in no["message"]
    assert list(there.iterdir()) == [], "nothing was put in place"
    accept = ("--accept-missing", str(missing))
    done = elsewhere(tmp_path).json("restore", str(folder), "--board", wall, *accept)
    assert done["counties"][0]["missing"] == missing


def test_another_history_than_the_published_one_is_an_alarm(started: Line, tmp_path: Path) -> None:
    folder, wall = tmp_path / "copy", board(tmp_path, tmp_path / "var/jiamei.db", root=bytes(32))
    started("backup", str(folder))

    no = elsewhere(tmp_path).json("restore", str(folder), "--board", wall, exits=1)

    assert no["code"] == "board-differs"
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_the_log_inside_the_backup_is_a_board_too(started: Line, tmp_path: Path) -> None:
    folder, log = tmp_path / "copy", tmp_path / "var/log" / COUNTY
    (log / "tile/0").mkdir(parents=True)
    (log / "tile/0/000.p").write_bytes(b"a tile")
    wall = board(tmp_path, tmp_path / "var/jiamei.db")
    shutil.copyfile(wall, log / "checkpoint")
    started("backup", str(folder))
    done = elsewhere(tmp_path).json("restore", str(folder))

    assert done["counties"][0]["compared"]
    assert (tmp_path / f"elsewhere/log/{COUNTY}/tile/0/000.p").read_bytes() == b"a tile"

    board(tmp_path, tmp_path / "var/jiamei.db", more=5)
    shutil.copyfile(wall, folder / "log" / COUNTY / "checkpoint")
    no = elsewhere(tmp_path / "second").json("restore", str(folder), exits=1)
    assert no["code"] == "backup-damaged", "the manifest knows each file"


def test_what_the_signer_published_goes_along_and_is_compared(
    started: Line, tmp_path: Path
) -> None:
    started("log", "sign")
    policy, folder = tmp_path / "policy", tmp_path / "copy"
    policy.write_text(started("log", "policy").stdout)
    wall = tmp_path / f"var/log/{COUNTY}/checkpoint"
    started("backup", str(folder))
    ask = ("--board", str(wall), "--policy", str(policy))
    there = elsewhere(tmp_path)
    done = there.json("restore", str(folder), *ask)

    size = len(history(tmp_path / "var/jiamei.db"))
    assert done["counties"][0]["compared"] == [size, size]
    assert there.json("compare", str(wall), "--policy", str(policy))["board"] == size
    kept = {path.name for path in (tmp_path / "elsewhere").rglob("*")} - {"jiamei.db", "log"}
    assert "checkpoint" in kept
    assert not [name for name in kept if name.endswith((".key", ".state"))]


def test_nothing_is_written_over(started: Line, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    started("backup", str(folder))

    assert started.json("backup", str(folder), exits=1)["code"] == "target-not-empty"
    assert started.json("restore", str(folder), exits=1)["code"] == "target-not-empty"


@pytest.mark.parametrize("what", ["a byte", "the end", "a file", "the manifest"])
def test_a_damaged_backup_is_not_put_in_place(started: Line, tmp_path: Path, what: str) -> None:
    folder = tmp_path / "copy"
    started("backup", str(folder))
    file = folder / "jiamei.db"
    match what:
        case "a byte":
            content = bytearray(file.read_bytes())
            content[len(content) // 2] ^= 1
            file.write_bytes(content)
        case "the end":
            file.write_bytes(file.read_bytes()[:-4096])
        case "a file":
            file.unlink()
        case _:
            (folder / "manifest.json").write_text("{}")

    assert elsewhere(tmp_path).json("restore", str(folder), exits=1)["code"] == "backup-damaged"
    assert not (tmp_path / "elsewhere").exists() or not list((tmp_path / "elsewhere").iterdir())


def test_what_was_changed_by_hand_is_not_put_in_place(started: Line, tmp_path: Path) -> None:
    """A manifest that fits says nothing: the rules are looked at too."""
    raw = sqlite3.connect(tmp_path / "var/jiamei.db")
    raw.execute("UPDATE accounts SET village = 'elsewhere'")
    raw.commit()
    raw.close()
    folder = tmp_path / "copy"
    started("backup", str(folder))

    no = elsewhere(tmp_path).json("restore", str(folder), exits=1)
    assert no["code"] == "restored-not-sound"


def by_hand(file: Path, *statements: str) -> None:
    raw = sqlite3.connect(file)
    for statement in statements:
        raw.execute(statement)
    raw.commit()
    raw.close()


@pytest.mark.row("O2")
def test_the_door_opens_once_root_and_balances_are_proven_and_the_rest_follows(
    started: Line, tmp_path: Path
) -> None:
    folder, wall = tmp_path / "copy", board(tmp_path, tmp_path / "var/jiamei.db")
    started("backup", str(folder))
    there = elsewhere(tmp_path)

    done = there.json("restore", str(folder), "--board", wall, "--serve-first")

    assert done["failures"] == []
    assert done["seconds"] <= done["checked_seconds"]
    assert history(tmp_path / "elsewhere/jiamei.db") == history(tmp_path / "var/jiamei.db")


def test_what_only_the_whole_check_sees_is_told_afterwards(started: Line, tmp_path: Path) -> None:
    by_hand(tmp_path / "var/jiamei.db", "UPDATE accounts SET village = 'elsewhere'")
    folder = tmp_path / "copy"
    started("backup", str(folder))

    told = elsewhere(tmp_path).json("restore", str(folder), "--serve-first", exits=1)

    assert {each["check"] for each in told["failures"]} == {"views"}
    assert (tmp_path / "elsewhere/jiamei.db").exists()


MORE_POINTS = (
    "UPDATE accounts SET balance = balance + 1, {0} = {0} + 1 WHERE account_id = '{1}'",
    "UPDATE lots SET left = left + 1, points = points + 1 WHERE lot = '{2}'",
    "UPDATE entries SET {0} = {0} + 1, spendable = spendable + 1 WHERE ref = '{2}'",
)


def one_lot(file: Path) -> tuple[str, str, str]:
    """Bucket, account and id of a lot that can be spent."""
    raw = sqlite3.connect(file)
    found = raw.execute("SELECT bucket, account_id, lot FROM lots WHERE redeemable AND left > 0")
    bucket, account, lot = found.fetchone()
    raw.close()
    return bucket, account, lot


@pytest.mark.row("O2")
@pytest.mark.parametrize(
    "changed",
    [
        MORE_POINTS[:1],
        MORE_POINTS,
        ("UPDATE log_head SET last_id = last_id + 1",),
        (
            "DROP TRIGGER events_no_update",
            "UPDATE events SET signature = zeroblob(64) WHERE signature IS NOT NULL",
        ),
    ],
    ids=["a balance", "a balance and all that adds up to it", "the head", "signatures"],
)
def test_the_door_stays_shut(started: Line, tmp_path: Path, changed: tuple[str, ...]) -> None:
    """Without a board every signature is verified before; so are balances, from the events."""
    started("import", "credits", CREDITS, "--confirm-as", "confirmer")
    file = tmp_path / "var/jiamei.db"
    by_hand(file, *(each.format(*one_lot(file)) for each in changed))
    folder = tmp_path / "copy"
    started("backup", str(folder))

    no = elsewhere(tmp_path).json("restore", str(folder), "--serve-first", exits=1)

    assert no["code"] == "restored-not-sound"
    assert not (tmp_path / "elsewhere/jiamei.db").exists()


def test_keys_are_never_in_the_backup(line: Line, tmp_path: Path) -> None:
    """Decision 0006: who finds the copy finds points, and no names."""
    line.env["JIAMEI_VAULT_KEY"] = ""
    line("init", "--regions", DEMO)
    line("import", "households", HOUSEHOLDS)
    (tmp_path / "var/log").mkdir()
    (tmp_path / f"var/log/{COUNTY}.key").write_text("the log's key")
    key = b64decode((tmp_path / "var/vault.key").read_text(), altchars=b"-_")
    folder, apart = tmp_path / "copy", tmp_path / "apart"

    no = line.json("backup", str(folder), "--with-keys", str(folder / "keys"), exits=1)
    made = line.json("backup", str(folder), "--with-keys", str(apart))

    assert no["code"] == "backup-keys-beside"
    assert made["keys"] == [f"log-{COUNTY}.key", "vault.key"]
    assert (apart / "vault.key").read_text() == (tmp_path / "var/vault.key").read_text()
    assert {path.stat().st_mode & 0o777 for path in apart.iterdir()} == {0o600}
    content = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    for secret in (key, (tmp_path / "var/vault.key").read_bytes().strip(), b"the log's key"):
        assert secret not in content
    assert "王".encode() not in content


def test_a_file_for_each_county(tmp_path: Path) -> None:
    here = Line(environment(f"sqlite:///{tmp_path}/var/{{county}}.db", JIAMEI_COUNTY=COUNTY))
    here("init", "--regions", DEMO)
    folder = tmp_path / "copy"
    made = here.json("backup", str(folder))
    one_file = elsewhere(tmp_path, "jiamei")
    there = elsewhere(tmp_path, "{county}")

    assert sorted(made["files"]) == [f"{COUNTY}.db", "shared.db"]
    assert one_file.json("restore", str(folder), exits=1)["code"] == "backup-other-layout"
    there("restore", str(folder))
    assert sorted(path.name for path in (tmp_path / "elsewhere").iterdir()) == sorted(made["files"])
    there.env["JIAMEI_COUNTY"] = COUNTY
    assert there.json("check")["failures"] == []


def test_a_copy_that_is_taken_while_others_write_is_one_moment(
    started: Line, tmp_path: Path
) -> None:
    stop, begun = Event(), Event()
    url = started.env["JIAMEI_DATABASE_URL"]
    house = build_house(Settings(database_url=str(url), vault_key=bytes(range(32))))

    def work() -> None:
        while not stop.is_set():
            with opened(Envelope(ADA, utc_now(), "cli", uuid4().hex)):
                house.ledger.receive_stock("S100201", sku="G01", quantity=1, source="donation")
            begun.set()

    worker = Thread(target=work)
    worker.start()
    begun.wait(30)
    ends = []
    for number in range(4):
        made = started.json("backup", str(tmp_path / f"copy{number}"))
        ends.append(made["counties"][COUNTY]["last_id"])
    stop.set()
    worker.join()
    house.close()
    for number in range(4):
        engine = open_engine(f"sqlite:///{tmp_path}/copy{number}/jiamei.db")
        assert check(County(COUNTY, engine)) == []
        engine.dispose()
    assert ends == sorted(set(ends)), "somebody wrote all the while"


def test_a_copy_that_follows(started: Line, tmp_path: Path) -> None:
    """Litestream, killed as a machine's end would kill it, and what it sent until then."""
    folder = tmp_path / "follows"
    url = f"sqlite:///{tmp_path}/var/jiamei.db"
    following.begin(Places(Settings(database_url=url), {COUNTY: ALL}), folder)
    command = [following.litestream(), "replicate", "-config", str(folder / "litestream.yml")]
    subprocess.run([*command, "-once"], check=True, capture_output=True)
    wall = board(tmp_path, tmp_path / "var/jiamei.db")

    done = elsewhere(tmp_path).json("restore", str(folder), "--board", wall)

    assert done["counties"][0]["missing"] == 0
    assert history(tmp_path / "elsewhere/jiamei.db") == history(tmp_path / "var/jiamei.db")


def test_the_command_that_follows_ends_with_litestream(started: Line, tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from web.cli import main; main()"]
    env = {name: value for name, value in started.env.items() if value is not None}
    with subprocess.Popen(
        [*command, "backup", str(tmp_path / "follows"), "--follow"],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=Path(__file__).parents[3],
    ) as process:
        assert process.stdout is not None
        said = ""
        while "replicating to" not in said:
            said = process.stdout.readline()
            assert said, "it ended"
        process.terminate()
    assert json.loads((tmp_path / "follows/follow.json").read_text()) == {COUNTY: ALL}


@pytest.mark.row("O2")
def test_a_drill_says_how_long_and_how_much(started: Line, tmp_path: Path) -> None:
    wall = board(tmp_path, tmp_path / "var/jiamei.db")
    fresh = started.json("drill", "--board", wall)
    folder = tmp_path / "copy"
    started("backup", str(folder))
    started(*MORE)
    older = started.json("drill", str(folder))

    assert (fresh["events_behind"], fresh["board"]) == (0, True)
    assert fresh["restore_seconds"] < 60
    assert older["events_behind"] >= 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["board.txt", "copy", "var"]


def test_postgresql_has_its_own_tool(tmp_path: Path) -> None:
    line = Line(environment("postgresql+psycopg://jiamei@/jiamei", JIAMEI_COUNTY=COUNTY))

    for command in ("backup", "restore"):
        no = line.json(command, str(tmp_path / "copy"), exits=1)
        assert no["code"] == "backup-not-sqlite"


def test_photos_and_sheets_come_along(started: Line, tmp_path: Path) -> None:
    """Files that are written once: whole ones are copied, drafts are not, and damage is found."""
    photo, sheet = f"evidence/{COUNTY}/ab/abcd", f"archive/{COUNTY}/shown/n1/v1/a4.pdf"
    draft = f"evidence/{COUNTY}/ab/.abcd.1234"
    for name in (photo, sheet, draft):
        (tmp_path / "var" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "var" / name).write_bytes(name.encode())
    folder = tmp_path / "copy"
    told = started.json("backup", str(folder))
    assert {photo, sheet} <= set(told["files"])
    assert draft not in told["files"]
    elsewhere(tmp_path).json("restore", str(folder))
    for name in (photo, sheet):
        assert (tmp_path / "elsewhere" / name).read_bytes() == name.encode()
    again = elsewhere(tmp_path / "again")
    (folder / photo).write_bytes(b"another picture")
    assert again.json("restore", str(folder), exits=1)["code"] == "backup-damaged"


def test_photos_in_a_place_of_their_own_are_not_met_by_a_drill(
    started: Line, tmp_path: Path
) -> None:
    far = tmp_path / "photos" / COUNTY / "ab" / "abcd"
    far.parent.mkdir(parents=True)
    far.write_bytes(b"a photo")
    line = Line(started.env | {"JIAMEI_EVIDENCE_DIR": f"{tmp_path}/photos/{{county}}"})
    assert line.json("drill")["events_behind"] == 0
    assert far.read_bytes() == b"a photo"
