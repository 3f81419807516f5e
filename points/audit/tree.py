"""The Merkle tree of RFC 6962 §2.1: roots and proofs, made and checked.

What is made is read through a function `hash at (level, index)`: the hash over the 2**level
leaves from index * 2**level on, all of them there. Nothing here knows where hashes are kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

from points.audit.strict import Unproven

HashAt = Callable[[int, int], bytes]

EMPTY = hashlib.sha256().digest()
"""The root of a tree without leaves."""


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """A tree that only grows and only knows its root: one hash for each bit of its size.

    `peaks` are the roots of its full subtrees, the largest first.
    """

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        if len(peaks) != size.bit_count():
            raise Unproven(f"a tree of {size} leaves has {size.bit_count()} peaks")
        self.size = size
        self.peaks = list(peaks)

    def add(self, leaf: bytes) -> None:
        """`leaf`: the hash of the next leaf."""
        size = self.size
        while size & 1:
            leaf = node_hash(self.peaks.pop(), leaf)
            size >>= 1
        self.peaks.append(leaf)
        self.size += 1

    @property
    def root(self) -> bytes:
        if not self.peaks:
            return EMPTY
        found = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            found = node_hash(peak, found)
        return found


def peaks(size: int) -> Iterator[tuple[int, int]]:
    """The full subtrees of a tree as (level, index), the largest first."""
    start = 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            yield level, start >> level
            start += 1 << level


def root(at: HashAt, size: int) -> bytes:
    return _root_of(at, 0, size) if size else EMPTY


def inclusion(at: HashAt, index: int, size: int) -> list[bytes]:
    """The path of leaf `index` in the tree of `size`: its sibling first. Raises `Unproven`."""
    if not 0 <= index < size:
        raise Unproven(f"no leaf {index} in a tree of {size}")
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + _left(end - start)
        if index < middle:
            path.append(_root_of(at, middle, end))
            end = middle
        else:
            path.append(_root_of(at, start, middle))
            start = middle
    return path[::-1]


def consistency(at: HashAt, old: int, new: int) -> list[bytes]:
    """That the tree of `new` leaves begins with the tree of `old`. Raises `Unproven`."""
    if not 0 <= old <= new:
        raise Unproven(f"a tree of {new} does not begin with one of {old}")
    if old in {0, new}:
        return []
    path, start, end = [], 0, new
    while end != old:
        middle = start + _left(end - start)
        if old <= middle:
            path.append(_root_of(at, middle, end))
            end = middle
        else:
            path.append(_root_of(at, start, middle))
            start = middle
    if start:
        path.append(_root_of(at, start, end))
    return path[::-1]


def verify_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> None:
    """Raises `Unproven` unless `path` leads from the leaf's hash to the root (RFC 9162 §2.1.3)."""
    if not 0 <= index < size:
        raise Unproven(f"no leaf {index} in a tree of {size}")
    _check_digests(leaf, root, *path)
    node, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise Unproven("the path is too long")
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            node, last = _skip_right_edge(node, last)
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    if last != 0:
        raise Unproven("the path is too short")
    if found != root:
        raise Unproven("the path leads to another root")


def verify_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Raises `Unproven` unless the new tree begins with the old one (RFC 9162 §2.1.4)."""
    if not 0 <= old <= new:
        raise Unproven(f"a tree of {new} does not begin with one of {old}")
    _check_digests(old_root, new_root, *path)
    if old in {0, new}:
        if path or (old == new and old_root != new_root) or (old == 0 and old_root != EMPTY):
            raise Unproven("trees of one size differ")
        return
    whole = old & (old - 1) == 0
    hashes = [old_root, *path] if whole else list(path)
    if not hashes:
        raise Unproven("the path is too short")
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise Unproven("the path is too long")
        if node & 1 or node == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            node, last = _skip_right_edge(node, last)
        else:
            second = node_hash(second, sibling)
        node, last = node >> 1, last >> 1
    if last != 0:
        raise Unproven("the path is too short")
    if first != old_root:
        raise Unproven("the path leads from another root")
    if second != new_root:
        raise Unproven("the path leads to another root")


def _root_of(at: HashAt, start: int, end: int) -> bytes:
    """The hash over leaves start to end: a subtree of a tree that ends there."""
    size = end - start
    level = size.bit_length() - 1
    if size == 1 << level:
        return at(level, start >> level)
    middle = start + _left(size)
    return node_hash(_root_of(at, start, middle), _root_of(at, middle, end))


def _left(size: int) -> int:
    """How many of `size` leaves (two or more) are in the left subtree."""
    return 1 << (size - 1).bit_length() - 1


def _skip_right_edge(node: int, last: int) -> tuple[int, int]:
    """On the right edge a node stays as it is until it has a sibling on its left."""
    while node and not node & 1:
        node, last = node >> 1, last >> 1
    return node, last


def _check_digests(*digests: bytes) -> None:
    if any(len(each) != 32 for each in digests):
        raise Unproven("a SHA-256 digest has 32 bytes")
