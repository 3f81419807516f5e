"""A log with a few leaves, three witnesses, and the policy that two of them are enough."""

from __future__ import annotations

from points.audit.checkpoint import Checkpoint, Signed, sign
from points.audit.policy import Policy
from points.audit.proof import Proof
from points.audit.signed_note import COSIGNATURE, PLAIN, Key
from points.audit.tree import HashAt, inclusion, leaf_hash, root
from tests.points.audit.rfc6962 import mth

ORIGIN = "points.example/jiamei/999901"
LOG = Key.of(ORIGIN, PLAIN, bytes(range(32)))
WITNESSES = {
    name: Key.of(f"{name}.example/w", COSIGNATURE, bytes([at]) * 32)
    for at, name in enumerate(("committee", "township", "auditor"), start=1)
}
AT = 1_795_490_220


def leaves(count: int) -> list[bytes]:
    return [b"leaf %d\n" % at for at in range(count)]


def reader(data: list[bytes]) -> HashAt:
    """Hashes of full subtrees, made anew each time."""

    def at(level: int, index: int) -> bytes:
        part = data[index << level : (index + 1) << level]
        assert len(part) == 1 << level
        return mth(part)

    return at


def policy(needed: str = "2") -> Policy:
    lines = [f"log {LOG.vkey}"]
    lines += [f"witness {name} {key.vkey}" for name, key in WITNESSES.items()]
    lines += [f"group enough {needed} {' '.join(WITNESSES)}", "quorum enough"]
    return Policy.parse("\n".join(lines) + "\n")


def checkpoint(data: list[bytes], *, cosigned: tuple[str, ...] = tuple(WITNESSES)) -> str:
    point = Checkpoint(ORIGIN, len(data), root(reader(data), len(data)))
    lines = [WITNESSES[name].line(str(point), AT) for name in cosigned]
    return sign(point, LOG) + "".join(lines)


def proof(data: list[bytes], index: int) -> str:
    path = inclusion(reader(data), index, len(data))
    return str(Proof(index, tuple(path), Signed.parse(checkpoint(data))))


def hashed(data: list[bytes]) -> list[bytes]:
    return [leaf_hash(each) for each in data]
