"""What an installation on SQLite consists of: database files, published logs, keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import make_url

from points.store.county import dsn_for
from points.store.engine import open_engine
from web.access.regions import Regions
from web.access.shared import Shared
from web.backup.refusals import NothingThere, NotOnSqlite
from web.settings import Settings

ALL, SHARED = "jiamei", "shared"
"""Names in a backup: the one file that holds everything, or the one that counties share."""

SIDES = ("", "-wal", "-shm", "-journal")
"""What SQLite keeps beside a database file."""


@dataclass(frozen=True)
class Places:
    """`counties`: name of the database file by county code. Raises nothing: see `found`."""

    settings: Settings
    counties: Mapping[str, str]

    @property
    def names(self) -> list[str]:
        """The database files by the name that they have in a backup, those of counties first:
        who acts is written down before the deed, so what is copied later knows everybody."""
        shared = [] if ALL in self.counties.values() else [SHARED]
        return [*sorted(set(self.counties.values())), *shared]

    def file(self, name: str) -> Path:
        if name == ALL:
            return path_of(self.settings.shared_dsn)
        return path_of(self.settings.database_url.replace("{county}", name))

    @property
    def log(self) -> Path:
        """The folder with the published log of each county."""
        return self.file(self.names[-1]).parent / "log"

    def at(self, folder: Path) -> Places:
        """The same files in another folder, under the names of a backup."""
        name = ALL if ALL in self.counties.values() else "{county}"
        url = f"sqlite:///{folder}/{name}.db"
        return Places(replace(self.settings, database_url=url), self.counties)

    def dsn(self, code: str) -> str:
        return dsn_for(self.settings.database_url, code)

    def taken(self) -> list[Path]:
        """What is there already."""
        files = [
            file.with_name(file.name + side)
            for file in map(self.file, self.names)
            for side in SIDES
        ]
        return [path for path in files if path.exists()] + (
            [self.log] if self.log.is_dir() and any(self.log.iterdir()) else []
        )


def places_of(settings: Settings) -> Places:
    """What is there now; raises `NotOnSqlite`, `NothingThere`."""
    if not settings.on_sqlite:
        raise NotOnSqlite
    file = path_of(settings.shared_dsn)
    if not file.is_file():
        raise NothingThere(path=str(file))
    engine = open_engine(settings.shared_dsn)
    codes = [region.code for region in Regions(Shared(engine)).counties()]
    engine.dispose()
    if is_one_file(settings):
        return Places(settings, {settings.county or codes[0]: ALL})
    there = Places(settings, {code: code for code in codes})
    return Places(settings, {code: code for code in codes if there.file(code).is_file()})


def is_one_file(settings: Settings) -> bool:
    return "{county}" not in settings.database_url


def path_of(url: str) -> Path:
    return Path(make_url(url).database or "")
