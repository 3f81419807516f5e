"""P1: the signer signs what continues what it signed, nothing else; a crash loses nothing."""

from __future__ import annotations

import os
import signal
import tracemalloc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree, rmtree

import pytest

from points.audit.checkpoint import Checkpoint, Signed
from points.audit.disk import Disk
from points.audit.memory import AlreadySigning, Memory
from points.audit.policy import Policy
from points.audit.proof import Proof
from points.audit.published import NotLoggedYet, NotPublished, PublishedLog
from points.audit.signed_note import PLAIN, Key
from points.audit.signer import (
    HistoryDiffers,
    HistoryShrank,
    LogDamaged,
    Proving,
    Signer,
    SignerRolledBack,
)
from points.audit.tile_log import TileLog
from points.audit.tree import verify_consistency
from points.refusals import Refusal
from points.store.records import NoRecord
from tests.points.audit.cast import AT, LOG, ORIGIN, WITNESSES, hashed, leaves, policy
from tests.points.audit.rfc6962 import mth


class Ledger:
    """A history of leaves in memory; `without` lists events that lost their envelope."""

    def __init__(self, data: list[bytes], last_id: int | None = None) -> None:
        self.data: dict[int, bytes] = dict(enumerate(data, start=1))
        self.last_id = len(data) if last_id is None else last_id
        self.without: set[int] = set()

    @contextmanager
    def moment(self) -> Iterator[Ledger]:
        yield self

    def leaves(self, after: int) -> Iterator[tuple[int, bytes]]:
        for event in sorted(self.data):
            if event > after:
                if event in self.without:
                    raise NoRecord
                yield event, self.data[event]

    def process_key(self) -> None:
        return None


class Desk:
    """A signer and its folders."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "log"
        self.published = PublishedLog(self.log, ORIGIN)

    def signer(self, history: Ledger, disk: Disk | None = None, **more: object) -> Signer:
        memory = Memory(self.folder / "state", disk)
        return Signer(TileLog(self.log, disk), memory, LOG, history, **more)  # type: ignore[arg-type]

    def sign(self, data: list[bytes], *, whole: bool = False) -> int:
        return self.signer(Ledger(data)).sign(whole=whole).size

    def everything(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file()
        }


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def is_the_log_of(published: PublishedLog, data: list[bytes]) -> None:
    """What a stranger finds who asks for everything."""
    text = published.checkpoint()
    assert text is not None
    found = Signed.parse(text)
    found.check_log(LOG.vkey)
    assert found.checkpoint == Checkpoint(ORIGIN, len(data), mth(data))
    nobody = Policy.parse(f"log {LOG.vkey}\nquorum none\n")
    for event in {1, len(data) // 2 + 1, len(data)}:
        Proof.parse(published.proof(event)).check(hashed(data)[event - 1], nobody)
        assert published.leaf(event - 1) == hashed(data)[event - 1]


def test_what_is_recorded_is_published_with_proofs(desk: Desk) -> None:
    for size in (1, 2, 255, 256, 257, 600):
        assert desk.sign(leaves(size)) == size
        is_the_log_of(desk.published, leaves(size))
    assert [size for size, _ in desk.published.checkpoints()] == [1, 2, 255, 256, 257, 600]
    for size, path in desk.published.checkpoints():
        assert Signed.parse(path.read_text()).checkpoint == Checkpoint(
            ORIGIN, size, mth(leaves(size))
        )


def test_a_pass_without_news_changes_nothing(desk: Desk) -> None:
    desk.sign(leaves(300))
    before = desk.everything()
    assert desk.sign(leaves(300)) == 300
    assert desk.sign(leaves(300), whole=True) == 300
    assert desk.everything() == before


def test_an_empty_history_has_a_checkpoint_too(desk: Desk) -> None:
    assert desk.sign([]) == 0
    assert desk.published.signed().checkpoint == Checkpoint(ORIGIN, 0, mth([]))
    with pytest.raises(NotLoggedYet):
        desk.published.proof(1)


def test_before_the_first_checkpoint_nothing_is_shown(desk: Desk) -> None:
    assert desk.published.checkpoint() is None
    assert desk.published.size == 0
    for ask in (desk.published.signed, desk.published.policy, lambda: desk.published.tile("0/000")):
        with pytest.raises(NotPublished):
            ask()
    for ask in (lambda: desk.published.proof(1), lambda: desk.published.leaf(0)):
        with pytest.raises(NotLoggedYet):
            ask()


def test_nothing_is_shown_beyond_the_checkpoint(desk: Desk) -> None:
    desk.sign(leaves(300))
    TileLog(desk.log).grow(256, iter(leaves(600)[256:]))

    assert len(desk.published.tile("0/001.p/44")) == 44 * 32
    for beyond in ("0/001", "0/002.p/88", "1/000.p/2", "entries/001", "0/000.p/999", "policy"):
        with pytest.raises(NotPublished):
            desk.published.tile(beyond)
    for event in (0, 301, -1):
        with pytest.raises(NotLoggedYet):
            desk.published.proof(event)


# What it refuses.


def refused(desk: Desk, history: Ledger, why: type[Refusal], *, whole: bool = False) -> Refusal:
    """Nothing was published, and nothing was forgotten."""
    shown = desk.published.checkpoint()
    remembered = (desk.folder / "state").read_bytes()
    with pytest.raises(why) as caught:
        desk.signer(history).sign(whole=whole)
    assert desk.published.checkpoint() == shown
    assert (desk.folder / "state").read_bytes() == remembered
    return caught.value


def altered(data: list[bytes], *events: int) -> list[bytes]:
    return [b"altered" if at in events else each for at, each in enumerate(data, start=1)]


@pytest.mark.parametrize("event", [1, 2, 256, 257, 299, 300])
def test_an_edited_event_is_named(desk: Desk, event: int) -> None:
    desk.sign(leaves(300))
    edited = Ledger(altered(leaves(400), event, 300))
    refusal = refused(desk, edited, HistoryDiffers, whole=True)
    assert refusal.facts == {"event": event}


def test_the_tail_is_compared_in_every_pass(desk: Desk) -> None:
    """Deleting the last events and filling up again is seen at once."""
    desk.sign(leaves(300))
    refilled = Ledger([*leaves(290), *[b"refilled %d" % at for at in range(20)]])
    assert refused(desk, refilled, HistoryDiffers).facts == {"event": 291}


def test_swapped_events_are_named(desk: Desk) -> None:
    desk.sign(leaves(300))
    data = leaves(300)
    data[9], data[19] = data[19], data[9]
    assert refused(desk, Ledger(data), HistoryDiffers, whole=True).facts == {"event": 10}


def test_a_shorter_history_is_refused(desk: Desk) -> None:
    desk.sign(leaves(300))
    facts = {"signed": 300, "found": 295}
    assert refused(desk, Ledger(leaves(295)), HistoryShrank).facts == facts


def test_rows_that_the_counter_knows_and_the_table_has_not(desk: Desk) -> None:
    desk.sign(leaves(300))
    facts = {"signed": 300, "found": 295}
    assert refused(desk, Ledger(leaves(295), 300), HistoryShrank, whole=True).facts == facts
    late = refused(desk, Ledger(leaves(310), 320), HistoryShrank)
    assert late.facts == {"signed": 320, "found": 310}


def test_a_gap_is_named(desk: Desk) -> None:
    desk.sign(leaves(10))
    history = Ledger(leaves(20))
    del history.data[15]
    assert refused(desk, history, HistoryDiffers).facts == {"event": 15}


def test_an_event_without_envelope_is_named(desk: Desk) -> None:
    desk.sign(leaves(10))
    history = Ledger(leaves(20))
    history.without = {17}
    assert refused(desk, history, HistoryDiffers).facts == {"event": 17}


def test_a_signer_that_was_rolled_back_refuses(desk: Desk) -> None:
    desk.sign(leaves(10))
    older = (desk.folder / "state").read_bytes()
    desk.sign(leaves(20))
    (desk.folder / "state").write_bytes(older)
    facts = {"published": 20, "remembered": 10}
    assert refused(desk, Ledger(leaves(30)), SignerRolledBack).facts == facts


def test_a_signer_that_lost_its_memory_refuses(desk: Desk) -> None:
    desk.sign(leaves(10))
    (desk.folder / "state").unlink()
    with pytest.raises(SignerRolledBack):
        desk.sign(leaves(30))


def test_an_older_log_folder_is_refused_unless_it_is_the_same_history(desk: Desk) -> None:
    desk.sign(leaves(10))
    copytree(desk.log, desk.folder / "copy")
    desk.sign(leaves(20))
    rmtree(desk.log)
    copytree(desk.folder / "copy", desk.log)
    refused(desk, Ledger(leaves(30)), LogDamaged)


def test_a_forked_log_is_refused(desk: Desk, tmp_path: Path) -> None:
    """Another history signed with the very key: what is published does not fit the memory."""
    fork = Desk(tmp_path / "fork")
    fork.sign(altered(leaves(10), 3))
    desk.sign(leaves(20))
    (desk.log / "checkpoint").write_bytes((fork.log / "checkpoint").read_bytes())
    refused(desk, Ledger(leaves(30)), LogDamaged)


@pytest.mark.parametrize("path", ["tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1"])
def test_an_altered_tile_is_found(desk: Desk, path: str) -> None:
    desk.sign(leaves(300))
    raw = bytearray((desk.log / path).read_bytes())
    raw[7] ^= 1
    (desk.log / path).write_bytes(raw)
    refused(desk, Ledger(leaves(310)), LogDamaged, whole=True)


@pytest.mark.parametrize("path", ["tile/entries/000", "tile/entries/001.p/44"])
def test_an_altered_bundle_is_found(desk: Desk, path: str) -> None:
    desk.sign(leaves(300))
    raw = (desk.log / path).read_bytes()
    for wrong in (raw[:-1] + b"\0", raw[:-1], b"\xff" * 20):
        (desk.log / path).write_bytes(wrong)
        refused(desk, Ledger(leaves(310)), LogDamaged, whole=True)
    (desk.log / path).unlink()
    refused(desk, Ledger(leaves(310)), LogDamaged, whole=True)


def test_another_key_s_log_is_not_continued(desk: Desk) -> None:
    desk.sign(leaves(10))
    stranger = Key.of(ORIGIN, PLAIN, bytes(32))
    memory = Memory(desk.folder / "state")
    with pytest.raises(LogDamaged):
        Signer(TileLog(desk.log), memory, stranger, Ledger(leaves(10))).sign()
    renamed = Key.of("other.example", PLAIN, LOG.seed)
    (desk.log / "checkpoint").unlink()
    with pytest.raises(LogDamaged):
        Signer(TileLog(desk.log), memory, renamed, Ledger(leaves(10))).sign()


def test_two_signers_at_once(desk: Desk) -> None:
    with Memory(desk.folder / "state").alone(), pytest.raises(AlreadySigning):
        desk.sign(leaves(3))


# Witnesses.


class Witnesses:
    """They check what they are shown, and cosign it; those who are away do not."""

    def __init__(self) -> None:
        self.seen = Checkpoint(ORIGIN, 0, mth([]))
        self.present = list(WITNESSES)
        self.at = AT

    def __call__(self, text: str, proving: Proving) -> Sequence[str]:
        shown = Signed.parse(text)
        shown.check_log(LOG.vkey)
        point = shown.checkpoint
        path = proving(self.seen.size)
        verify_consistency(self.seen.size, point.size, self.seen.root, point.root, path)
        self.seen = point
        return [WITNESSES[name].line(str(point), self.at) for name in self.present]


def test_cosignatures_are_published_with_the_checkpoint(desk: Desk) -> None:
    witnesses = Witnesses()
    for size in (3, 300, 700):
        done = desk.signer(Ledger(leaves(size)), witnesses=witnesses).sign()
        assert done.cosigned == 3
        text = desk.published.checkpoint()
        assert text is not None
        assert policy("all").believe(text).checkpoint.size == size


def test_a_witness_that_comes_later_is_added_and_times_are_renewed(desk: Desk) -> None:
    witnesses = Witnesses()
    witnesses.present = ["auditor"]
    desk.signer(Ledger(leaves(3)), witnesses=witnesses).sign()
    witnesses.present, witnesses.at = ["committee"], AT + 60
    desk.signer(Ledger(leaves(3)), witnesses=witnesses).sign()
    text = desk.published.checkpoint()
    assert text is not None
    assert policy("2").believe(text).cosigned == {"auditor": AT, "committee": AT + 60}
    desk.signer(Ledger(leaves(4)), witnesses=witnesses).sign()
    assert len(desk.published.signed().note.signatures) == 2


# Crashes.


class Deadly(Disk):
    """Dies before step `at`: killed as by the kernel, without a word to anybody."""

    def __init__(self, at: int) -> None:
        self._left = at

    def _step(self) -> None:
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1

    def write(self, path: Path, content: bytes) -> None:
        self._step()
        super().write(path, content)

    def rename(self, draft: Path, path: Path) -> None:
        self._step()
        super().rename(draft, path)

    def sync(self, paths: object) -> None:
        self._step()
        super().sync(paths)  # type: ignore[arg-type]

    def write_safely(self, path: Path, content: bytes) -> None:
        self._step()
        super().write_safely(path, content)

    def remove(self, path: Path) -> None:
        self._step()
        super().remove(path)


def killed_at(desk: Desk, data: list[bytes], step: int) -> bool:
    """One pass in a process of its own; whether it was killed."""
    child = os.fork()
    if child == 0:
        desk.signer(Ledger(data), Deadly(step)).sign()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


@pytest.mark.parametrize(("before", "after"), [(0, 3), (3, 5), (250, 600), (256, 257), (511, 512)])
def test_a_signer_killed_at_any_step_goes_on(tmp_path: Path, before: int, after: int) -> None:
    """Whatever step it is, what is published stays whole, and the next pass completes it."""
    first = Desk(tmp_path / "first")
    first.sign(leaves(before))
    step = 0
    while True:
        desk = Desk(tmp_path / f"killed at {step}")
        copytree(first.folder, desk.folder)
        killed = killed_at(desk, leaves(after), step)
        shown = desk.published.signed().checkpoint
        assert shown.size in (before, after)
        if shown.size:
            is_the_log_of(desk.published, leaves(shown.size))
        more = leaves(after + 2)
        assert desk.sign(more) == after + 2
        assert desk.sign(more, whole=True) == after + 2
        is_the_log_of(desk.published, more)
        rmtree(desk.folder)
        if not killed:
            break
        step += 1
    assert step >= 9


class PowerLoss(BaseException):
    pass


class Forgetful(Disk):
    """The power goes before step `at`: what was not synced by then was never written."""

    def __init__(self, at: int) -> None:
        self._left = at
        self._unsure: dict[Path, bytes | None] = {}

    def _step(self) -> None:
        if self._left == 0:
            for path, before in self._unsure.items():
                path.unlink() if before is None else path.write_bytes(before)
            raise PowerLoss
        self._left -= 1

    def write(self, path: Path, content: bytes) -> None:
        self._step()
        self._unsure.setdefault(path, path.read_bytes() if path.exists() else None)
        super().write(path, content)

    def sync(self, paths: object) -> None:
        self._step()
        for path in paths:  # type: ignore[attr-defined]
            self._unsure.pop(path, None)

    def write_safely(self, path: Path, content: bytes) -> None:
        self._step()
        super().write_safely(path, content)
        assert not self._unsure, "what a signature covers is sure before the signature is"


@pytest.mark.parametrize(("before", "after"), [(0, 3), (250, 600), (511, 1100)])
def test_a_signer_whose_power_went_goes_on(tmp_path: Path, before: int, after: int) -> None:
    first = Desk(tmp_path / "first")
    first.sign(leaves(before))
    for step in range(60):
        desk = Desk(tmp_path / f"lost at {step}")
        copytree(first.folder, desk.folder)
        try:
            desk.signer(Ledger(leaves(after)), Forgetful(step)).sign()
        except PowerLoss:
            lost = True
        else:
            lost = False
        shown = desk.published.signed().checkpoint
        if shown.size:
            is_the_log_of(desk.published, leaves(shown.size))
        assert desk.sign(leaves(after), whole=True) == after
        is_the_log_of(desk.published, leaves(after))
        rmtree(desk.folder)
        if not lost:
            assert step >= 5
            return
    raise AssertionError("it never came to an end")


def test_memory_does_not_grow_with_the_history(desk: Desk) -> None:
    class Endless(Ledger):
        def leaves(self, after: int) -> Iterator[tuple[int, bytes]]:
            return ((at, b"leaf %d\n" % at) for at in range(after + 1, self.last_id + 1))

    desk.signer(Endless([], 2_000)).sign(whole=True)
    tracemalloc.start()
    desk.signer(Endless([], 30_000)).sign()
    desk.signer(Endless([], 30_000)).sign(whole=True)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000
