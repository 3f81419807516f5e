"""Many clients, some seconds, what they got done and how long each had to wait."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from statistics import median

Work = Callable[[int, Random], None]
"""One piece of work of client `n`. It raises where it was not done."""


@dataclass(frozen=True)
class Measured:
    """Pieces of work a second; milliseconds of the median and of the slowest hundredth."""

    rate: float
    p50: float
    p99: float
    failed: Counter[str] = field(default_factory=Counter)


def measure(work: Work, *, clients: int, seconds: float, seed: int = 1) -> Measured:
    """Let `clients` threads work side by side; what failed counts as not done."""
    waits: list[list[float]] = [[] for _ in range(clients)]
    failed: Counter[str] = Counter()
    begin = threading.Barrier(clients + 1)

    def client(number: int) -> None:
        chance = Random(f"{seed} {number}")
        begin.wait()
        until = time.perf_counter() + seconds
        while (start := time.perf_counter()) < until:
            try:
                work(number, chance)
            except Exception as error:  # noqa: BLE001  counted and told
                failed[type(error).__name__] += 1
            else:
                waits[number].append(time.perf_counter() - start)

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    begin.wait()
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - start
    return summed_up([wait for each in waits for wait in each], took, failed)


def summed_up(waits: Sequence[float], took: float, failed: Counter[str] | None = None) -> Measured:
    """`waits` in seconds, of everything that was done in `took` seconds."""
    ordered = sorted(waits) or [0.0]
    slowest = ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]
    return Measured(
        len(waits) / took, ordered[len(ordered) // 2] * 1e3, slowest * 1e3, failed or Counter()
    )


def middle(several: Sequence[Measured]) -> Measured:
    """The median of several rounds, value by value; failures are added up."""
    failed: Counter[str] = Counter()
    for each in several:
        failed += each.failed
    return Measured(
        median(each.rate for each in several),
        median(each.p50 for each in several),
        median(each.p99 for each in several),
        failed,
    )
