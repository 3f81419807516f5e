"""The page's own readers and signatures against ours, verdict by verdict (P2): proofs, policies,
checkpoints and signed receipts, mutated; the vectors of RFC 8032, and points written twice."""

from __future__ import annotations

import hashlib
import random
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Browser, Page

from points.audit.policy import Policy
from points.audit.proof import Proof
from points.audit.receipts import ALPHABET, Code, Promise, believed
from points.audit.standalone import VERIFIER
from points.audit.strict import Unproven
from points.audit.tree import leaf_hash
from points.store.records import leaf
from points.store.signing import SaveKey
from tests.browser.alone import opened
from tests.points.audit.cast import AT, LOG, ORIGIN, WITNESSES, checkpoint, proof

GOOD, BAD = "good", "bad"
BATCH = 500  # cases in one call

ASK = """([what, cases]) => {
  const j = window.jiamei, raw = j.from64, text = (bytes) => j.textOf(raw(bytes));
  const policy = (bytes) => j.readPolicy(text(bytes));
  const ask = {
    proof: (proof, leaf, by) => j.checkProof(j.readProof(text(proof)), raw(leaf), policy(by)),
    believe: (note, by) => j.believe(text(note), policy(by)),
    promise: (note, by) => j.believePromise(text(note), policy(by)),
    code: (typed) => j.readCode(text(typed)),
    ed25519: (key, message, signature) => {
      if (!j.ed25519(raw(key), raw(message), raw(signature))) throw new j.Bad('V2', 'no');
    },
  }[what];
  return cases.map((each) => {
    try {
      ask(...each);
      return 'good';
    } catch (error) {
      return error instanceof j.Bad ? 'bad' : String(error);
    }
  });
}"""

PROCESS = SaveKey(bytes(32))
POLICY = "".join((
    "# county 999901\n",
    f"log {LOG.vkey} https://log.example\n",
    f"# process {PROCESS.id} {b64encode(PROCESS.public).decode()}\n",
    *(f"witness {name} {key.vkey}\n" for name, key in WITNESSES.items()),
    f"group enough 2 {' '.join(WITNESSES)}\n",
    "quorum enough\n",
)).encode()  # fmt: skip


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    with opened(browser) as alone:
        yield alone


def page_says(page: Page, what: str, cases: Sequence[Sequence[bytes]]) -> list[str]:
    coded = [[b64encode(part).decode() for part in case] for case in cases]
    said: list[str] = []
    for start in range(0, len(coded), BATCH):
        said += page.evaluate(ASK, [what, coded[start : start + BATCH]])
    return said


def ours(check: Callable[..., Any], case: Sequence[bytes]) -> str:
    try:
        check(*case)
    except (Unproven, UnicodeDecodeError):
        return BAD
    return GOOD


def agree(page: Page, what: str, check: Callable[..., Any], cases: list[Any]) -> dict[str, int]:
    """How many cases of each verdict there were: the same ones on both sides."""
    here, there = [ours(check, case) for case in cases], page_says(page, what, cases)
    differ = [(case, a, b) for case, a, b in zip(cases, here, there, strict=True) if a != b]
    assert differ == []
    return {verdict: here.count(verdict) for verdict in (GOOD, BAD)}


def check_proof(text: bytes, hashed: bytes, policy: bytes) -> None:
    Proof.parse(text.decode()).check(hashed, Policy.parse(policy.decode()))


def check_point(note: bytes, policy: bytes) -> None:
    Policy.parse(policy.decode()).believe(note.decode())


def check_promise(note: bytes, policy: bytes) -> None:
    believed(note.decode(), Policy.parse(policy.decode()).processes)


def check_code(typed: bytes) -> None:
    Code.read(typed.decode())


# What is done to a text.

STRANGE = ("\r", "\t", " ", "\x00", "\x1c", "\x85", "\u2028", "\ufeff", "\u3000", "é", "\U0001f600")
STRANGER = "\u2014 somebody.example/w QUJDREVGR0hJSktMTU5PUA==\n"


def mutated(dice: random.Random, raw: bytes) -> bytes:
    """Sometimes it stays as good as it was: other signers, other order of signatures."""
    lines = raw.decode().splitlines(keepends=True)
    at, other = dice.randrange(len(lines)), dice.randrange(len(lines))
    place = dice.randrange(len(raw))
    match dice.randrange(14):
        case 0 | 1 | 2:
            flipped = bytearray(raw)
            flipped[place] ^= 1 << dice.randrange(8)
            return bytes(flipped)
        case 3:
            return raw[:place] + raw[place + 1 :]
        case 4:
            return raw[:place] + dice.choice(STRANGE).encode() + raw[place:]
        case 5:
            lines.insert(at, lines[other])
        case 6:
            del lines[at]
        case 7:
            lines[at], lines[other] = lines[other], lines[at]
        case 8:
            signs = "0123456789+/=AZaz- \n"
            return raw[:place] + dice.choice(signs).encode() + raw[place + 1 :]
        case 9:
            return dice.choice((raw[:place], raw + raw[-place:], raw[:-1], raw + b"\n"))
        case 10:
            lines.append(STRANGER)
        case 11:
            head = next((n for n, line in enumerate(lines) if line[0] == "\u2014"), 0)
            tail = lines[head:]
            dice.shuffle(tail)
            return "".join(lines[:head] + tail[: dice.randint(1, len(tail))]).encode()
        case 12:
            return raw.replace(*dice.choice(_ONCE), 1)
        case 13:
            lines[at] = lines[at].swapcase()
    return "".join(lines).encode()


_ONCE = [
    (b"=", b""), (b"=\n", b"==\n"), (b"\n", b"\r\n"), (b"index ", b"index 0"),
    (b"index ", b"index -"),
    (b"index 1", b"index 2"), (b"index ", b"extra QUJD\nindex "), (b"index ", b"extra QUJ\nindex "),
    (b" ", b"  "), (b"\n\n", b"\n"), (b"\n\n", b"\n\n\n"),
    (ORIGIN.encode(), ORIGIN.encode() + b"/"),
    (b"enough 2", b"enough 3"), (b"enough 2", b"enough all"), (b"enough 2", b"enough any"),
    (b"enough 2", b"enough 4"), (b"quorum enough", b"quorum none"), (b"quorum", b"#quorum"),
    (b" auditor\nquorum", b"\nquorum"), (b"quorum enough", b"quorum auditor"), (b"log ", b"\tlog "),
]  # fmt: skip


def some_proofs(dice: random.Random) -> list[tuple[bytes, bytes]]:
    """Proofs with the hashes of their leaves, in trees of all shapes."""
    found = []
    for size in (1, 2, 3, 7, 8, 33, 100):
        data = [leaf(b"record %d" % at) for at in range(size)]
        some = {0, size - 1, dice.randrange(size)}
        found += [(proof(data, index).encode(), leaf_hash(data[index])) for index in some]
    return found


@pytest.mark.parametrize(
    "count", [300, pytest.param(10_000, marks=pytest.mark.nightly)], ids=["few", "full"]
)
def test_mutated_proofs(page: Page, count: int) -> None:
    """P2"""
    dice = random.Random(count)
    honest = some_proofs(dice)
    assert agree(page, "proof", check_proof, [(*each, POLICY) for each in honest])[BAD] == 0
    cases = []
    for _ in range(count):
        text, hashed = dice.choice(honest)
        match dice.randrange(10):
            case 0:
                cases.append((text, dice.choice(honest)[1], POLICY))
            case 1 | 2:
                cases.append((text, hashed, mutated(dice, POLICY)))
            case _:
                cases.append((mutated(dice, text), hashed, POLICY))
    found = agree(page, "proof", check_proof, cases)
    assert min(found.values()) > count / 10, found


def flips(raw: bytes) -> list[bytes]:
    return [
        raw[: bit // 8] + bytes([raw[bit // 8] ^ 1 << bit % 8]) + raw[bit // 8 + 1 :]
        for bit in range(len(raw) * 8)
    ]


def test_every_turned_bit_of_a_checkpoint(page: Page) -> None:
    """P2: the log's line, and all three witnesses' lines. What is left good says nothing else:
    a line that is another, unknown signer's, where two others are enough."""
    raw = checkpoint([leaf(b"record %d" % at) for at in range(9)]).encode()
    found = agree(page, "believe", check_point, [(each, POLICY) for each in flips(raw)])
    assert found[BAD] > 4000
    alone = checkpoint([leaf(b"one")], cosigned=()).encode()
    none = POLICY.replace(b"quorum enough", b"quorum none")
    assert agree(page, "believe", check_point, [(each, none) for each in flips(alone)])[GOOD] == 0


def test_every_turned_bit_of_a_policy(page: Page) -> None:
    note = checkpoint([leaf(b"one")]).encode()
    cases = [(note, each) for each in flips(POLICY)]
    found = agree(page, "believe", check_point, cases)
    assert min(found.values()) > 50, found


def test_every_turned_bit_of_a_signed_receipt_and_more(page: Page) -> None:
    at = "2026-11-24T01:00:00.000000Z"
    promise = Promise(ORIGIN, 2050, bytes(range(32)), "S01-20261124-0001", 12, at)
    raw, dice = promise.signed(PROCESS).encode(), random.Random(8)
    assert agree(page, "promise", check_promise, [(raw, POLICY)])[GOOD] == 1
    cases = [(each, POLICY) for each in flips(raw)]
    cases += [(mutated(dice, raw), POLICY) for _ in range(300)]
    other = POLICY.replace(b64encode(PROCESS.public), b64encode(bytes(32)))
    assert agree(page, "promise", check_promise, [*cases, (raw, other)])[BAD] > 2000


def test_codes_as_people_type_them(page: Page) -> None:
    dice, cases = random.Random(4), []
    between = [*[""] * 50, *[*"- 　—·", "\u200b", "\x1c"] * 5, "\ufeff", "U", "汉"]
    for _ in range(2000):
        plain = Code(dice.randrange(1, 2**40), dice.randbytes(5)).plain
        signs = [dice.choice((each, each.lower())) + dice.choice(between) for each in plain]
        if dice.random() < 0.3:
            signs[dice.randrange(16)] = dice.choice([*"OoIilLUu０Ａ１*ß", "", "ﬁ", *ALPHABET])
        cases.append(("".join(signs).encode(),))
    found = agree(page, "code", check_code, cases)
    assert min(found.values()) > 200, found
    typed = " 0000-0obg 23vr_4z1l "
    said = page.evaluate("(typed) => window.jiamei.readCode(typed).event.toString()", typed)
    assert int(said) == Code.read(typed).event_id


# Ed25519.

RFC_8032 = """
d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a
-
e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b
d25bf5f0595bbe24655141438e7a100b
3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c
72
92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c
387b2eaeb4302aeeb00d291612bb0c00
fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025
af82
6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659
4a7c15e9716ed28dc027beceea1ec40a
"""
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493

Case = tuple[bytes, bytes, bytes]
"""Public key, message, signature."""


def vectors() -> list[Case]:
    words = [bytes.fromhex(word.strip("-")) for word in RFC_8032.split()]
    lines = zip(*(words[at::4] for at in range(4)), strict=True)
    return [(key, message, start + end) for key, message, start, end in lines]


def test_the_vectors_of_the_standard(page: Page) -> None:
    """RFC 8032 §7.1."""
    assert page_says(page, "ed25519", vectors()) == [GOOD] * 3


def test_genuine_signatures_and_every_turned_bit_of_one(page: Page) -> None:
    dice, genuine = random.Random(6), []
    for _ in range(60):
        key, message = (
            Ed25519PrivateKey.from_private_bytes(dice.randbytes(32)),
            dice.randbytes(dice.choice((0, 1, 47, 48, 111, 112, 500))),
        )
        genuine.append((key.public_key().public_bytes_raw(), message, key.sign(message)))
    assert page_says(page, "ed25519", genuine) == [GOOD] * 60
    key, message, signature = genuine[0]
    turned = [(key, message, each) for each in flips(signature)]
    assert set(page_says(page, "ed25519", turned)) == {BAD}


def malleable(case: Case) -> Iterator[Case]:
    """The same s, written as more than the group's order."""
    key, message, signature = case
    s = int.from_bytes(signature[32:], "little")
    for times in range(1, 16):
        if s + times * L < 1 << 256:
            yield key, message, signature[:32] + (s + times * L).to_bytes(32, "little")


def odd_points() -> list[bytes]:
    """Encodings of y below 19 more than the field's prime, of x = 0 with a sign, points of small
    order, and bytes that are no point."""
    low = [n.to_bytes(32, "little") for n in (0, 1, 2, 3, P - 1, P, P + 1, P + 5, P + 18)]
    signed = [each[:31] + bytes([each[31] | 0x80]) for each in low]
    eighth = bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")
    return [*low, *signed, eighth, eighth[:31] + bytes([eighth[31] | 0x80]), b"\xff" * 32]


def test_a_signature_is_written_in_one_way(page: Page) -> None:
    """Against the plain arithmetic of `verify.py`, which is as strict as RFC 8032 §5.1.7."""
    scope: dict[str, Any] = {"__name__": "verifier"}
    exec(compile(VERIFIER.read_text("utf-8"), "verify.py", "exec"), scope)
    scope["Ed25519PublicKey"] = None
    again = [each for case in vectors() for each in malleable(case)]
    assert len(again) > 30
    assert set(page_says(page, "ed25519", again)) == {BAD}

    odd, base = odd_points(), bytes.fromhex("58" + "66" * 31)
    cases = [
        (key, b"message %d" % n, start + s.to_bytes(32, "little"))
        for key in odd
        for start in (*odd, base)
        for s, n in ((0, 0), (0, 1), (1, 2), (L, 3), (L - 1, 4))
    ]
    cases += [
        (key[:cut], message, signature[:most])
        for key, message, signature in vectors()
        for cut, most in ((31, 64), (32, 63), (32, 32), (0, 64), (32, 0))
    ]
    expected = [GOOD if scope["ed25519"](*case) else BAD for case in cases]
    assert page_says(page, "ed25519", cases) == expected
    assert expected.count(GOOD) > 5  # points of small order: what a key of no worth can sign


@pytest.mark.parametrize("name", ["sha256", "sha512"])
def test_digests(page: Page, name: str) -> None:
    dice = random.Random(2)
    data = [dice.randbytes(size) for size in (*range(260), 1000, 65_537)]
    said = page.evaluate(
        "([name, all]) => { const j = window.jiamei;"
        " return all.map((each) => j.to64(j[name](j.from64(each)))); }",
        [name, [b64encode(each).decode() for each in data]],
    )
    assert said == [b64encode(hashlib.new(name, each).digest()).decode() for each in data]


def test_the_time_of_a_witness_is_read(page: Page) -> None:
    note = checkpoint([leaf(b"one")])
    told = page.evaluate(
        "([note, policy]) => { const j = window.jiamei;"
        " return [...j.believe(note, j.readPolicy(policy)).cosigned]; }",
        [note, POLICY.decode()],
    )
    assert dict(told) == dict.fromkeys(WITNESSES, AT)
