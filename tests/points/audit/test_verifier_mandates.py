"""The stand-alone verifier and what people's own devices signed: whoever holds the keys of the
process and of the log still cannot speak for somebody who has a device (P2, P4)."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from points.clock import business_day, instant
from points.ledger import Proposal
from tests.points.audit.exported import AT, MANDATE, STATE, TOPIC, Copy, export, sign_log, verify
from tests.support.device import Device, asking
from tests.support.house import MAKER, SIGNER, ZHAO, Place, make_tables, settings_for

pytestmark = pytest.mark.row("P2", "P4")

BARE = ("-I", "-S")


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, Path, Device]:
    """A device registered, then two proposals that it signed, each signed by another person;
    then it is revoked and she proposes as before."""
    folder = tmp_path_factory.mktemp("mandates")
    settings = settings_for(f"sqlite:///{folder}/jiamei.db")
    make_tables(settings)
    place, device = Place(settings), Device()
    place.settle()
    device.register(place, MAKER)
    place.watch.later(hours=1)
    today = business_day(place.watch())
    for points in (30, 31):
        nonce, claim = uuid4().hex, ["award.proposed", ZHAO, "E01", points, today.isoformat()]
        with asking(place, MAKER, nonce, device.mandate("maker", nonce, claim)) as ledger:
            case = ledger.propose(Proposal(ZHAO, "E01", today, points))
        with place.by(SIGNER) as ledger:
            ledger.sign(case)
    with place.by(MAKER) as ledger:
        ledger.revoke_own_device(why="replaced")
    with place.by(MAKER) as ledger:
        ledger.propose(Proposal(ZHAO, "E01", today, 32))
    sign_log(place.house)
    return place, export(place.house, folder / "out"), device


@pytest.mark.parametrize("python", [(), BARE], ids=["cryptography", "nothing but Python"])
def test_it_takes_what_they_signed(
    honest: tuple[Place, Path, Device], python: tuple[str, ...]
) -> None:
    code, said = verify(honest[1], "--signatures", "all", python=python)

    assert code == 0, said
    assert "of people's devices 2" in said


def mandated(bodies: list[list[Any]]) -> list[list[Any]]:
    return [body for body in bodies if body[MANDATE]]


def without(bodies: list[list[Any]], _: Device) -> None:
    mandated(bodies)[0][MANDATE] = None


def more_points(bodies: list[list[Any]], _: Device) -> None:
    mandated(bodies)[0][STATE]["points"] = 90


def replayed(bodies: list[list[Any]], _: Device) -> None:
    first, second = mandated(bodies)
    second[MANDATE], second[STATE]["points"] = first[MANDATE], first[STATE]["points"]


def another_device(bodies: list[list[Any]], _: Device) -> None:
    first = mandated(bodies)[0]
    text = json.loads(first[MANDATE])["text"].split("\n")
    forged = Device().mandate(text[2], text[3], *json.loads(text[4]))
    first[MANDATE] = forged


def as_if_hers(bodies: list[list[Any]], device: Device) -> None:
    """Under her key's name, signed by another."""
    another_device(bodies, device)
    first = mandated(bodies)[0]
    first[MANDATE] = json.dumps(json.loads(first[MANDATE]) | {"key": device.key})


def for_somebody_else(bodies: list[list[Any]], device: Device) -> None:
    first = mandated(bodies)[0]
    text = json.loads(first[MANDATE])["text"].split("\n")
    first[MANDATE] = device.mandate("signer", text[3], *json.loads(text[4]))


def in_another_county(bodies: list[list[Any]], device: Device) -> None:
    first = mandated(bodies)[0]
    text = json.loads(first[MANDATE])["text"].split("\n")
    first[MANDATE] = device.mandate(text[2], text[3], *json.loads(text[4]), county="999902")


def unreadable(bodies: list[list[Any]], _: Device) -> None:
    mandated(bodies)[0][MANDATE] = '{"key": "x"}'


def after_it_was_revoked(bodies: list[list[Any]], device: Device) -> None:
    last = [body for body in bodies if body[TOPIC] == "award.proposed"][-1]
    state = last[STATE]
    claim = ["award.proposed", *(state[n] for n in ("household", "rule", "points", "occurred_on"))]
    last[MANDATE] = device.mandate("maker", "late", claim)
    last[AT] = instant(datetime.fromisoformat(last[AT]) + timedelta(seconds=61))


def back_dated(bodies: list[list[Any]], device: Device) -> None:
    """As if it had begun within the minute after her device was registered."""
    keys = [body for body in bodies if body[TOPIC] == "signing_key.registered"]
    (registered,) = (body for body in keys if body[STATE]["key_id"] == device.key)
    forged = mandated(bodies)[1]
    forged[MANDATE] = None
    forged[AT] = instant(datetime.fromisoformat(registered[AT]) + timedelta(seconds=30))


ATTACKS = [
    (back_dated, "her device did not sign it"),
    (without, "her device did not sign it"),
    (more_points, "its mandate is for something else"),
    (replayed, "its mandate is for something else"),
    (another_device, "the device may not sign for her"),
    (as_if_hers, "her device signed something else"),
    (for_somebody_else, "its mandate is for something else"),
    (in_another_county, "its mandate is for something else"),
    (unreadable, "its mandate cannot be read"),
    (after_it_was_revoked, "the device was revoked before"),
]


@pytest.mark.parametrize(("attack", "why"), ATTACKS, ids=lambda each: getattr(each, "__name__", ""))
@pytest.mark.parametrize("python", [(), BARE], ids=["cryptography", "nothing but Python"])
def test_nobody_else_speaks_for_her(
    honest: tuple[Place, Path, Device],
    tmp_path: Path,
    attack: Callable[[list[list[Any]], Device], None],
    why: str,
    python: tuple[str, ...],
) -> None:
    place, out, device = honest
    shutil.copytree(out, tmp_path / "copy")
    copy = Copy.of(place.house, tmp_path / "copy")
    bodies = copy.bodies()
    attack(bodies, device)
    copy.rewrite(bodies)

    code, said = verify(copy.folder, "--signatures", "all", python=python)

    assert code == 1
    assert "V8" in said
    assert why in said, said
