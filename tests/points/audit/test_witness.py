"""A witness signs what continues what it signed, and nothing else (P1)."""

from __future__ import annotations

import os
import signal
from base64 import b64decode, b64encode
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sigstore._internal.rekor.checkpoint import SignedCheckpoint

from points.audit.checkpoint import Checkpoint, Signed, sign
from points.audit.disk import Disk
from points.audit.signed_note import PLAIN, Key, signed
from points.audit.strict import Unproven, encoded
from points.audit.tree import EMPTY
from points.audit.witness import (
    BODY_BYTES_MAX,
    SIZE,
    Submission,
    WitnessForgot,
    submission,
)
from points.audit.witness_folder import EVIDENCE_MAX, NoWitness, WitnessFolder
from tests.points.audit.cast import AT, LOG, ORIGIN, WITNESSES, checkpoint, leaves
from tests.points.audit.rfc6962 import mth
from tests.points.audit.watching import KEY, asked, clock, folder, time_of, witness


@pytest.fixture
def made(tmp_path: Path) -> WitnessFolder:
    return folder(tmp_path / "w")


def answered(made: WitnessFolder, raw: bytes | str, status: int) -> str:
    """The body; whatever is not 200 leaves everything that is remembered as it was."""
    before = (made.logs(), made.last(ORIGIN))
    answer = witness(made).add_checkpoint(raw if isinstance(raw, bytes) else raw.encode())
    assert answer.status == status, answer
    if status != 200:
        assert (made.logs(), made.last(ORIGIN)) == before
    assert (answer.kind == SIZE) == (status == 409)
    return answer.body


def fork(data: list[bytes], event: int) -> list[bytes]:
    return [b"altered" if at == event else each for at, each in enumerate(data, start=1)]


# Yes.


def test_what_continues_is_cosigned_and_remembered(made: WitnessFolder) -> None:
    seen = 0
    for size in (0, 1, 2, 2, 7, 8, 255, 256, 257, 257, 700):
        line = answered(made, asked(leaves(size), seen), 200)

        assert time_of(line, leaves(size)) == AT
        assert made.last(ORIGIN) == Checkpoint(ORIGIN, size, mth(leaves(size)))
        seen = size


def test_the_same_again_gets_a_newer_time(made: WitnessFolder) -> None:
    answered(made, asked(leaves(5), 0), 200)
    later = witness(made, lambda: clock() + timedelta(minutes=1))
    answer = later.add_checkpoint(asked(leaves(5), 5))
    assert answer.status == 200
    assert time_of(answer.body, leaves(5)) == AT + 60


@pytest.mark.row("P1")
def test_another_reader_finds_what_the_specification_says(made: WitnessFolder) -> None:
    """sigstore reads the note; key id and message are put together here as c2sp.org says."""
    text = checkpoint(leaves(5), cosigned=())
    theirs = SignedCheckpoint.from_text(text + answered(made, asked(leaves(5), 0), 200)).signed_note
    _, found = theirs.signatures
    public = KEY.vkey.public
    assert found.name == "township.example/w"
    assert found.sig_hash == sha256(b"township.example/w\n\x04" + public).digest()[:4]
    raw = b64decode(found.signature)
    at, signature = int.from_bytes(raw[:8], "big"), raw[8:]
    assert (at, len(signature)) == (AT, 64)
    root = b64encode(mth(leaves(5)))
    message = b"cosignature/v1\ntime %d\n%s\n5\n%s\n" % (at, ORIGIN.encode(), root)
    Ed25519PublicKey.from_public_bytes(public).verify(signature, message)


def test_signatures_of_others_are_passed_over(made: WitnessFolder) -> None:
    raw = submission(0, [], checkpoint(leaves(5)))
    assert raw.count("\u2014") == 4
    answered(made, raw, 200)


def test_a_log_may_have_several_keys(made: WitnessFolder) -> None:
    newer = Key.of(ORIGIN, PLAIN, b"n" * 32)
    point = Checkpoint(ORIGIN, 5, mth(leaves(5)))
    answered(made, submission(0, [], sign(point, newer)), 403)

    assert made.trust([newer.vkey]) == [newer.vkey]
    answered(made, submission(0, [], sign(point, newer)), 200)
    answered(made, asked(leaves(7), 5), 200)
    other = Checkpoint(ORIGIN, 7, mth(fork(leaves(7), 2)))
    answered(made, submission(7, [], sign(other, newer)), 422)


def test_logs_are_remembered_one_by_one(made: WitnessFolder) -> None:
    other = Key.of("other.example/jiamei/999902", PLAIN, b"o" * 32)
    answered(made, asked(leaves(5), 0), 200)
    point = Checkpoint(other.vkey.name, 3, mth(leaves(3)))
    made.trust([other.vkey])
    assert (
        witness(made).add_checkpoint(submission(0, [], sign(point, other)).encode()).status == 200
    )
    assert made.last(other.vkey.name) == point
    assert made.last(ORIGIN).size == 5


# No.


def submitted(text: str, old: str = "old 0\n") -> str:
    return f"{old}\n{text}"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"old 0\n",
        b"old 0\n\n",
        b"\xff\xfe",
        submitted(checkpoint(leaves(3)), "old 00\n"),
        submitted(checkpoint(leaves(3)), "old -1\n"),
        submitted(checkpoint(leaves(3)), "old 9223372036854775808\n"),
        submitted(checkpoint(leaves(3)), "Old 0\n"),
        submitted(checkpoint(leaves(3)), "old 0\r\n"),
        submitted(checkpoint(leaves(3)), ""),
        submitted(checkpoint(leaves(3)), f"old 0\n{encoded(EMPTY[:31])}\n"),
        submitted(checkpoint(leaves(3)), f"old 0\n{encoded(EMPTY)[:-1]}\n"),
        submitted(checkpoint(leaves(3)), "old 0\n" + f"{encoded(EMPTY)}\n" * 64),
        submitted(checkpoint(leaves(3)).replace("\n3\n", "\n03\n")),
        submitted(checkpoint(leaves(3))[:-1]),
        submitted(checkpoint(leaves(3)) + "\n"),
        submitted(signed(f"{ORIGIN}\n3\n{encoded(EMPTY)}\nmore\n", LOG.line("x"))),
        asked(leaves(3), 4),
        asked(leaves(0), 1),
    ],
)
def test_400_what_is_not_written_as_it_must_be(made: WitnessFolder, raw: bytes | str) -> None:
    answered(made, raw, 400)


def test_403_what_the_log_did_not_sign(made: WitnessFolder) -> None:
    point = Checkpoint(ORIGIN, 3, mth(leaves(3)))
    namesake = Key.of(ORIGIN, PLAIN, b"x" * 32)
    stranger = Key.of("stranger.example", PLAIN, LOG.seed)
    for key in (namesake, stranger):
        answered(made, submission(0, [], sign(point, key)), 403)
    cosigned = signed(str(point), WITNESSES["auditor"].line(str(point), AT))
    answered(made, submission(0, [], cosigned), 403)


def test_403_a_wrong_line_in_the_name_of_a_key_that_is_trusted(made: WitnessFolder) -> None:
    """Also beside a good one of another key of that log."""
    newer = Key.of(ORIGIN, PLAIN, b"n" * 32)
    made.trust([newer.vkey])
    text = str(Checkpoint(ORIGIN, 3, mth(leaves(3))))
    answered(made, submission(0, [], signed(text, LOG.line("other"))), 403)
    answered(made, submission(0, [], signed(text, newer.line(text), LOG.line("other"))), 403)


def test_404_a_log_that_is_not_watched(made: WitnessFolder) -> None:
    other = Key.of("other.example", PLAIN, LOG.seed)
    point = Checkpoint("other.example", 3, mth(leaves(3)))
    answered(made, submission(0, [], sign(point, other)), 404)


def test_409_says_where_it_is(made: WitnessFolder) -> None:
    assert answered(made, asked(leaves(5), 3), 409) == "0\n"
    answered(made, asked(leaves(5), 0), 200)
    for data, old in ((leaves(7), 0), (leaves(7), 4), (leaves(7), 6), (leaves(3), 0)):
        assert answered(made, asked(data, old), 409) == "5\n"


def test_422_what_does_not_continue(made: WitnessFolder) -> None:
    answered(made, asked(leaves(5), 0), 200)
    good = Submission.parse(asked(leaves(9), 5))
    text = str(good.note)
    for path in (good.path[:-1], (*good.path, EMPTY), good.path[::-1], (), (EMPTY,) * 63):
        answered(made, submission(5, path, text), 422)
    answered(made, asked(fork(leaves(9), 2), 5), 422)
    answered(made, submission(5, [EMPTY], checkpoint(leaves(5))), 422)


def test_422_a_path_from_nothing_is_empty(made: WitnessFolder) -> None:
    answered(made, submission(0, [EMPTY], checkpoint(leaves(5))), 422)


def test_422_another_root_of_no_leaves(made: WitnessFolder) -> None:
    answered(made, submission(0, [], sign(Checkpoint(ORIGIN, 0, bytes(32)), LOG)), 422)


def test_422_one_size_has_one_root(made: WitnessFolder) -> None:
    answered(made, asked(leaves(5), 0), 200)
    answered(made, asked(fork(leaves(5), 5), 5), 422)


def test_a_fork_is_kept_as_evidence(made: WitnessFolder) -> None:
    answered(made, asked(leaves(5), 0), 200)
    other = asked(fork(leaves(5), 5), 5)
    for _ in range(2):
        answered(made, other, 422)
    (kept,) = made.evidence(ORIGIN)
    assert kept.read_bytes() == other
    Signed.parse(str(Submission.parse(kept.read_bytes()).note)).check_log(LOG.vkey)

    answered(made, submission(5, [], checkpoint(leaves(6))), 422)
    answered(made, asked(fork(leaves(9), 2), 5), 422)
    answered(made, submission(5, [EMPTY], checkpoint(leaves(5))), 422)
    assert made.evidence(ORIGIN) == [kept]

    for at in range(EVIDENCE_MAX + 5):
        point = Checkpoint(ORIGIN, 5, mth([b"%d" % at]))
        answered(made, submission(5, [], sign(point, LOG)), 422)
    assert len(made.evidence(ORIGIN)) == EVIDENCE_MAX


# Nothing in between.


def turned(raw: bytes) -> list[bytes]:
    return [
        raw[:at] + bytes([raw[at] ^ (1 << bit)]) + raw[at + 1 :]
        for at in range(len(raw))
        for bit in range(8)
    ]


@pytest.mark.row("P1")
@pytest.mark.parametrize(("old", "size"), [(0, 3), (5, 11), (11, 11)])
def test_every_turned_bit_of_a_request_is_refused(made: WitnessFolder, old: int, size: int) -> None:
    if old:
        answered(made, asked(leaves(old), 0), 200)
    raw = asked(leaves(size), old)
    one = witness(made)
    found = {one.add_checkpoint(each).status for each in turned(raw)}
    assert found <= {400, 403, 404, 409, 422}
    assert {400, 403, 404} <= found
    assert made.last(ORIGIN).size == old
    answered(made, raw, 200)


def test_every_part_that_is_cut_off_is_missed(made: WitnessFolder) -> None:
    answered(made, asked(leaves(5), 0), 200)
    raw = asked(leaves(11), 5)
    for end in range(len(raw)):
        assert witness(made).add_checkpoint(raw[:end]).status == 400


def test_the_largest_honest_request_fits() -> None:
    """A path of 63 hashes and as many signatures as a note may have."""
    point = Checkpoint("o" * 200, 2**62, EMPTY)
    keys = [Key.of(f"{'w' * 200}{at}", PLAIN, bytes([at]) * 32) for at in range(64)]
    text = signed(str(point), *(key.line(str(point)) for key in keys))
    raw = submission(2**61, [EMPTY] * 63, text).encode()
    assert len(raw) < BODY_BYTES_MAX
    assert str(Submission.parse(raw)).encode() == raw


# What it remembers.


OTHER = str(Checkpoint("other.example", 5, mth(leaves(5)))).encode()


@pytest.mark.parametrize("torn", [b"", b"points", OTHER[:-1], OTHER, b"\xff"])
def test_a_torn_memory_signs_nothing(made: WitnessFolder, torn: bytes) -> None:
    answered(made, asked(leaves(5), 0), 200)
    (state,) = [path for path in (made.folder / "state").iterdir() if path.suffix != ".lock"]
    whole = state.read_bytes()
    for size, old in ((7, 5), (5, 5), (3, 0)):
        state.write_bytes(torn)
        with pytest.raises(WitnessForgot):
            witness(made).add_checkpoint(asked(leaves(size), old))
        assert state.read_bytes() == torn
    state.write_bytes(whole)
    answered(made, asked(leaves(7), 5), 200)


def test_a_lost_memory_is_not_begun_anew(made: WitnessFolder) -> None:
    """It does not know what it signed, so it signs no more; neither does trusting again help."""
    answered(made, asked(leaves(5), 0), 200)
    for path in (made.folder / "state").iterdir():
        path.unlink()
    newer = Key.of(ORIGIN, PLAIN, b"n" * 32)
    made.trust([LOG.vkey])
    with pytest.raises(WitnessForgot):
        made.trust([newer.vkey])
    with pytest.raises(WitnessForgot):
        witness(made).add_checkpoint(asked(leaves(3), 0))


def test_a_log_that_was_forgotten_and_trusted_again_is_remembered(made: WitnessFolder) -> None:
    answered(made, asked(leaves(5), 0), 200)
    (made.folder / "logs").unlink()
    made.trust([LOG.vkey])
    assert made.last(ORIGIN).size == 5


def test_only_a_witness_s_key_makes_a_witness(tmp_path: Path) -> None:
    with pytest.raises(NoWitness):
        WitnessFolder(tmp_path).key()
    with pytest.raises(NoWitness):
        WitnessFolder(tmp_path).trust([LOG.vkey])
    for wrong in (LOG.private, KEY.private[:-2], ""):
        (tmp_path / "key").write_text(wrong)
        with pytest.raises(NoWitness):
            WitnessFolder(tmp_path).key()
    made = folder(tmp_path)
    with pytest.raises(Unproven):
        made.trust([KEY.vkey])
    (tmp_path / "logs").write_text("nonsense\n")
    with pytest.raises(NoWitness):
        made.keys(ORIGIN)


class Deadly(Disk):
    """Killed by the kernel at a step of writing: 0 before the content, 1 before its name, 2 before
    the name is sure, 3 right after it."""

    def __init__(self, at: int) -> None:
        self._at = at

    def _step(self, step: int) -> None:
        if step == self._at:
            os.kill(os.getpid(), signal.SIGKILL)

    def write_safely(self, path: Path, content: bytes) -> None:
        self._step(0)
        super().write_safely(path, content)
        self._step(3)

    def rename(self, draft: Path, path: Path) -> None:
        self._step(1)
        super().rename(draft, path)

    def sync(self, paths: object) -> None:
        self._step(2)
        super().sync(paths)  # type: ignore[arg-type]


@pytest.mark.parametrize("step", range(4))
def test_killed_between_writing_and_answering_it_goes_on(made: WitnessFolder, step: int) -> None:
    """Either it remembers nothing of it or all of it; never does it sign another of that size."""
    answered(made, asked(leaves(5), 0), 200)
    child = os.fork()
    if child == 0:
        dying = WitnessFolder(made.folder, Deadly(step))
        witness(dying).add_checkpoint(asked(leaves(9), 5))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)

    size = made.last(ORIGIN).size
    assert size == (5 if step < 2 else 9)
    if size == 9:
        assert answered(made, asked(leaves(9), 5), 409) == "9\n"
    answered(made, asked(fork(leaves(9), 2), size), 422)
    answered(made, asked(leaves(9), size), 200)


def test_the_signature_is_made_after_the_memory_is_safe(made: WitnessFolder) -> None:
    """A disk that fails stops the signature."""

    class Full(Disk):
        def sync(self, paths: object) -> None:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        witness(made, watched=WitnessFolder(made.folder, Full())).add_checkpoint(
            asked(leaves(5), 0)
        )
