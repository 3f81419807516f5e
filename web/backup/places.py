"""What an installation on SQLite is: databases, published logs, files written once, and keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import make_url

from points.store.county import dsn_for
from points.store.engine import open_engine
from web.access.regions import Regions
from web.access.shared import Shared
from web.audit import folder_of
from web.backup.refusals import NothingThere, NotOnSqlite
from web.folders import archive_folder, evidence_folder
from web.settings import Settings

ALL, SHARED = "jiamei", "shared"
"""Names in a backup: the one file that holds everything, or the one that counties share."""

LOG = "log"
"""Where a backup keeps the published logs, each under its county's code."""

ONCE = {"archive": archive_folder, "evidence": evidence_folder}
"""Folders of files that are written once, by their name in a backup; each county has its own."""

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
    def logs(self) -> dict[str, Path]:
        """The folder with the published log of each county."""
        return {code: folder_of(self.settings, code) for code in self.counties}

    @property
    def kept(self) -> dict[str, Path]:
        """Where files are that are written once, by where a backup has them."""
        return {
            f"{name}/{code}": folder(self.settings, code)
            for name, folder in ONCE.items()
            for code in self.counties
        }

    def at(self, folder: Path) -> Places:
        """The same files in another folder, under the names of a backup."""
        name = ALL if ALL in self.counties.values() else "{county}"
        url = f"sqlite:///{folder}/{name}.db"
        settings = replace(
            self.settings,
            database_url=url,
            log_dir=f"{folder}/{LOG}/{{county}}",
            archive_dir=f"{folder}/archive/{{county}}",
            evidence_dir=f"{folder}/evidence/{{county}}",
        )
        return Places(settings, self.counties)

    def dsn(self, code: str) -> str:
        return dsn_for(self.settings.database_url, code)

    def taken(self) -> list[Path]:
        """What is there already."""
        files = [
            file.with_name(file.name + side)
            for file in map(self.file, self.names)
            for side in SIDES
        ]
        folders = (*self.logs.values(), *self.kept.values())
        full = [folder for folder in folders if folder.is_dir() and any(folder.iterdir())]
        return [path for path in files if path.exists()] + full


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
