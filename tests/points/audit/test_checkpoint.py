"""P1: checkpoints and proofs. Of all that can be turned in them, nothing is taken.

`aics-tlog` reads the same formats, but runs from Python 3.12 on only: it is not asked here.
"""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sigstore._internal.rekor.checkpoint import SignedCheckpoint

from points.audit.checkpoint import Checkpoint, Signed, sign
from points.audit.policy import Policy
from points.audit.proof import Proof
from points.audit.signed_note import PLAIN, Key
from points.audit.strict import Unproven, encoded, utf8
from points.audit.tree import EMPTY
from tests.points.audit.cast import (
    AT,
    LOG,
    ORIGIN,
    WITNESSES,
    checkpoint,
    hashed,
    leaves,
    policy,
    proof,
)
from tests.points.audit.rfc6962 import mth

DATA = leaves(11)


def test_a_checkpoint_says_its_log_its_size_and_its_root() -> None:
    text = checkpoint(DATA)
    found = Signed.parse(text)

    assert str(found) == text
    assert found.checkpoint == Checkpoint(ORIGIN, 11, mth(DATA))
    assert text.split("\n")[:4] == [ORIGIN, "11", encoded(mth(DATA)), ""]
    found.check_log(LOG.vkey)
    assert set(found.cosigned(key.vkey for key in WITNESSES.values()).values()) == {AT}


def test_sigstore_reads_our_checkpoint_and_its_signature() -> None:
    theirs = SignedCheckpoint.from_text(checkpoint(DATA))

    assert theirs.checkpoint.origin == ORIGIN
    assert theirs.checkpoint.log_size == 11
    assert theirs.checkpoint.log_hash == mth(DATA).hex()
    own = theirs.signed_note.signatures[0]
    assert (own.name, own.sig_hash) == (ORIGIN, LOG.vkey.id)

    class Keyring:
        @staticmethod
        def verify(*, key_id: bytes, signature: bytes, data: bytes) -> None:
            assert key_id == LOG.vkey.id
            Ed25519PublicKey.from_public_bytes(LOG.vkey.public).verify(signature, data)

    theirs.signed_note.verify(Keyring, LOG.vkey.id)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        f"{ORIGIN}\n1\n{encoded(EMPTY)}",
        f"{ORIGIN}\n1\n{encoded(EMPTY)}\nmore\n",
        f"{ORIGIN}\n01\n{encoded(EMPTY)}\n",
        f"{ORIGIN}\n1\n{encoded(EMPTY[:31])}\n",
        f"{ORIGIN}\n0\n{encoded(bytes(32))}\n",
        f"\n1\n{encoded(EMPTY)}\n",
        f"{ORIGIN}\n1\n",
    ],
)
def test_a_checkpoint_is_written_in_one_way(text: str) -> None:
    with pytest.raises(Unproven):
        Checkpoint.parse(text)


def test_another_log_s_key_does_not_sign_for_this_one() -> None:
    stranger = Key.of("stranger.example", PLAIN, bytes(32))
    namesake = Key.of(ORIGIN, PLAIN, bytes(32))
    point = Checkpoint(ORIGIN, 11, mth(DATA))
    for key in (stranger, namesake):
        with pytest.raises(Unproven):
            Signed.parse(sign(point, LOG)).check_log(key.vkey)
        with pytest.raises(Unproven):
            policy().believe(sign(point, key))
    with pytest.raises(Unproven):
        Signed.parse(sign(point, LOG)).check_log(WITNESSES["auditor"].vkey)
    with pytest.raises(Unproven):
        Signed.parse(sign(point, LOG)).cosigned([LOG.vkey])


def test_two_of_three_witnesses_are_enough_and_one_is_not() -> None:
    believed = policy().believe(checkpoint(DATA, cosigned=("auditor", "committee")))
    assert believed.cosigned == {"auditor": AT, "committee": AT}
    assert believed.checkpoint.size == 11
    for too_few in (("auditor",), ()):
        with pytest.raises(Unproven, match="too few"):
            policy().believe(checkpoint(DATA, cosigned=too_few))


def test_a_proof_shows_a_leaf_to_whoever_believes_the_checkpoint() -> None:
    for index in range(len(DATA)):
        text = proof(DATA, index)
        found = Proof.parse(text)

        assert str(found) == text
        assert found.check(hashed(DATA)[index], policy()).checkpoint.size == 11
        with pytest.raises(Unproven):
            found.check(hashed(DATA)[index - 1], policy())


def test_extra_data_are_carried_and_believed_by_nobody() -> None:
    text = proof(DATA, 3).replace("index", "extra QQ==\nindex")
    found = Proof.parse(text)
    assert found.extra == b"A"
    assert str(found) == text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("@v1", "@v2"),
        ("index 3\n", ""),
        ("index 3", "index 03"),
        ("index 3", "Index 3"),
        ("index 3\n", "index 3\nindex 3\n"),
        ("index 3\n", "index 3\n\n"),
        ("index 3\n", "index 3\n" + f"{encoded(EMPTY)}\n" * 63),
        ("index 3\n", "extra QR==\nindex 3\n"),
        ("index 3\n", "extra QQ==\nextra QQ==\nindex 3\n"),
        ("index 3\n", "index 3\r\n"),
    ],
)
def test_a_proof_is_written_in_one_way(old: str, new: str) -> None:
    text = proof(DATA, 3)
    assert old in text
    with pytest.raises(Unproven):
        Proof.parse(text.replace(old, new, 1)).check(hashed(DATA)[3], policy())


def test_each_part_of_a_proof_that_is_cut_off_is_missed() -> None:
    text = proof(DATA, 3)
    for end in range(len(text)):
        with pytest.raises(Unproven):
            Proof.parse(text[:end]).check(hashed(DATA)[3], policy("all"))


def turned(raw: bytes) -> list[bytes]:
    """Everything that differs from `raw` in one bit."""
    return [
        raw[:at] + bytes([raw[at] ^ (1 << bit)]) + raw[at + 1 :]
        for at in range(len(raw))
        for bit in range(8)
    ]


def test_every_turned_bit_of_a_checkpoint_is_refused() -> None:
    raw = checkpoint(DATA).encode()
    everybody = policy("all")
    everybody.believe(utf8(raw))
    for each in turned(raw):
        with pytest.raises(Unproven):
            everybody.believe(utf8(each))


def test_every_turned_bit_of_a_proof_is_refused() -> None:
    raw, leaf = proof(DATA, 6).encode(), hashed(DATA)[6]
    everybody = policy("all")
    Proof.parse(utf8(raw)).check(leaf, everybody)
    for each in turned(raw):
        with pytest.raises(Unproven):
            Proof.parse(utf8(each)).check(leaf, everybody)


def test_where_two_of_three_are_enough_a_turned_bit_can_at_most_lose_the_third() -> None:
    """A signature of an unknown key is passed over, as the specification says."""
    raw, leaf = proof(DATA, 6).encode(), hashed(DATA)[6]
    whole: Policy = policy()
    for each in turned(raw):
        try:
            found = Proof.parse(utf8(each)).check(leaf, whole)
        except Unproven:
            continue
        assert len(found.cosigned) == 2
        assert found.checkpoint == Checkpoint(ORIGIN, 11, mth(DATA))
