"""`jiamei witness` on a bare machine, and `jiamei log sign` with three of them (P1)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copytree
from socket import socket
from threading import Timer

import pytest
from urllib3 import HTTPConnectionPool, Retry

from points.audit.checkpoint import Checkpoint, Signed
from points.audit.policy import Policy
from points.audit.signed_note import PLAIN, Key, Note
from points.audit.tree import consistency
from points.audit.witnessing import Witnessing
from points.clock import utc_now
from points.store.signing import SaveKey
from tests.points.audit.cast import LOG, checkpoint, leaves
from tests.points.audit.exported import AT, Copy, verify
from tests.points.audit.watching import asked
from tests.support.listening import nowhere
from tests.web.cli.conftest import Line
from web.keys import derived

COUNTY = "999901"
NAMES = ("committee", "township", "auditor")
MAIN = [sys.executable, "-c", "from web.cli import main; main()"]
BARE = {name: value for name, value in os.environ.items() if not name.startswith("JIAMEI_")}
ROOT = Path(__file__).parents[3]


def free_port() -> int:
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def running(folder: Path, port: int) -> Iterator[str]:
    """`jiamei witness serve` as a process of its own, in an empty folder and environment."""
    server = subprocess.Popen(
        [*MAIN, "witness", "serve", str(folder), "--port", str(port), "--threads", "2"],
        env=BARE | {"PYTHONPATH": str(ROOT)},
        cwd=folder.parent,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        assert f"http://127.0.0.1:{port}" in server.stdout.readline()
        with HTTPConnectionPool("127.0.0.1", port) as pool:
            patience = Retry(20, backoff_factor=0.05, backoff_max=0.5)
            assert pool.request("GET", "/", retries=patience).status == 404
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)
        assert server.stdout is not None
        server.stdout.close()


def alone() -> Line:
    """A machine that has no setting of ours."""
    return Line(dict.fromkeys(name for name in os.environ if name.startswith("JIAMEI_")))


# One witness.


def test_a_witness_needs_its_folder_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "machine" / "w"
    made = alone().json("witness", "init", str(folder), "--name", "township.example/w")
    policy = Policy.parse(f"{made['policy']}\nquorum township.example/w\n")
    (party,) = policy.witnesses.values()
    assert str(party.vkey) == made["vkey"]
    assert party.url == "http://127.0.0.1:8010"
    assert (folder / "key").stat().st_mode & 0o777 == 0o600
    trusted = alone().json("witness", "trust", str(folder), str(LOG.vkey))
    assert trusted["added"] == trusted["logs"] == [str(LOG.vkey)]

    port = free_port()
    for old, size in ((0, 5), (5, 9)):
        with running(folder, port), HTTPConnectionPool("127.0.0.1", port) as pool:
            raw = asked(leaves(size), old)
            answer = pool.request("POST", "/add-checkpoint", body=raw)
            assert answer.status == 200
            note = Note.parse(checkpoint(leaves(size), cosigned=()) + answer.data.decode())
            assert abs(note.verify([party.vkey])[party.vkey] - utc_now().timestamp()) < 60
            again = pool.request("POST", "/add-checkpoint", body=raw)
            assert (again.status, again.data) == (409, f"{size}\n".encode())
            assert again.headers["Content-Type"] == "text/x.tlog.size"
            large = pool.request("POST", "/add-checkpoint", body=b"x" * 70_000)
            assert large.status == 413
            assert pool.request("GET", "/add-checkpoint").status == 405
    told = alone().json("witness", "status", str(folder))
    assert told["name"] == "township.example/w"
    assert [(one["size"], one["forked"]) for one in told["logs"]] == [(9, [])]
    assert [path.name for path in folder.parent.iterdir()] == ["w"]


def test_it_watches_the_logs_of_a_policy(tmp_path: Path) -> None:
    folder, file = str(tmp_path / "w"), tmp_path / "policy"
    other = Key.of("other.example/jiamei", PLAIN, bytes(32))
    file.write_text(f"log {LOG.vkey} https://a.example\nlog {other.vkey}\nquorum none\n")
    alone()("witness", "init", folder, "--name", "w.example")
    assert len(alone().json("witness", "trust", folder, str(file))["added"]) == 2
    assert alone().json("witness", "trust", folder, str(file))["added"] == []
    told = alone().json("witness", "status", folder)["logs"]
    assert [one["origin"] for one in told] == [LOG.vkey.name, other.vkey.name]
    said = alone()("witness", "status", folder).stdout
    assert f"{other.vkey.name}：签到 0 条" in said


def test_what_it_refuses_has_a_code(tmp_path: Path) -> None:
    folder = str(tmp_path / "w")
    for command in ("status", "serve"):
        assert alone().json("witness", command, folder, exits=1)["code"] == "witness-unknown"
    assert alone().json("witness", "trust", folder, str(LOG.vkey), exits=1)["code"] == (
        "witness-unknown"
    )
    alone()("witness", "init", folder, "--name", "with blanks", exits=2)
    made = alone().json("witness", "init", folder, "--name", "w.example")
    again = alone().json("witness", "init", folder, "--name", "w.example", exits=1)
    assert again["code"] == "file-there"
    for wrong in ("nonsense", made["vkey"], str(tmp_path)):
        told = alone().json("witness", "trust", folder, wrong, exits=1)
        assert told["code"] == "policy-wrong"
    alone()("witness", "trust", folder, str(LOG.vkey))
    for path in (tmp_path / "w/state").iterdir():
        path.write_bytes(b"torn")
    told = alone().json("witness", "status", folder, exits=1)
    assert (told["code"], told["facts"]) == ("witness-forgot", {"origin": LOG.vkey.name})


# Three witnesses, two of them enough.


@dataclass
class Town:
    """A county's command line, three witnesses of it, and where each would be reached."""

    folder: Path
    line: Line
    keys: dict[str, Key] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def county(self) -> Line:
        file = self.folder / "witnesses"
        quorum = [f"group enough 2 {' '.join(NAMES)}", "quorum enough"]
        named = [f"witness {name} {self.keys[name].vkey} {self.urls[name]}" for name in NAMES]
        file.write_text("\n".join([*named, *quorum]) + "\n")
        return Line(self.line.env | {"JIAMEI_WITNESSES": str(file)})

    @property
    def log_key(self) -> Key:
        return Key.parse((self.folder / f"var/log/{COUNTY}.key").read_text().removesuffix("\n"))

    def export(self, name: str) -> Path:
        out = self.folder / name
        self.county()("export", "events", str(out))
        return out


@pytest.fixture
def town(started: Line, tmp_path: Path) -> Town:
    made = Town(tmp_path, started)
    for name in NAMES:
        folder = str(tmp_path / "w" / name)
        alone()("witness", "init", folder, "--name", f"{name}.example/w")
        made.keys[name] = Key.parse((tmp_path / "w" / name / "key").read_text().strip())
        made.urls[name] = nowhere()
    policy = tmp_path / "policy"
    policy.write_text(made.county().json("log", "policy")["policy"])
    for name in NAMES:
        alone()("witness", "trust", str(tmp_path / "w" / name), str(policy))
    return made


@contextmanager
def up(town: Town, *names: str) -> Iterator[Line]:
    """The county's command line while these witnesses run."""
    with ExitStack() as servers:
        for name in names:
            place = town.folder / "w" / name
            town.urls[name] = servers.enter_context(running(place, free_port()))
        yield town.county()


@pytest.mark.row("P1")
def test_two_of_three_are_enough_for_the_verifier_and_one_is_not(town: Town) -> None:
    policy = str(town.folder / "policy")
    with up(town, "committee") as county:
        first = county.json("log", "sign")
    assert first["cosigned"] == 1
    assert {one["witness"]: one["code"] for one in first["not_cosigned"]} == {
        "township": "witness-silent",
        "auditor": "witness-silent",
    }
    code, said = verify(town.export("one"), "--policy", policy)
    assert (code, "V3" in said) == (1, True), said

    with up(town, "township") as county:
        said = county("log", "sign").stdout
        assert "见证人 2 个" in said
        assert "见证人 committee 没有签：它没有回答" in said
    code, said = verify(town.export("two"), "--policy", policy)
    assert code == 0, said
    assert "GOOD" in said
    told = town.county().json("log", "status")
    assert told["signatures"][1:] == ["committee.example/w", "township.example/w"]


@pytest.mark.row("P1")
def test_a_fork_signed_with_the_log_s_own_key_fails_the_quorum(town: Town) -> None:
    """The attack of trust.md §2.4: who has log key and process key rewrites the last entry."""
    with up(town, *NAMES) as county:
        assert county.json("log", "sign")["cosigned"] == 3
        honest = town.export("honest")
        assert verify(honest, "--policy", str(town.folder / "policy"))[0] == 0

        copytree(honest, town.folder / "fork")
        process = SaveKey(derived(bytes(range(32)), "process"))
        fork = Copy(town.folder / "fork", process, town.log_key)
        bodies = fork.bodies()
        bodies[-1][AT] = bodies[-1][AT][:-2] + ("1Z" if bodies[-1][AT][-2] == "0" else "0Z")
        fork.rewrite(bodies)
        text = (fork.folder / "checkpoint").read_text()
        forged, point = Signed.parse(text), Signed.parse(text).checkpoint
        assert point.size == Signed.parse((honest / "checkpoint").read_text()).checkpoint.size

        leaf = (fork.folder / "leaves.bin").read_bytes()
        hashes = [leaf[at : at + 32] for at in range(0, len(leaf), 32)]
        parties = Policy.parse((town.folder / "witnesses").read_text()).witnesses
        asking = Witnessing(parties, utc_now)
        assert asking(text, lambda old: consistency(tree_of(hashes), old, point.size)) == []
        assert {one.code for one in asking.failed.values()} == {"witness-saw-other"}

    nobody = town.folder / "nobody"
    trusting = (town.folder / "policy").read_text().replace("quorum enough", "quorum none")
    nobody.write_text(trusting)
    code, said = verify(fork.folder, "--policy", str(nobody))
    assert code == 0, said
    bribed = town.keys["auditor"].line(str(point), int(utc_now().timestamp()))
    for lines in ("", bribed):
        (fork.folder / "checkpoint").write_text(str(forged.note) + lines, newline="")
        code, said = verify(fork.folder, "--policy", str(town.folder / "policy"))
        assert (code, "V3" in said) == (1, True), said
    told = alone().json("witness", "status", str(town.folder / "w/township"))
    assert len(told["logs"][0]["forked"]) == 1


def test_a_signer_that_keeps_running_tells_when_a_witness_goes_and_comes(town: Town) -> None:
    place, port = town.folder / "w/auditor", free_port()
    town.urls["auditor"] = f"http://127.0.0.1:{port}"
    env = {name: value for name, value in town.county().env.items() if value is not None}
    command = [*MAIN, "log", "sign", "--every", "1"]
    with subprocess.Popen(
        command, env=BARE | env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as signer:
        patience = Timer(120, signer.kill)
        patience.start()
        assert signer.stdout is not None
        heard = iter(signer.stdout.readline, "")
        assert "见证人 0 个" in next(heard)
        assert [next(heard).split()[1] for _ in NAMES] == list(NAMES)
        with running(place, port):
            assert "见证人 1 个" in next(heard)
            assert [next(heard).split()[1] for _ in NAMES[:2]] == list(NAMES[:2])
        assert "见证人 1 个" in next(heard)
        assert [next(heard).split()[1] for _ in NAMES] == list(NAMES)
        signer.kill()
        patience.cancel()


def tree_of(hashes: list[bytes]):  # type: ignore[no-untyped-def]
    from points.audit.tree import node_hash

    def at(level: int, index: int) -> bytes:
        if level == 0:
            return hashes[index]
        return node_hash(at(level - 1, 2 * index), at(level - 1, 2 * index + 1))

    return at


def test_a_file_of_witnesses_that_is_wrong(started: Line, tmp_path: Path) -> None:
    file = tmp_path / "witnesses"
    for text in ("witness one\n", "quorum one\n", ""):
        file.write_text(text)
        line = Line(started.env | {"JIAMEI_WITNESSES": str(file)})
        assert line.json("log", "sign", exits=1)["code"] == "settings"
    missing = Line(started.env | {"JIAMEI_WITNESSES": str(tmp_path / "nothing")})
    assert missing.json("log", "sign", exits=1)["code"] == "settings"


# The federation.


def test_the_federation_s_log(town: Town) -> None:
    city, policy = str(town.folder / "city"), town.folder / "counties"
    made = alone().json("federation", "init", city, "--name", "city.example/jiamei")
    assert made["policy"] == f"log {made['vkey']}"
    assert alone().json("federation", "init", city, "--name", "x", exits=1)["code"] == "file-there"
    town.line("log", "sign")
    log = town.folder / f"var/log/{COUNTY}"
    policy.write_text(f"log {town.log_key.vkey} {log}\nquorum none\n")

    done = alone().json("federation", "sign", city, str(policy))
    assert (done["size"], len(done["added"]), done["refused"]) == (1, 1, [])
    proof = alone().json("federation", "check", city, str(log / "checkpoint"))["proof"]
    assert proof.startswith("c2sp.org/tlog-proof@v1\nindex 0\n")
    assert alone()("federation", "check", city, str(log / "checkpoint")).stdout == proof

    point = Checkpoint(town.log_key.vkey.name, 3, bytes(32))
    other = f"{point}\n{town.log_key.line(str(point))}"
    (town.folder / "other").write_text(other)
    told = alone().json("federation", "check", city, str(town.folder / "other"), exits=1)
    assert told["code"] == "not-in-federation"
    (log / "checkpoint").write_text(other)
    told = alone().json("federation", "sign", city, str(policy), exits=1)
    assert [one["code"] for one in told["refused"]] == ["county-log-shrank"]
    policy.write_text(f"log {town.log_key.vkey} {nowhere()}\nquorum none\n")
    told = alone().json("federation", "sign", city, str(policy))
    assert [one["code"] for one in told["refused"]] == ["county-log-silent"]
    policy.write_text("nonsense\n")
    assert alone().json("federation", "sign", city, str(policy), exits=1)["code"] == "policy-wrong"
    unknown = alone().json("federation", "sign", str(town.folder / "x"), str(policy), exits=1)
    assert unknown["code"] == "federation-unknown"


def test_the_federation_asks_witnesses_too(town: Town) -> None:
    city, policy = str(town.folder / "city"), town.folder / "counties"
    made = alone().json("federation", "init", city, "--name", "city.example/jiamei")
    policy.write_text(f"log {town.log_key.vkey}\nquorum none\n")
    alone()("witness", "trust", str(town.folder / "w/auditor"), made["vkey"])
    with up(town, "auditor") as county:
        done = county.json("federation", "sign", city, str(policy))
    assert done["cosigned"] == 1
    assert {one["witness"] for one in done["not_cosigned"]} == {"committee", "township"}
