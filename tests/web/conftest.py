"""A settled house on a real SQLite file."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import pytest
import structlog

from tests.support.house import Place, make_tables, settings_for

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a settled house, made once and copied for each test."""
    file = tmp_path_factory.mktemp("settled") / "jiamei.db"
    settings = settings_for(f"sqlite:///{file}")
    make_tables(settings)
    made = Place(settings)
    made.settle()
    made.close()
    return file


@pytest.fixture
def place(settled: Path, tmp_path: Path) -> Iterator[Place]:
    """One village with shop, households and prices; the clock stands at nine in the morning."""
    file = tmp_path / "jiamei.db"
    copyfile(settled, file)
    made = Place(settings_for(f"sqlite:///{file}"))
    yield made
    made.close()
