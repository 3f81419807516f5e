"""Random lives of a county, step by step beside the model: every sum agrees, and stays."""

from __future__ import annotations

import pytest

from points.store.county import County as Place
from points.views import views
from tests.conftest import CountyMaker
from tests.properties.machine import County, run, settle
from tests.support.town import Town


def test_the_ledger_does_what_the_model_says() -> None:
    """25 lives of 30 steps; at night 500 of 50."""
    run(County, lives=25, steps=30)


@pytest.mark.nightly
def test_the_ledger_does_what_the_model_says_for_long() -> None:
    run(County, lives=500, steps=50)


@pytest.mark.nightly
@pytest.mark.postgres
def test_so_it_does_on_postgresql(postgres_county: CountyMaker) -> None:
    """50 lives of 40 steps, each in a county of its own."""
    codes = iter(range(999_001, 1_000_000))

    class OnPostgres(County):
        def move_in(self) -> Place:
            place = postgres_county(str(next(codes)), views)
            settle(Town(place))
            return place

        def move_out(self) -> None:
            """The fixture does that."""

    run(OnPostgres, lives=50, steps=40)
