"""Dice that fall the same for the same seed, village and day, whatever was thrown before."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence
from heapq import nlargest
from typing import TypeVar

T = TypeVar("T")


def dice(*about: object) -> random.Random:
    return random.Random(":".join(map(str, about)))  # noqa: S311  # invented data  # nosec B311


def how_many(chance: random.Random, mean: float) -> int:
    """How often something with this mean happens (Poisson, for large means by its bell curve)."""
    if mean > 30:
        return max(0, round(chance.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count


def some(
    chance: random.Random, among: Iterable[T], weights: Iterable[float], count: int
) -> Sequence[T]:
    """`count` different ones, heavy ones more likely (Efraimidis and Spirakis)."""
    keyed = (
        (chance.random() ** (1 / weight), each) for each, weight in zip(among, weights, strict=True)
    )
    return [each for _, each in nlargest(count, keyed, key=lambda pair: pair[0])]
