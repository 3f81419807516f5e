"""A transparency log in a folder, laid out as it is served: `tile/...`, `checkpoint`.

`checkpoints/<size>` keeps every checkpoint that was published. The folder is written by the
signer alone; who serves it only reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from points.audit.checkpoint import Signed
from points.audit.disk import Disk
from points.audit.strict import Unproven, utf8
from points.audit.tiles import (
    HASH,
    HEIGHT,
    LEVELS,
    WIDTH,
    Builder,
    Tile,
    bundle,
    entries_of,
    hash_at,
    hashes_of,
)
from points.audit.tree import HashAt, root

SYNCED_AT_ONCE = 512


class TileLog:
    """`disk` is who writes."""

    def __init__(self, directory: Path, disk: Disk | None = None) -> None:
        self.directory = directory
        self._disk = disk or Disk()

    # Reading.

    def checkpoint(self) -> str | None:
        """What is published now, None where nothing was yet."""
        path = self.directory / "checkpoint"
        return utf8(path.read_bytes()) if path.exists() else None

    def checkpoints(self) -> Iterator[tuple[int, Path]]:
        """Everything that was published: size and file, the oldest first."""
        kept = (self.directory / "checkpoints").glob("[0-9]*")
        yield from sorted((int(path.name), path) for path in kept)

    def read(self, tile: Tile) -> bytes:
        """A tile; a partial one may be cut from its full one. Raises `Unproven`."""
        for there in dict.fromkeys((tile, tile.full)):
            with suppress(FileNotFoundError):
                return _cut(self._path(there).read_bytes(), there, tile)
        raise Unproven(f"tile {tile} is missing")

    def tree(self, size: int) -> HashAt:
        return hash_at(self.read, size)

    def root(self, size: int) -> bytes:
        """Raises `Unproven` where tiles are missing."""
        return root(self.tree(size), size)

    def leaf(self, index: int, size: int) -> bytes:
        """The hash of leaf `index` in the tree of `size`."""
        return self.tree(size)(0, index)

    # Writing.

    def grow(self, start: int, leaves: Iterable[bytes]) -> int:
        """Write the tiles from leaf `start` (a multiple of 256) on; the size that came of it.

        When it returns they are safe on the disk. What was there under the same names is the same
        unless nobody signed it yet.
        """
        builder, written = Builder(start, self._before(start)), list[Path]()
        for leaf in leaves:
            for tile, content in builder.add(leaf):
                written.append(self._write(tile, content))
                if len(written) >= SYNCED_AT_ONCE:
                    self._disk.sync(written)
                    written.clear()
        written += [self._write(tile, content) for tile, content in builder.rest()]
        self._disk.sync(written)
        return builder.size

    def publish(self, checkpoint: str) -> None:
        """Keep it, then show it."""
        size = Signed.parse(checkpoint).checkpoint.size
        raw = checkpoint.encode()
        self._disk.write_safely(self.directory / "checkpoints" / str(size), raw)
        self._disk.write_safely(self.directory / "checkpoint", raw)

    def tidy(self, before: int, size: int) -> None:
        """Drop partial tiles whose full tile came between the two sizes."""
        for level in (None, *range(LEVELS)):
            shift = HEIGHT * ((level or 0) + 1)
            for index in range(before >> shift, size >> shift):
                folder = self._path(Tile(level, index, 1)).parent
                for path in folder.glob("*"):
                    self._disk.remove(path)
                if folder.exists():
                    folder.rmdir()

    def _before(self, start: int) -> list[list[bytes]]:
        """Per level from 1 on, the hashes that its last tile has in a tree of `start` leaves."""
        found: list[list[bytes]] = []
        for level in range(1, LEVELS):
            count, index = start >> HEIGHT * level, start >> HEIGHT * (level + 1)
            partial = count % WIDTH
            found.append(self._some(level, index, partial) if partial else [])
        return found

    def _some(self, level: int, index: int, count: int) -> list[bytes]:
        """The first `count` hashes of a tile that may have grown since."""
        for width in range(count, WIDTH + 1):
            path = self._path(Tile(level, index, width))
            if path.exists():
                return hashes_of(path.read_bytes())[:count]
        raise Unproven(f"tile {Tile(level, index, count)} is missing")

    def _write(self, tile: Tile, content: bytes) -> Path:
        path = self._path(tile)
        if not path.exists() or path.read_bytes() != content:
            self._disk.write(path, content)
        return path

    def _path(self, tile: Tile) -> Path:
        return self.directory / "tile" / str(tile)


def differs_from(log: TileLog, tile: Tile, content: bytes) -> int | None:
    """The first leaf at which a tile in the folder is another; None where it is the same."""
    try:
        found = log.read(tile)
    except Unproven:
        return tile.index * WIDTH << HEIGHT * (tile.level or 0)
    if found == content:
        return None
    pairs = zip(_parts(tile, found), _parts(tile, content), strict=False)
    same = next((at for at, (a, b) in enumerate(pairs) if a != b), 0)
    return tile.index * WIDTH + same << HEIGHT * (tile.level or 0)


def _parts(tile: Tile, content: bytes) -> list[bytes]:
    """What a tile consists of, as far as it can be read."""
    if tile.level is not None:
        return hashes_of(content)
    try:
        return entries_of(content)
    except Unproven:
        return []


def _cut(content: bytes, there: Tile, wanted: Tile) -> bytes:
    """The first part of a full tile where a partial one is wanted; raises `Unproven`."""
    if wanted.level is not None:
        if len(content) != there.width * HASH:
            raise Unproven(f"tile {there} has another length")
        return content[: wanted.width * HASH]
    if there == wanted:
        return content
    return bundle(entries_of(content)[: wanted.width])
