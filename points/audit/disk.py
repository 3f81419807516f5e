"""Writing files so that a crash between any two steps leaves old or new, never half."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


class Disk:
    """Four steps. Each may be the last: what was written is sure only once `sync` came back."""

    def write(self, path: Path, content: bytes) -> None:
        """The whole file under its name, or what was there before."""
        _make(path.parent)
        draft = path.with_name(f".{path.name}.new")
        draft.write_bytes(content)
        self.rename(draft, path)

    def rename(self, draft: Path, path: Path) -> None:
        draft.replace(path)

    def sync(self, paths: Iterable[Path]) -> None:
        """What was written under these names survives the loss of power from now on."""
        files = list(paths)
        for path in [*files, *{file.parent for file in files}]:
            _fsync(path)

    def write_safely(self, path: Path, content: bytes) -> None:
        """Written and sure: the content first, its name after it."""
        _make(path.parent)
        draft = path.with_name(f".{path.name}.new")
        draft.write_bytes(content)
        _fsync(draft)
        self.rename(draft, path)
        self.sync([path])

    def remove(self, path: Path) -> None:
        path.unlink(missing_ok=True)


def _make(folder: Path) -> None:
    """A folder, its name sure in the one above it."""
    if not folder.exists():
        _make(folder.parent)
        folder.mkdir(exist_ok=True)
        _fsync(folder.parent)


def _fsync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
