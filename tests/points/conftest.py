"""A town on SQLite for the tests of the ledger's rules."""

from __future__ import annotations

import pytest

from points.views import views
from tests.conftest import COUNTY, CountyMaker
from tests.support.town import Town


@pytest.fixture
def town(sqlite_county: CountyMaker) -> Town:
    """Books, and nobody yet."""
    made = Town(sqlite_county(COUNTY, views))
    made.books()
    return made
