"""Taking a copy while the service runs."""

from __future__ import annotations

import os
import shutil
import sqlite3
from base64 import b64encode, urlsafe_b64encode
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from points.clock import instant
from web.audit import key_file
from web.backup.manifest import History, Manifest, copied, files_in
from web.backup.places import LOG, Places, places_of
from web.backup.proving import county_at, tree_of
from web.backup.refusals import AlreadyThere, KeysBeside
from web.keys import kept_key
from web.settings import VERSION, Settings

CHECKPOINT = "checkpoint"


def take(settings: Settings, folder: Path, now: datetime) -> Manifest:
    """A backup in an empty folder; raises `AlreadyThere`, `NotOnSqlite`, `NothingThere`.

    Logs come first: so the history that is copied after them holds all that they show. Files that
    are written once come last: so there is each that the history names.
    """
    places = places_of(settings)
    if folder.exists() and any(folder.iterdir()):
        raise AlreadyThere(path=str(folder))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    copy_logs(places, folder)
    for name in places.names:
        copy_database(places.file(name), folder / f"{name}.db")
    copy_kept(places, folder)
    manifest = _told(places, folder, now)
    manifest.write(folder)
    _to_disk(folder)
    return manifest


def copy_database(source: Path, target: Path) -> None:
    """One moment's picture of a database that others write to meanwhile."""
    here = sqlite3.connect(f"file:{quote(str(source))}?mode=ro", uri=True)
    with closing(here), closing(sqlite3.connect(target)) as there:
        here.backup(there)
    target.chmod(0o600)


def copy_logs(places: Places, folder: Path) -> None:
    for code, log in places.logs.items():
        _copy_log(log, folder / LOG / code)


def _copy_log(source: Path, target: Path) -> None:
    """What of a published log is not there yet: tiles never change, and what a checkpoint speaks
    of was written before it, so it is read first and written last."""
    if not (source / CHECKPOINT).is_file():
        return
    shown = (source / CHECKPOINT).read_bytes()
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.rglob("*")):
        copy = target / path.relative_to(source)
        if path.is_file() and path.name not in {CHECKPOINT, "policy"} and not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileNotFoundError):  # a draft that was renamed, a tile that was filled
                shutil.copyfile(path, copy)
    if (source / "policy").is_file():
        _replace(target / "policy", (source / "policy").read_bytes())
    _replace(target / CHECKPOINT, shown)


def copy_kept(places: Places, folder: Path) -> None:
    """What is not there yet; a draft has a dot before its name."""
    for name, source in places.kept.items():
        for path in sorted(source.rglob("*")):
            copy = folder / name / path.relative_to(source)
            if path.is_file() and not path.name.startswith(".") and not copy.exists():
                copy.parent.mkdir(parents=True, exist_ok=True)
                draft = copy.with_name(f".{copy.name}")
                shutil.copyfile(path, draft)
                draft.rename(copy)


def _replace(path: Path, content: bytes) -> None:
    draft = path.with_name(f"{path.name}.new")
    draft.write_bytes(content)
    draft.rename(path)


def copy_keys(settings: Settings, folder: Path, backup: Path) -> list[str]:
    """The keys, into a folder of their own; raises `KeysBeside` when it is the backup's."""
    if folder.resolve().is_relative_to(backup.resolve()):
        raise KeysBeside(path=str(folder))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    vault = settings.vault_key or kept_key(settings.shared_dsn)
    kept = {"vault.key": urlsafe_b64encode(vault) + b"\n"}
    if settings.process_key:
        kept["process.key"] = urlsafe_b64encode(settings.process_key) + b"\n"
    for code in places_of(settings).counties:
        if key_file(settings, code).is_file():
            kept[f"log-{code}.key"] = key_file(settings, code).read_bytes()
    for name, content in kept.items():
        handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    return sorted(kept)


def _told(places: Places, folder: Path, now: datetime) -> Manifest:
    counties = {}
    for code, name in places.counties.items():
        with county_at(places.at(folder).dsn(code), code) as county:
            tree = tree_of(county)
        counties[code] = History(name, tree.size, b64encode(tree.root).decode())
    files = {name: copied(folder / name) for name in files_in(folder)}
    return Manifest(instant(now), VERSION, files, counties)


def _to_disk(folder: Path) -> None:
    """A backup that the machine's end would take along is none."""
    for path in (*folder.rglob("*"), folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
