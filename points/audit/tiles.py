"""Tiles (c2sp.org/tlog-tiles): the tree in pieces of 256 hashes, and the leaves in bundles.

At level 0 a tile holds leaf hashes, at level n each hash covers a full tile of level n - 1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from points.audit.strict import Unproven
from points.audit.tree import HashAt, leaf_hash, node_hash

WIDTH = 256
HEIGHT = 8
HASH = 32
LEVELS = 8
"""So many levels hold all leaves that there can be."""

ENTRIES = "entries"

_PATH = re.compile(r"(entries|[0-7])/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")
_CACHED = 64


@dataclass(frozen=True)
class Tile:
    """Which tile: `level` None is a bundle of entries; `width` below 256 is a partial one."""

    level: int | None
    index: int
    width: int = WIDTH

    @classmethod
    def parse(cls, path: str) -> Tile:
        """From the part of an address after `tile/`; raises `Unproven`."""
        found = _PATH.fullmatch(path)
        if found is None:
            raise Unproven("there is no such tile")
        level = None if found[1] == ENTRIES else int(found[1])
        width = int(found[3]) if found[3] else WIDTH
        tile = cls(level, int(found[2].replace("x", "").replace("/", "")), width)
        if str(tile) != path or (found[3] and width >= WIDTH):
            raise Unproven("a tile has one address")
        return tile

    def __str__(self) -> str:
        number = f"{self.index:03}"
        number = number.zfill(-(-len(number) // 3) * 3)
        parts = [number[at : at + 3] for at in range(0, len(number), 3)]
        name = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
        partial = f".p/{self.width}" if self.width < WIDTH else ""
        return f"{ENTRIES if self.level is None else self.level}/{name}{partial}"

    @property
    def full(self) -> Tile:
        return Tile(self.level, self.index)

    def is_in(self, size: int) -> bool:
        """Whether a tree of so many leaves has all of it."""
        return self.index * WIDTH + self.width <= size >> HEIGHT * (self.level or 0)


def tile_of(level: int, index: int, size: int) -> Tile:
    """Tile `index` of a level as a tree of `size` leaves has it."""
    width = min(WIDTH, (size >> HEIGHT * level) - index * WIDTH)
    if width <= 0:
        raise Unproven(f"a tree of {size} has no tile {index} at level {level}")
    return Tile(level, index, width)


def hashes_of(content: bytes) -> list[bytes]:
    return [content[at : at + HASH] for at in range(0, len(content), HASH)]


def bundle(entries: Iterable[bytes]) -> bytes:
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def entries_of(content: bytes) -> list[bytes]:
    """What `bundle` packed; raises `Unproven`."""
    found, at = [], 0
    while at < len(content):
        end = at + 2 + int.from_bytes(content[at : at + 2], "big")
        if end > len(content) or at + 2 > len(content):
            raise Unproven("a bundle that ends too early")
        found.append(content[at + 2 : end])
        at = end
    return found


def hash_at(read: Callable[[Tile], bytes], size: int) -> HashAt:
    """The tree of `size` leaves over its tiles; a few tiles are kept at hand."""

    @lru_cache(_CACHED)
    def hashes(level: int, index: int) -> list[bytes]:
        return hashes_of(read(tile_of(level, index, size)))

    def at(level: int, index: int) -> bytes:
        tile_level, height = divmod(level, HEIGHT)
        tile, place = divmod(index << height, WIDTH)
        some = hashes(tile_level, tile)[place : place + (1 << height)]
        if len(some) != 1 << height:
            raise Unproven(f"a tree of {size} has no such hash")
        return _top(some)

    return at


class Builder:
    """Tiles from leaves as they come, holding one tile of each level.

    `start` is a multiple of 256; `before`: for level 1 and up, the hashes that the unfinished
    tile has there already.
    """

    def __init__(self, start: int = 0, before: Sequence[Sequence[bytes]] = ()) -> None:
        self.size = start
        self._entries: list[bytes] = []
        self._hashes: list[list[bytes]] = [[], *map(list, before)]
        self._hashes += [[] for _ in range(LEVELS - len(self._hashes))]

    def add(self, entry: bytes) -> Iterator[tuple[Tile, bytes]]:
        """Take the next leaf's data; hands out the tiles that it fills, entries first."""
        self.size += 1
        self._entries.append(entry)
        if len(self._entries) == WIDTH:
            yield Tile(None, self.size // WIDTH - 1), bundle(self._entries)
            self._entries = []
        yield from self._push(0, leaf_hash(entry))

    def rest(self) -> Iterator[tuple[Tile, bytes]]:
        """The partial tiles of the tree as it is now."""
        if self._entries:
            yield Tile(None, self.size // WIDTH, len(self._entries)), bundle(self._entries)
        for level, hashes in enumerate(self._hashes):
            if hashes:
                index = self.size >> HEIGHT * (level + 1)
                yield Tile(level, index, len(hashes)), b"".join(hashes)

    def _push(self, level: int, new: bytes) -> Iterator[tuple[Tile, bytes]]:
        hashes = self._hashes[level]
        hashes.append(new)
        if len(hashes) == WIDTH:
            yield Tile(level, (self.size >> HEIGHT * (level + 1)) - 1), b"".join(hashes)
            self._hashes[level] = []
            yield from self._push(level + 1, _top(hashes))


def _top(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of hashes."""
    while len(hashes) > 1:
        pairs = zip(hashes[::2], hashes[1::2], strict=True)
        hashes = [node_hash(left, right) for left, right in pairs]
    return hashes[0]
