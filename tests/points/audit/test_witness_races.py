"""Many ask one witness at once, in threads and processes, with a forked log whose key is genuine:
never are two histories cosigned, and never does the witness go back (P1)."""

from __future__ import annotations

import json
import os
import random
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import monotonic_ns

import pytest

from points.audit.checkpoint import Checkpoint, sign
from points.audit.tree import Frontier, consistency, leaf_hash, node_hash
from points.audit.witness import submission
from points.audit.witness_folder import WitnessFolder
from tests.points.audit.cast import LOG, ORIGIN
from tests.points.audit.watching import folder, time_of, witness

SIZES = 24
PROCESSES, THREADS = 4, 4


class Tree:
    """A log of up to `SIZES` leaves; two of them agree up to where one was altered."""

    def __init__(self, altered: int | None) -> None:
        self.data = [b"altered" if at == altered else b"leaf %d" % at for at in range(SIZES)]

    def at(self, level: int, index: int) -> bytes:
        if level == 0:
            return leaf_hash(self.data[index])
        return node_hash(self.at(level - 1, 2 * index), self.at(level - 1, 2 * index + 1))

    def point(self, size: int) -> Checkpoint:
        tree = Frontier()
        for each in self.data[:size]:
            tree.add(leaf_hash(each))
        return Checkpoint(ORIGIN, size, tree.root)

    def asked(self, old: int, size: int) -> bytes:
        return submission(
            old, consistency(self.at, old, size), sign(self.point(size), LOG)
        ).encode()


TREES = (Tree(None), Tree(8), Tree(16))


@dataclass(frozen=True)
class Post:
    """What was asked and answered, and when (nanoseconds of one clock for all processes)."""

    tree: int
    size: int
    status: int
    body: str
    begun: int
    ended: int


def posts(made: WitnessFolder, seed: int, count: int) -> Iterator[Post]:
    """One caller: mostly where the witness said that it is, a little behind, a little ahead."""
    dice, one, seen = random.Random(seed), witness(made), 0
    for _ in range(count):
        tree = dice.randrange(len(TREES))
        old = max(0, min(SIZES - 1, seen + dice.choice((0, 0, 0, 0, -1, 1))))
        size = min(SIZES, old + dice.choice((0, 1, 1, 1, 2, 5)))
        begun = monotonic_ns()
        answer = one.add_checkpoint(TREES[tree].asked(old, size))
        yield Post(tree, size, answer.status, answer.body, begun, monotonic_ns())
        if answer.status == 409:
            seen = int(answer.body)
        elif answer.status == 200:
            seen = size


def in_threads(made: WitnessFolder, seed: int, count: int) -> list[Post]:
    with ThreadPoolExecutor(THREADS) as threads:
        each = count // THREADS
        asked = [
            threads.submit(lambda at=at: list(posts(made, seed * 1_000 + at, each)))
            for at in range(THREADS)
        ]
        return [post for one in asked for post in one.result()]


def in_processes(made: WitnessFolder, seed: int, count: int, results: Path) -> list[Post]:
    children = []
    for at in range(PROCESSES):
        child = os.fork()
        if child == 0:
            done = in_threads(made, seed * 10 + at, count // PROCESSES)
            (results / str(at)).write_text(json.dumps([vars(post) for post in done]))
            os._exit(0)
        children.append(child)
    for child in children:
        assert os.waitpid(child, 0)[1] == 0
    texts = [(results / str(at)).read_text() for at in range(PROCESSES)]
    return [Post(**post) for text in texts for post in json.loads(text)]


def is_one_history(signed: list[Post]) -> None:
    """No size with two roots, and every cosigned tree continues every smaller one."""
    roots = defaultdict(set)
    for post in signed:
        point = TREES[post.tree].point(post.size)
        roots[post.size].add(point.root)
        assert time_of(post.body, TREES[post.tree].data[: post.size])
    assert {len(each) for each in roots.values()} == {1}
    whole = [
        tree
        for tree in TREES
        if all(tree.point(size).root in found for size, found in roots.items())
    ]
    assert whole


def never_goes_back(signed: list[Post]) -> None:
    """Who asks after an answer came gets nothing smaller."""
    latest = 0
    ended = sorted(signed, key=lambda post: post.ended)
    at = 0
    for post in sorted(signed, key=lambda post: post.begun):
        while at < len(ended) and ended[at].ended < post.begun:
            latest = max(latest, ended[at].size)
            at += 1
        assert post.size >= latest


@pytest.mark.row("P1")
@pytest.mark.parametrize(
    ("rounds", "count"), [(2, 256), pytest.param(20, 512, marks=pytest.mark.nightly)]
)
def test_racing_posts_never_get_two_histories(tmp_path: Path, rounds: int, count: int) -> None:
    """500 posts; by night 10,000."""
    total, statuses = 0, defaultdict(int)
    for seed in range(rounds):
        made = folder(tmp_path / f"w{seed}")
        results = tmp_path / f"r{seed}"
        results.mkdir()
        found = in_processes(made, seed, count, results)
        signed = [post for post in found if post.status == 200]
        is_one_history(signed)
        never_goes_back(signed)
        total += len(found)
        for post in found:
            statuses[post.status] += 1
    assert total == rounds * count
    assert set(statuses) == {200, 409, 422}
    assert min(statuses.values()) > total // 50, dict(statuses)


def test_the_test_sees_a_witness_without_a_lock(tmp_path: Path) -> None:
    """Two that decided on the same memory would sign two histories: this is what it looks like."""
    made = folder(tmp_path / "w")
    both = []
    for tree in (0, 1):
        WitnessFolder(made.folder).memory(ORIGIN).keep(TREES[0].point(8))
        answer = witness(made).add_checkpoint(TREES[tree].asked(8, 9))
        both.append(Post(tree, 9, answer.status, answer.body, 0, 1))
    with pytest.raises(AssertionError):
        is_one_history(both)
    smaller = Post(0, 8, 200, "", 2, 3)
    with pytest.raises(AssertionError):
        never_goes_back([both[0], smaller])
