"""Proofs that a leaf is in the log (c2sp.org/tlog-proof), good without asking anybody."""

from __future__ import annotations

from dataclasses import dataclass

from points.audit.checkpoint import Signed
from points.audit.policy import Believed, Policy
from points.audit.strict import Unproven, decoded, encoded, number
from points.audit.tree import verify_inclusion

HEAD = "c2sp.org/tlog-proof@v1"
HASHES_MAX = 63


@dataclass(frozen=True)
class Proof:
    """Leaf `index` is in the tree of `checkpoint` (its signatures not yet verified).

    `extra` is nobody's word: no signature covers it. A receipt's proof has the digest of its record
    there, which is believed only when it leads to the leaf.
    """

    index: int
    path: tuple[bytes, ...]
    checkpoint: Signed
    extra: bytes | None = None

    @classmethod
    def parse(cls, text: str) -> Proof:
        """Raises `Unproven` where it is not written as it must be."""
        head, between, note = text.partition("\n\n")
        first, *lines = head.split("\n")
        if first != HEAD or not between:
            raise Unproven("this is no proof")
        extra = decoded(lines.pop(0)[6:]) if lines and lines[0].startswith("extra ") else None
        if not lines or not lines[0].startswith("index "):
            raise Unproven("a proof names the leaf's index")
        if len(lines) - 1 > HASHES_MAX:
            raise Unproven("the path is too long")
        path = tuple(decoded(line, 32) for line in lines[1:])
        return cls(number(lines[0][6:]), path, Signed.parse(note), extra)

    def __str__(self) -> str:
        extra = [] if self.extra is None else [f"extra {encoded(self.extra)}"]
        lines = [HEAD, *extra, f"index {self.index}", *map(encoded, self.path)]
        return "\n".join(lines) + f"\n\n{self.checkpoint}"

    def check(self, leaf: bytes, policy: Policy) -> Believed:
        """What the policy takes, the leaf (its hash) in it; raises `Unproven`."""
        believed = policy.believe(str(self.checkpoint))
        point = believed.checkpoint
        verify_inclusion(leaf, self.index, point.size, self.path, point.root)
        return believed
