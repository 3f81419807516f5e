"""The signer asks witnesses over real HTTP; nothing that they answer is believed unseen (P1)."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Event
from threading import enumerate as enumerate_threads
from time import monotonic
from typing import Any

import pytest

from points.audit.policy import Party, Policy
from points.audit.published import PublishedLog
from points.audit.signed_note import COSIGNATURE, Key
from points.audit.signer import Signer
from points.audit.strict import Unproven
from points.audit.tree import consistency
from points.audit.witness import Submission, Witness
from points.audit.witness_app import application
from points.audit.witness_folder import WitnessFolder
from points.audit.witnessing import Witnessing
from tests.points.audit.cast import AT, LOG, ORIGIN, WITNESSES, checkpoint, leaves, reader
from tests.points.audit.test_signer import Desk, Ledger
from tests.points.audit.watching import clock, folder
from tests.support.listening import nowhere, serving, talking


@dataclass
class Room:
    """Three witnesses behind addresses, and how often each was asked."""

    parties: dict[str, Party] = field(default_factory=dict)
    folders: dict[str, WitnessFolder] = field(default_factory=dict)
    asked: dict[str, list[int]] = field(default_factory=dict)

    def witnessing(self, **more: Any) -> Witnessing:
        return Witnessing(self.parties, clock, **more)

    def policy(self, needed: str = "2") -> Policy:
        lines = [f"log {LOG.vkey}"]
        lines += [f"witness {name} {one.vkey} {one.url}" for name, one in self.parties.items()]
        lines += [f"group enough {needed} {' '.join(self.parties)}", "quorum enough"]
        return Policy.parse("\n".join(lines) + "\n")

    def dies(self, name: str, url: str | None = None) -> None:
        self.parties[name] = Party(self.parties[name].vkey, url or nowhere())


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room()
    with ExitStack() as servers:
        for name, key in WITNESSES.items():
            made.folders[name] = kept = folder(tmp_path / name, key=key)
            made.asked[name] = []
            counted = Counted(Witness(key, kept, clock), made.asked[name])
            url = servers.enter_context(serving(application(counted)))
            made.parties[name] = Party(key.vkey, url)
        yield made


class Counted(Witness):
    """Notes the old size of every request."""

    def __init__(self, witness: Witness, old: list[int]) -> None:
        self._witness, self._old = witness, old

    def add_checkpoint(self, raw: bytes) -> Any:
        self._old.append(Submission.parse(raw).old)
        return self._witness.add_checkpoint(raw)


def shown(witnessing: Witnessing, data: list[bytes]) -> list[str]:
    """What came of showing the log with these leaves."""
    text = checkpoint(data, cosigned=())
    return witnessing(text, lambda old: consistency(reader(data), old, len(data)))


def codes(witnessing: Witnessing) -> dict[str, str]:
    return {name: refusal.code for name, refusal in witnessing.failed.items()}


def believed(room: Room, data: list[bytes], lines: list[str], needed: str = "2") -> dict[str, int]:
    text = checkpoint(data, cosigned=()) + "".join(lines)
    return dict(room.policy(needed).believe(text).cosigned)


def everybody(*old: int) -> dict[str, list[int]]:
    return {name: list(old) for name in WITNESSES}


def test_all_cosign_and_each_is_asked_once_more_only_at_first(room: Room) -> None:
    witnessing = room.witnessing()
    for size in (3, 5, 300):
        lines = shown(witnessing, leaves(size))
        assert believed(room, leaves(size), lines, "all") == dict.fromkeys(WITNESSES, AT)
        assert witnessing.failed == {}
    assert room.asked == everybody(0, 3, 5)

    anew = room.witnessing()
    shown(anew, leaves(301))
    assert room.asked == everybody(0, 3, 5, 0, 300)
    shown(room.witnessing(seen=dict.fromkeys(WITNESSES, 301)), leaves(302))
    assert room.asked == everybody(0, 3, 5, 0, 300, 301)


def test_a_witness_that_missed_some_catches_up(room: Room) -> None:
    witnessing, alive = room.witnessing(), room.parties["auditor"]
    room.dies("auditor")
    absent = room.witnessing()
    assert len(shown(absent, leaves(4))) == 2
    room.parties["auditor"] = alive
    assert len(shown(witnessing, leaves(9))) == 3
    assert room.asked["auditor"] == [0]
    assert room.asked["township"] == [0, 0, 4]


def test_one_dead_witness_never_stops_the_signer(room: Room, tmp_path: Path) -> None:
    room.dies("township")
    desk = Desk(tmp_path / "desk")
    witnessing = room.witnessing()
    for size in (3, 300):
        done = desk.signer(Ledger(leaves(size)), witnesses=witnessing).sign()
        assert done.cosigned == 2
        text = desk.published.checkpoint()
        assert text is not None
        assert set(room.policy().believe(text).cosigned) == {"committee", "auditor"}
    assert codes(witnessing) == {"township": "witness-silent"}


@pytest.mark.row("P1")
def test_a_fork_signed_with_the_real_key_gets_no_witness(room: Room, tmp_path: Path) -> None:
    """Who stole the log's key shows somebody another history (trust.md §2.4)."""
    desk = Desk(tmp_path / "desk")
    desk.signer(Ledger(leaves(9)), witnesses=room.witnessing()).sign()
    for size in (9, 10, 12):
        other = [b"altered", *leaves(size)[1:]]
        thief = Desk(tmp_path / f"thief{size}")
        asking = room.witnessing()
        assert thief.signer(Ledger(other), witnesses=asking).sign().cosigned == 0
        assert codes(asking) == dict.fromkeys(WITNESSES, "witness-saw-other")
        assert asking.failed["auditor"].facts == {"seen": 9}
        forged = thief.published.checkpoint()
        assert forged is not None
        bribed = forged + WITNESSES["auditor"].line(forged.partition("\n\n")[0] + "\n", AT)
        with pytest.raises(Unproven, match="too few"):
            room.policy().believe(bribed)
        assert len(room.folders["auditor"].evidence(ORIGIN)) > 0
    smaller = room.witnessing()
    assert shown(smaller, leaves(4)) == []
    assert codes(smaller) == dict.fromkeys(WITNESSES, "witness-saw-more")
    assert smaller.failed["auditor"].facts == {"seen": 9, "size": 4}


def test_what_was_published_is_what_the_witnesses_remember(room: Room, tmp_path: Path) -> None:
    desk = Desk(tmp_path / "desk")
    desk.signer(Ledger(leaves(300)), witnesses=room.witnessing()).sign()
    point = PublishedLog(desk.log, ORIGIN).signed().checkpoint
    assert {kept.last(ORIGIN) for kept in room.folders.values()} == {point}


def test_what_was_thought_to_be_seen_may_be_wrong(room: Room) -> None:
    """More than there is, or than it saw, or less."""
    for seen in (9, 5, 4):
        asking = room.witnessing(seen=dict.fromkeys(WITNESSES, seen))
        assert (len(shown(asking, leaves(5))), asking.failed) == (3, {})
    assert room.asked == everybody(0, 5, 4, 5)


def test_a_witness_without_address_is_not_asked() -> None:
    witnessing = Witnessing({"paper": Party(LOG.vkey)}, clock)
    assert shown(witnessing, leaves(3)) == []
    assert witnessing.failed == {}


@pytest.mark.parametrize(
    "url", ["nonsense", "ftp://w.example", "http://", "http:///x", "http://[", "http://w:port"]
)
def test_an_address_that_is_none_is_told(url: str) -> None:
    witnessing = Witnessing({"one": Party(WITNESSES["auditor"].vkey, url)}, clock)
    assert shown(witnessing, leaves(3)) == []
    assert codes(witnessing) == {"one": "witness-silent"}


# Answers that nobody should give.

DATA = leaves(5)
POINT = checkpoint(DATA, cosigned=()).partition("\n\n")[0] + "\n"
GOOD = WITNESSES["auditor"]
NOW = GOOD.line(POINT, AT)
STRANGER = Key.of("stranger.example", COSIGNATURE, bytes(32)).line(POINT, AT)


def http(status: str, body: str | bytes, *headers: str) -> bytes:
    raw = body if isinstance(body, bytes) else body.encode()
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(raw)}", *headers]
    return ("\r\n".join(head) + "\r\n\r\n").encode() + raw


def says(*answers: bytes) -> Callable[[socket.socket, Event], None]:
    """One answer after the other to the requests on one connection."""

    def talk(caller: socket.socket, _: Event) -> None:
        asked = caller.makefile("rb")
        for each in answers:
            length = 0
            while (line := asked.readline()) not in {b"\r\n", b""}:
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split()[1])
            asked.read(length)
            caller.sendall(each)

    return talk


def heard(talk: Callable[[socket.socket, Event], None], **more: Any) -> tuple[list[str], str]:
    """The lines taken from a witness that talks so, and why none was."""
    with talking(talk) as url:
        witnessing = Witnessing({"one": Party(GOOD.vkey, url)}, clock, **more)
        lines = shown(witnessing, DATA)
    return lines, codes(witnessing).get("one", "")


def at(seconds: float) -> str:
    return GOOD.line(POINT, int((clock() + timedelta(seconds=seconds)).timestamp()))


@pytest.mark.parametrize(
    "answer",
    [NOW, STRANGER + NOW, NOW + STRANGER, at(300), at(-300)],
    ids=["plain", "after a stranger", "before a stranger", "ahead", "behind"],
)
def test_its_own_line_is_found(answer: str) -> None:
    lines, why = heard(says(http("200 OK", answer)))
    assert why == ""
    assert lines in ([NOW], [at(300)], [at(-300)])


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "\n",
        NOW[:-1],
        NOW + NOW,
        NOW + "\n",
        STRANGER,
        at(301),
        at(-301),
        GOOD.line(POINT, 0),
        GOOD.line(POINT.replace("\n5\n", "\n6\n"), AT),
        WITNESSES["township"].line(POINT, AT),
        LOG.line(POINT),
        f"{POINT}\n{NOW}",
        f"more\n\n{NOW}",
        NOW.replace("auditor.example", "auditor-example"),
        "<html>",
        b"\xff\xfe",
    ],
)
def test_anything_else_is_not_taken(answer: str | bytes) -> None:
    assert heard(says(http("200 OK", answer))) == ([], "witness-untrue")


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ([http("302 Found", "", "Location: http://127.0.0.1:1/")], "witness-says-no"),
        ([http("404 Not Found", "")], "witness-says-no"),
        ([http("403 Forbidden", NOW)], "witness-says-no"),
        ([http("500 Oh", NOW)], "witness-says-no"),
        ([http("201 Made", NOW)], "witness-says-no"),
        ([http("422 No", "")], "witness-saw-other"),
        ([http("409 Conflict", "6\n")], "witness-saw-more"),
        ([http("409 Conflict", "03\n")], "witness-untrue"),
        ([http("409 Conflict", "")], "witness-untrue"),
        ([http("409 Conflict", "3\n"), http("409 Conflict", "4\n")], "witness-says-no"),
        ([http("409 Conflict", "3\n"), http("422 No", "")], "witness-saw-other"),
        ([http("200 OK", NOW * 300)], "witness-silent"),
        ([b"HTTP/1.1 200 OK\r\n\r\n" + NOW.encode() * 300], "witness-silent"),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + NOW.encode()], "witness-silent"),
        ([b"SSH-2.0-hello\r\n"], "witness-silent"),
        ([b""], "witness-silent"),
    ],
)
def test_answers_that_are_no_yes(answers: list[bytes], why: str) -> None:
    assert heard(says(*answers)) == ([], why)


def test_after_one_size_it_is_asked_once_more() -> None:
    lines, why = heard(says(http("409 Conflict", "3\n"), http("200 OK", NOW)))
    assert (lines, why) == ([NOW], "")


# Witnesses that take their time.


def silent(_: socket.socket, over: Event) -> None:
    over.wait(60)


def dripping(caller: socket.socket, over: Event) -> None:
    """A byte now and then: each in time, the whole never."""
    caller.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not over.wait(0.1):
        caller.sendall(b"x")


@pytest.mark.parametrize("talk", [silent, dripping])
def test_all_are_asked_at_once_and_none_is_waited_for_too_long(room: Room, talk: Any) -> None:
    with ExitStack() as servers:
        for name in ("slow", "slower", "slowest"):
            key = Key.of(f"{name}.example", COSIGNATURE, name.encode().ljust(32))
            room.parties[name] = Party(key.vkey, servers.enter_context(talking(talk)))
        witnessing = room.witnessing(request_s=30.0, total_s=1.0)
        before = monotonic()
        lines = shown(witnessing, leaves(5))
        assert monotonic() - before < 5
        for thread in enumerate_threads():
            if thread.name.startswith("witness slow"):
                thread.join(10)
                assert not thread.is_alive()
    assert len(lines) == 3
    assert codes(witnessing) == dict.fromkeys(("slow", "slower", "slowest"), "witness-silent")


def test_each_request_has_its_own_limit() -> None:
    before = monotonic()
    assert heard(silent, request_s=0.2, total_s=30.0) == ([], "witness-silent")
    assert monotonic() - before < 10


def test_the_signer_takes_it_as_its_witnesses(tmp_path: Path) -> None:
    """The types meet, and nobody to ask is nobody who cosigned."""
    desk = Desk(tmp_path)
    signer: Signer = desk.signer(Ledger(leaves(3)), witnesses=Witnessing({}, clock))
    assert signer.sign().cosigned == 0
