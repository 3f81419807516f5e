"""Receipts: what a shop hands out at once, and what it can be held to later.

A promise is a signed note (c2sp.org/signed-note) by the key of the process: this redemption is
event so-and-so, and within `MERGE_WITHIN` the transparency log holds it. Paper carries only a code
of 16 characters: the event's id and the first bytes of its record's digest. Whoever changes the
record afterwards cannot keep the code: 40 bits of digest, made with a secret salt.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from points.audit.signed_note import DASH, PLAIN, Note, VKey, signed
from points.audit.strict import Unproven, decoded, encoded, number
from points.store.recorded import Notified
from points.store.records import NoRecord, line
from points.store.signing import SaveKey

MERGE_WITHIN = timedelta(seconds=60)
"""How long after the redemption the log may still be without it."""

HEAD = "jiamei-receipt/v1"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32: no I, L, O and U."""
CHARACTERS, HALF, EVENT_MAX = 16, 5, 2**40 - 1

_BETWEEN = re.compile(r"[\s\u200b-\u200f\u2010-\u2015\u2212\ufeff.·_-]")
_MISREAD = str.maketrans("OIL", "011")
_AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)


def digest_of(event: Notified) -> bytes:
    """SHA-256 of an event's record, as the log has it in its leaf."""
    return sha256(line(event)).digest()


@dataclass(frozen=True)
class Code:
    """What is printed: an event's id and the first five bytes of its record's digest."""

    event_id: int
    start: bytes

    @classmethod
    def of(cls, event_id: int, digest: bytes) -> Code:
        return cls(event_id, digest[:HALF])

    @classmethod
    def read(cls, typed: str) -> Code:
        """From what a person typed or scanned: blanks, dashes, small letters, O for 0 and I or L
        for 1 are forgiven. Raises `Unproven`."""
        signs = _BETWEEN.sub("", unicodedata.normalize("NFKC", typed)).upper().translate(_MISREAD)
        if len(signs) != CHARACTERS or any(sign not in ALPHABET for sign in signs):
            raise Unproven(f"a receipt's code has {CHARACTERS} letters and digits")
        value = 0
        for sign in signs:
            value = value << 5 | ALPHABET.index(sign)
        raw = value.to_bytes(2 * HALF)
        return cls(int.from_bytes(raw[:HALF]), raw[HALF:])

    @property
    def plain(self) -> str:
        value = int.from_bytes(self.event_id.to_bytes(HALF) + self.start)
        return "".join(ALPHABET[value >> 5 * place & 31] for place in reversed(range(CHARACTERS)))

    def __str__(self) -> str:
        return "-".join(self.plain[at : at + 4] for at in range(0, CHARACTERS, 4))

    def is_of(self, event: Notified) -> bool:
        """A row that was tampered with until it has no record is of no code."""
        try:
            return event.id == self.event_id and digest_of(event)[:HALF] == self.start
        except (NoRecord, TypeError):
            return False


@dataclass(frozen=True)
class Promise:
    """`points` were spent on receipt `receipt_no` at `at` (UTC): event `event_id` of this log,
    with this digest of its record. `str()` is what is signed."""

    origin: str
    event_id: int
    digest: bytes
    receipt_no: str
    points: int
    at: str

    @classmethod
    def parse(cls, text: str) -> Promise:
        """From a note's text; raises `Unproven`."""
        parts = text.split("\n")
        if len(parts) != 8 or parts[0] != HEAD or parts[7]:
            raise Unproven("this is no receipt")
        _, origin, event_id, digest, receipt_no, points, at, _ = parts
        if not origin or not receipt_no or not _AT.fullmatch(at):
            raise Unproven("a receipt names its log, its number and its time")
        found = cls(origin, number(event_id), decoded(digest, 32), receipt_no, number(points), at)
        if not 0 < found.event_id <= EVENT_MAX or not found.points:
            raise Unproven("a receipt is of an event and of points")
        return found

    def __str__(self) -> str:
        said = (self.event_id, encoded(self.digest), self.receipt_no, self.points, self.at)
        return "".join(f"{each}\n" for each in (HEAD, self.origin, *said))

    @property
    def code(self) -> Code:
        return Code.of(self.event_id, self.digest)

    def signed(self, key: SaveKey) -> str:
        """The promise as a note."""
        text = str(self)
        own = _vkey(self.origin, key.public)
        return signed(text, f"{DASH} {own.name} {encoded(own.id + key.sign(text.encode()))}\n")


def believed(note: str, processes: Mapping[str, bytes]) -> Promise:
    """What a note promises, signed by one of these keys (by key id, see `Policy`); raises
    `Unproven`."""
    found = Note.parse(note)
    promise = Promise.parse(found.text)
    if len(found.signatures) != 1:
        raise Unproven("one key signs a receipt")
    if not found.verify(_vkey(promise.origin, public) for public in processes.values()):
        raise Unproven("none of these keys signed this receipt")
    return promise


def _vkey(origin: str, public: bytes) -> VKey:
    return VKey(f"{origin}/receipts", PLAIN, public)
