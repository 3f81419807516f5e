"""Slips of paper beside the demo's SQLite database: its sign-ins, and what was planted in it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import make_url

from web.settings import Settings

SIGN_INS, PLANTED = ".sign-ins.txt", ".planted.jsonl"


def keep(settings: Settings, suffix: str, lines: Sequence[str]) -> Path | None:
    """Write it for the owner's eyes (mode 0600); None where there is no file to lie beside."""
    database = make_url(settings.database_url).database
    if not settings.on_sqlite or not database:
        return None
    path = Path(database).with_suffix(suffix)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("\n".join(lines) + "\n")
    return path
