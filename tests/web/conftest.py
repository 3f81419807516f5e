"""A settled house on a real SQLite file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.house import Place, make_tables, settings_for


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """One village with shop, households and prices; the clock stands at nine in the morning."""
    settings = settings_for(f"sqlite:///{tmp_path / 'jiamei.db'}")
    make_tables(settings)
    made = Place(settings)
    made.settle()
    yield made
    made.close()
