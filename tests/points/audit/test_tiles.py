"""P1: tiles are laid out as c2sp.org/tlog-tiles says, and hold the tree of RFC 6962."""

from __future__ import annotations

from pathlib import Path

import pytest

from points.audit.strict import Unproven
from points.audit.tile_log import TileLog
from points.audit.tiles import Builder, Tile, bundle, entries_of, hashes_of, tile_of
from points.audit.tree import inclusion, verify_inclusion
from tests.points.audit.cast import hashed, leaves
from tests.points.audit.rfc6962 import mth

PATHS = {
    Tile(0, 0): "0/000",
    Tile(1, 999): "1/999",
    Tile(0, 1000): "0/x001/000",
    Tile(0, 1234067): "0/x001/x234/067",
    Tile(None, 67, 3): "entries/067.p/3",
    Tile(7, 1234067, 255): "7/x001/x234/067.p/255",
}


@pytest.mark.parametrize("tile", PATHS)
def test_a_tile_has_one_address(tile: Tile) -> None:
    assert str(tile) == PATHS[tile]
    assert Tile.parse(PATHS[tile]) == tile


@pytest.mark.parametrize(
    "path",
    [
        *("", "0", "0/", "0/0", "0/00", "0/0000", "0/x000/001", "8/000", "-1/000", "00/000"),
        *("0/000.p/0", "0/000.p/256", "0/000.p/01", "0/000.p/", "0/000.p/300", "0/x001", "x/000"),
        *("0/001/067", "0/X001/067", "../000", "0/000/..", "entries/000.P/3", "0/０００"),
    ],
)
def test_there_is_no_other_address(path: str) -> None:
    with pytest.raises(Unproven):
        Tile.parse(path)


def test_the_tiles_of_a_tree_of_70000_are_those_of_the_specification() -> None:
    found: list[Tile] = []
    builder = Builder()
    for _ in range(70_000):
        found += [tile for tile, _ in builder.add(b"")]
    found += [tile for tile, _ in builder.rest()]

    assert [tile for tile in found if tile.level == 0 and tile.width == 256] == [
        Tile(0, index) for index in range(273)
    ]
    assert [tile for tile in found if tile.width < 256] == [
        Tile(None, 273, 112),
        Tile(0, 273, 112),
        Tile(1, 1, 17),
        Tile(2, 0, 1),
    ]
    assert [tile for tile in found if tile.level == 1] == [Tile(1, 0), Tile(1, 1, 17)]
    assert all(tile.is_in(70_000) for tile in found)
    assert not Tile(0, 273, 113).is_in(70_000)
    assert not Tile(1, 1, 18).is_in(70_000)
    assert tile_of(1, 1, 70_000) == Tile(1, 1, 17)
    with pytest.raises(Unproven):
        tile_of(1, 2, 70_000)


def test_a_tree_of_256_has_a_full_tile_and_one_hash_above() -> None:
    builder, data = Builder(), leaves(256)
    found = dict(pair for entry in data for pair in builder.add(entry))
    found |= dict(builder.rest())
    assert set(found) == {Tile(None, 0), Tile(0, 0), Tile(1, 0, 1)}
    assert hashes_of(found[Tile(0, 0)]) == hashed(data)
    assert found[Tile(1, 0, 1)] == mth(data)
    assert entries_of(found[Tile(None, 0)]) == data


@pytest.mark.parametrize("raw", [b"\0", b"\0\1", b"\0\5abcd"])
def test_a_bundle_that_was_cut_is_refused(raw: bytes) -> None:
    with pytest.raises(Unproven):
        entries_of(raw)
    assert entries_of(bundle([b"", b"abc"])) == [b"", b"abc"]


STEPS = (1, 3, 255, 256, 257, 511, 512, 700, 1000)


def test_a_log_that_grows_has_the_root_and_the_paths_of_its_leaves(tmp_path: Path) -> None:
    """However it came to its size; also where tiles were completed and tidied since."""
    log, data, before = TileLog(tmp_path), leaves(max(STEPS)), 0
    for size in STEPS:
        start = max(before - 1, 0) // 256 * 256
        assert log.grow(start, iter(data[start:size])) == size
        log.tidy(before, size)
        assert log.root(size) == mth(data[:size])
        for older in STEPS[: STEPS.index(size)]:
            assert log.root(older) == mth(data[:older])
        for index in {0, size // 2, size - 1}:
            path = inclusion(log.tree(size), index, size)
            verify_inclusion(hashed(data)[index], index, size, path, mth(data[:size]))
            assert log.leaf(index, size) == hashed(data)[index]
        before = size
    assert not list(tmp_path.glob("tile/0/000.p/*"))
    assert list(tmp_path.glob("tile/0/003.p/*"))
    assert entries_of(log.read(Tile(None, 0, 3))) == data[:3]


def test_a_tile_that_is_not_there_or_was_cut_is_no_tile(tmp_path: Path) -> None:
    log, data = TileLog(tmp_path), leaves(300)
    log.grow(0, iter(data))
    with pytest.raises(Unproven):
        log.read(Tile(0, 1, 45))
    (tmp_path / "tile/0/000").write_bytes(b"\0" * 31)
    with pytest.raises(Unproven):
        log.leaf(3, 300)
    (tmp_path / "tile/0/000").unlink()
    with pytest.raises(Unproven):
        log.leaf(3, 300)
