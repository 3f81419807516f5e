"""From a backup to an installation: proven beside the target first, then put in place."""

from __future__ import annotations

import os
import shutil
import tempfile
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from points.audit.checkpoint import Checkpoint
from points.checks import Finding, check
from points.checks.served import Counted, check_served
from points.store.county import dsn_for
from web.backup import following
from web.backup.manifest import Manifest
from web.backup.places import ALL, LOG, ONCE, Places, is_one_file
from web.backup.proving import (
    check_file,
    check_found,
    compare,
    county_at,
    county_of,
    published,
    tree_of,
)
from web.backup.refusals import AlreadyThere, Damaged, NotOnSqlite, OtherLayout
from web.migrate import migrate_county, migrate_shared
from web.settings import Settings


@dataclass(frozen=True)
class Restored:
    """One county. `compared`: sizes of the checkpoints it agrees with; `missing`: entries that
    were published and are not here, which somebody accepted."""

    county: str
    events: int
    root: str
    compared: tuple[int, ...]
    missing: int


def restore(
    backup: Path,
    settings: Settings,
    boards: Sequence[Checkpoint] = (),
    accepted: int = 0,
    *,
    whole: bool = True,
) -> list[Restored]:
    """Put a backup where the settings point; nothing there is changed unless all is proven.

    `boards`: published checkpoints that it must not be behind of; `accepted`: how many published
    entries may be missing. `whole`: all rules are checked first; otherwise root, signatures
    after the board, balances and sums are, and the caller owes `check_in_place`.
    Raises the refusals of this package.
    """
    if not settings.on_sqlite:
        raise NotOnSqlite
    target = target_of(backup, settings)
    if taken := target.taken():
        raise AlreadyThere(path=str(taken[0]))
    with staged(backup, target) as here:
        done = [_proven(here, code, boards, accepted, whole) for code in sorted(here.counties)]
        _move(here, target)
    return done


def check_in_place(settings: Settings, code: str) -> list[Finding]:
    """All rules, while the restored county is served already."""
    with county_at(dsn_for(settings.database_url, code), code) as county:
        return check(county)


def target_of(backup: Path, settings: Settings) -> Places:
    """Where a backup would go; raises `NothingThere`, `Damaged`, `OtherLayout`."""
    counties = following.counties(backup)
    if counties is None:
        told = Manifest.read(backup).counties
        counties = {code: one.file for code, one in told.items()}
    if is_one_file(settings) != (ALL in counties.values()):
        raise OtherLayout
    return Places(settings, counties)


@contextmanager
def staged(backup: Path, target: Places) -> Iterator[Places]:
    """A copy beside the target, in the shape of this version; it goes when the block ends."""
    parent = target.file(target.names[-1]).parent
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="restoring-", dir=parent) as folder:
        here = target.at(Path(folder))
        if following.counties(backup) is None:
            Manifest.read(backup).check_files(backup)
            for name in here.names:
                shutil.copyfile(backup / f"{name}.db", here.file(name))
        else:
            for name in here.names:
                following.fetch(backup, name, here.file(name))
        for name in (LOG, *ONCE):
            if (backup / name).is_dir():
                shutil.copytree(backup / name, Path(folder) / name)
        yield here


def _proven(
    here: Places, code: str, boards: Sequence[Checkpoint], accepted: int, whole: bool
) -> Restored:
    """Before anything else reads it: is it the history that was published?"""
    outside = [board for board in boards if county_of(board) == code]
    mine, counted = outside + published(here.logs[code]), Counted()
    with county_at(here.dsn(code), code) as county:
        also = (lambda _: None) if whole else counted.add
        tree = tree_of(county, {board.size for board in mine}, also)
        missing = compare(code, tree, mine, accepted)
    migrate_shared(here.settings)
    migrate_county(here.settings, code)
    with county_at(here.dsn(code), code) as county:
        check_file(county)
        if whole:
            check_found(county, check(county))
        else:
            proven = (board.size for board in outside if board.size <= tree.size)
            served = check_served(county, counted, max(proven, default=0))
            check_found(county, list(served))
    sizes = tuple(board.size for board in mine if board.size <= tree.size)
    return Restored(code, tree.size, b64encode(tree.root).decode(), sizes, missing)


def _move(here: Places, target: Places) -> None:
    """Renamed on the same disk; the shared file last, without which nothing opens."""
    for name in here.names:
        if (wal := here.file(name).with_name(f"{name}.db-wal")).exists():
            raise Damaged(file=wal.name)
    for folder, place in (*_pairs(here.logs, target.logs), *_pairs(here.kept, target.kept)):
        if folder.is_dir():
            place.parent.mkdir(parents=True, exist_ok=True)
            if place.is_dir():
                place.rmdir()
            shutil.move(folder, place)
    for name in here.names:
        here.file(name).chmod(0o600)
        _fsync(here.file(name))
        here.file(name).rename(target.file(name))
    _fsync(target.file(target.names[-1]).parent)


def _pairs(here: Mapping[str, Path], there: Mapping[str, Path]) -> list[tuple[Path, Path]]:
    return [(folder, there[name]) for name, folder in here.items()]


def _fsync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
