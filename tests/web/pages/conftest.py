"""A village office of three hundred households, and its people at their browsers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import pytest

from tests.support.house import Place, make_tables, settings_for
from tests.support.office import Office
from tests.web.pages.desk import Desk


@pytest.fixture(scope="session")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of an office after a usual month, made once."""
    file = tmp_path_factory.mktemp("month") / "jiamei.db"
    settings = settings_for(f"sqlite:///{file}")
    make_tables(settings)
    place = Place(settings)
    office = Office(place)
    office.settle()
    office.month()
    place.close()
    return file


@pytest.fixture
def office(month: Path, tmp_path: Path) -> Iterator[Office]:
    """The office after that month; what a test does to it stays in the test."""
    file = tmp_path / "jiamei.db"
    copyfile(month, file)
    place = Place(settings_for(f"sqlite:///{file}"))
    yield Office(place)
    place.close()


@pytest.fixture(scope="module")
def quiet(month: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The same for tests that only look."""
    file = tmp_path_factory.mktemp("quiet") / "jiamei.db"
    copyfile(month, file)
    place = Place(settings_for(f"sqlite:///{file}"))
    yield Office(place)
    place.close()


@pytest.fixture
def wang(office: Office) -> Desk:
    return Desk(office, "wang")


@pytest.fixture
def li(office: Office) -> Desk:
    return Desk(office, "li")


@pytest.fixture
def zhou(office: Office) -> Desk:
    """Lives in A001."""
    return Desk(office, "zhou")


@pytest.fixture
def zhao(office: Office) -> Desk:
    """Of the township."""
    return Desk(office, "zhao")


@pytest.fixture
def jian(office: Office) -> Desk:
    """Supervises, and changes nothing."""
    return Desk(office, "jian")


@pytest.fixture
def guan(office: Office) -> Desk:
    """The administrator."""
    return Desk(office, "guan")
