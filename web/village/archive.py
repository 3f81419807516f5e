"""Files that hung somewhere, kept under their own SHA-256 and never written again.

`sha256/ab/abcd….pdf` holds each file, `shown/NAME` one line: the digest of what was shown under
that name. Both can be checked with `sha256sum` alone.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from web.folders import archive_folder
from web.settings import Settings


@dataclass(frozen=True)
class Kept:
    sha256: str
    path: Path

    def content(self) -> bytes:
        return self.path.read_bytes()


def archive_of(settings: Settings, county: str) -> Archive:
    """Where a county keeps its files."""
    return Archive(archive_folder(settings, county))


class Archive:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def shown(self, name: str) -> Kept | None:
        """What was shown under this name, such as `ID/v1/a4.pdf`; None before the first time."""
        try:
            digest = (self.folder / "shown" / name).read_text("ascii").split()[0]
        except FileNotFoundError:
            return None
        return Kept(digest, self._place(digest, name))

    def keep(self, name: str, content: bytes) -> Kept:
        """The first file under a name stays, whoever comes later with another."""
        digest = sha256(content).hexdigest()
        self._write(self._place(digest, name), content)
        line = f"{digest}  {Path(name).name}\n".encode("ascii")
        self._write(self.folder / "shown" / name, line)
        kept = self.shown(name)
        assert kept is not None
        return kept

    def _place(self, digest: str, name: str) -> Path:
        return self.folder / "sha256" / digest[:2] / (digest + Path(name).suffix)

    @staticmethod
    def _write(path: Path, content: bytes) -> None:
        """Whole or not at all, and only where nothing is."""
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, half = tempfile.mkstemp(dir=path.parent, prefix=".")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(half).chmod(0o640)
            with suppress(FileExistsError):
                os.link(half, path)
        finally:
            Path(half).unlink()
