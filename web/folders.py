"""Where files are kept that are written once: beside the SQLite file, else under `var`."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import make_url

from points.store.county import dsn_for
from web.settings import Settings


def archive_folder(settings: Settings, county: str) -> Path:
    """Sheets that hung somewhere (`web/village/archive.py`)."""
    return _folder(settings, settings.archive_dir, "archive", county)


def evidence_folder(settings: Settings, county: str) -> Path:
    """Photos that prove awards (`web/evidence.py`)."""
    return _folder(settings, settings.evidence_dir, "evidence", county)


def _folder(settings: Settings, told: str | None, name: str, county: str) -> Path:
    if told:
        return Path(dsn_for(told, county))
    file = make_url(settings.database_url).database if settings.on_sqlite else None
    return (Path(file).parent if file else Path("var")) / name / county
