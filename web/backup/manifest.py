"""What a backup says about itself: its files and, for each county, how far its history goes.

It finds damage, not malice: who can change a file can change its line here too. That the history
is the published one, only a checkpoint from outside can tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from hashlib import file_digest
from pathlib import Path

import orjson

from web.backup.refusals import Damaged, NothingThere

NAME = "manifest.json"


@dataclass(frozen=True)
class Copied:
    """`bytes`: how many."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class History:
    """`file`: the database's name here; `root`: of the tree over all its events, base64."""

    file: str
    last_id: int
    root: str


@dataclass(frozen=True)
class Manifest:
    """`made_at`: UTC; `software`: the version of this program; `counties`: by code."""

    made_at: str
    software: str
    files: Mapping[str, Copied]
    counties: Mapping[str, History]

    def write(self, folder: Path) -> None:
        """Last of all files: a backup without it is not finished."""
        draft = folder / f"{NAME}.new"
        draft.write_bytes(orjson.dumps(asdict(self), option=orjson.OPT_INDENT_2))
        draft.rename(folder / NAME)

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Raises `NothingThere`, `Damaged`."""
        try:
            told = orjson.loads((folder / NAME).read_bytes())
            return cls(
                told["made_at"],
                told["software"],
                {name: Copied(**file) for name, file in told["files"].items()},
                {code: History(**one) for code, one in told["counties"].items()},
            )
        except FileNotFoundError as error:
            raise NothingThere(path=str(folder / NAME)) from error
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
            raise Damaged(file=NAME) from error

    def check_files(self, folder: Path) -> None:
        """Every file is there as it was; raises `Damaged` with the first that is not."""
        for name, file in self.files.items():
            if not (folder / name).is_file() or copied(folder / name) != file:
                raise Damaged(file=name)


def copied(file: Path) -> Copied:
    with file.open("rb") as content:
        digest = file_digest(content, "sha256").hexdigest()
    return Copied(file.stat().st_size, digest)


def files_in(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != NAME:
            yield path.relative_to(folder).as_posix()
