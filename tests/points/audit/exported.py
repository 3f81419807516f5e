"""Real exports, copies of them that an insider with every key has altered, and the verifier run
on them as a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any

import orjson

from points.audit.checkpoint import Checkpoint, sign
from points.audit.export.events import export_events
from points.audit.signed_note import Key
from points.audit.standalone import VERIFIER
from points.audit.tree import Frontier, leaf_hash
from points.store.records import leaf
from points.store.signing import SaveKey
from tests.support.house import COUNTY
from web.audit import history_of, log_key, policy_text, published, signer_of
from web.wiring import House

STREAM, VERSION, TOPIC, AT, ACTOR, ROLE, HOUSEHOLD, COMMAND, MANDATE, STATE = (
    *(0, 1, 2, 4, 5, 6, 8),
    *(10, 15, 16),
)
"""Where things stand in the body of a record."""


def sign_log(house: House) -> None:
    settings = house.settings
    history = history_of(settings, COUNTY)
    signer_of(settings, COUNTY, history).sign(whole=True)
    with history.moment() as moment:
        text = policy_text(settings, COUNTY, moment.process_key())
    (published(settings, COUNTY).directory / "policy").write_text(text)
    history.close()


def export(house: House, folder: Path) -> Path:
    return export_events(house.county, house.log, folder).folder


def verify(folder: Path, *more: str, python: tuple[str, ...] = ()) -> tuple[int, str]:
    """Exit code and what it printed. `python`: `-I -S` leaves it nothing but its own library."""
    command = [sys.executable, *python, str(VERIFIER), str(folder), *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


@dataclass
class Copy:
    """An export whose events may be rewritten, with the process key and the log key at hand."""

    folder: Path
    process: SaveKey
    log: Key

    @classmethod
    def of(cls, house: House, folder: Path) -> Copy:
        assert house.ledger.signer
        return cls(folder, house.ledger.signer, log_key(house.settings, COUNTY))

    def bodies(self) -> list[list[Any]]:
        lines = self._file.read_bytes().splitlines()
        return [json.loads(line.split(b"\t", 3)[3]) for line in lines]

    def sign_all_but_the_last_save(self) -> int:
        """The checkpoint is of everything before it; the index where it begins."""
        commands = [body[COMMAND] for body in self.bodies()]
        start = commands.index(commands[-1])
        tree = Frontier()
        for line in self._file.read_bytes().splitlines()[:start]:
            tree.add(leaf_hash(leaf(line)))
        self._publish(Checkpoint(self.log.vkey.name, start, tree.root))
        return start

    def sign_as_another(self, index: int) -> None:
        """Under the event stands a genuine signature, of the first save."""
        lines = [line.split(b"\t", 3) for line in self._file.read_bytes().splitlines()]
        lines[index][2] = lines[0][2]
        self._file.write_bytes(b"".join(b"\t".join(parts) + b"\n" for parts in lines))

    def rewrite(self, bodies: list[list[Any]]) -> None:
        """Sign every save anew, and the log over them: only the rules are left to a verifier."""
        lines = [*self._lines(bodies)]
        hashes = [leaf_hash(leaf(line)) for line in lines]
        tree = Frontier()
        for each in hashes:
            tree.add(each)
        self._file.write_bytes(b"".join(line + b"\n" for line in lines))
        (self.folder / "leaves.bin").write_bytes(b"".join(hashes))
        self._publish(Checkpoint(self.log.vkey.name, len(lines), tree.root))

    @property
    def _file(self) -> Path:
        return self.folder / "events.log"

    def _publish(self, checkpoint: Checkpoint) -> None:
        """Nothing older beside it."""
        for older in (self.folder / "checkpoints").iterdir():
            older.unlink()
        (self.folder / "checkpoint").write_text(sign(checkpoint, self.log), newline="")

    def _lines(self, bodies: list[list[Any]]) -> Iterator[bytes]:
        number = 0
        for command, group in groupby(bodies, key=lambda body: body[COMMAND]):
            raw = [_body(each) for each in group]
            digests = [b64encode(sha256(each).digest()).decode() for each in raw]
            head = ("jiamei-save/v1", COUNTY, command, str(len(raw)))
            text = "".join(f"{line}\n" for line in (*head, *digests))
            signature = b64encode(self.process.sign(text.encode())).decode()
            for seq, body in enumerate(raw):
                number += 1
                own = (self.process.id, signature) if seq == 0 else (None, None)
                yield b"\t".join((b"%d" % number, *map(orjson.dumps, own), body))


def _body(parts: list[Any]) -> bytes:
    state = orjson.dumps(parts[STATE], option=orjson.OPT_SORT_KEYS)
    return orjson.dumps(parts[:STATE])[:-1] + b"," + state + b"]"
