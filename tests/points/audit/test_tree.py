"""P1: the tree is that of RFC 6962, and what others make of the same leaves is the same.

Compared with the RFC's own recursion (`rfc6962`), with pymerkle and with sigstore.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree
from sigstore._internal.merkle import verify_merkle_inclusion

from points.audit.strict import Unproven
from points.audit.tree import (
    EMPTY,
    Frontier,
    consistency,
    inclusion,
    peaks,
    root,
    verify_consistency,
    verify_inclusion,
)
from tests.points.audit import rfc6962
from tests.points.audit.cast import hashed, leaves, reader

SIZES = range(1, 34)


@pytest.mark.row("P1")
@pytest.mark.parametrize("size", [0, *SIZES])
def test_the_root_is_that_of_the_rfc_and_of_pymerkle(size: int) -> None:
    data = leaves(size)
    theirs = InmemoryTree(algorithm="sha256")
    theirs.append_entries(data)
    growing = Frontier()
    for leaf in hashed(data):
        growing.add(leaf)

    assert root(reader(data), size) == rfc6962.mth(data) == theirs.get_root() == growing.root
    assert growing.peaks == [reader(data)(*each) for each in peaks(size)]


def test_a_frontier_with_other_peaks_than_its_size_has_is_refused() -> None:
    with pytest.raises(Unproven):
        Frontier(3, [EMPTY])


@pytest.mark.parametrize("size", SIZES)
def test_paths_are_those_of_the_rfc_and_lead_to_the_root(size: int) -> None:
    data = leaves(size)
    top = rfc6962.mth(data)
    for index in range(size):
        path = inclusion(reader(data), index, size)

        assert path == rfc6962.path(index, data)
        verify_inclusion(hashed(data)[index], index, size, path, top)


@pytest.mark.parametrize("size", SIZES)
def test_sigstore_accepts_our_paths(size: int) -> None:
    data = leaves(size)
    for index in range(size):
        path = inclusion(reader(data), index, size)
        shown: Any = SimpleNamespace(
            _inner=SimpleNamespace(
                canonicalized_body=data[index],
                inclusion_proof=SimpleNamespace(
                    log_index=index, tree_size=size, hashes=path, root_hash=rfc6962.mth(data)
                ),
            )
        )
        verify_merkle_inclusion(shown)


def test_pymerkle_s_proofs_hold_the_same_hashes() -> None:
    data = leaves(21)
    theirs = InmemoryTree(algorithm="sha256")
    theirs.append_entries(data)
    for index in range(21):
        shown = theirs.prove_inclusion(index + 1)
        ours = inclusion(reader(data), index, 21)

        assert set(shown.path) == {hashed(data)[index], *ours}
        shown.verify(hashed(data)[index], root(reader(data), 21))


@pytest.mark.parametrize("new", SIZES)
def test_consistency_is_that_of_the_rfc(new: int) -> None:
    data = leaves(new)
    for old in range(1, new + 1):
        path = consistency(reader(data), old, new)

        assert path == rfc6962.proof(old, data)
        verify_consistency(old, new, rfc6962.mth(data[:old]), rfc6962.mth(data), path)


def test_every_tree_begins_with_the_empty_one() -> None:
    top = rfc6962.mth(leaves(5))
    assert consistency(reader(leaves(5)), 0, 5) == []
    verify_consistency(0, 5, EMPTY, top, [])
    for wrong in (lambda: verify_consistency(0, 5, top, top, []),
                  lambda: verify_consistency(0, 5, EMPTY, top, [top])):  # fmt: skip
        with pytest.raises(Unproven):
            wrong()


def flips(path: list[bytes]) -> list[list[bytes]]:
    """Each hash of a path with one bit turned; one hash less; one more; two swapped."""
    made = [
        [*path[:at], bytes([each[0] ^ 4, *each[1:]]), *path[at + 1 :]]
        for at, each in enumerate(path)
    ]
    made += [path[:-1], path[1:], [*path, EMPTY], [EMPTY, *path], path[::-1]]
    return [each for each in made if each != path]


@given(st.integers(1, 40), st.data())
@settings(deadline=None)
def test_no_other_path_index_or_size_is_taken(size: int, draw: st.DataObject) -> None:
    data, index = leaves(size), draw.draw(st.integers(0, size - 1))
    path, top = rfc6962.path(index, data), rfc6962.mth(data)
    leaf = hashed(data)[index]
    wrong: list[tuple[bytes, int, int, list[bytes], bytes]] = [
        (leaf, index, size, each, top) for each in flips(path)
    ]
    wrong += [(leaf, other, size, path, top) for other in range(-1, size + 1) if other != index]
    wrong += [(EMPTY, index, size, path, top), (leaf, index, size, path, EMPTY)]
    wrong += [(leaf[:31], index, size, path, top), (leaf, index, size, [b"", *path], top)]
    for each in wrong:
        with pytest.raises(Unproven):
            verify_inclusion(*each)


@given(st.integers(2, 40), st.data())
@settings(deadline=None)
def test_no_other_history_is_taken_for_the_same(new: int, draw: st.DataObject) -> None:
    data, old = leaves(new), draw.draw(st.integers(1, new - 1))
    path = rfc6962.proof(old, data)
    before, after = rfc6962.mth(data[:old]), rfc6962.mth(data)
    wrong: list[tuple[int, int, bytes, bytes, list[bytes]]] = [
        (old, new, before, after, each) for each in flips(path)
    ]
    wrong += [(new, old, before, after, path), (-1, new, before, after, path)]
    wrong += [(old, new, after, before, path), (old, new, EMPTY, after, path)]
    wrong += [(old, new, before, EMPTY, path), (old, old, before, after, [])]
    for each in wrong:
        with pytest.raises(Unproven):
            verify_consistency(*each)


def test_nothing_is_proven_about_leaves_that_are_not_there() -> None:
    at = reader(leaves(3))
    for wrong in (
        lambda: inclusion(at, 3, 3),
        lambda: inclusion(at, -1, 3),
        lambda: consistency(at, 4, 3),
    ):
        with pytest.raises(Unproven):
            wrong()
