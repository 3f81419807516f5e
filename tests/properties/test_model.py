"""Random lives of a county, step by step beside the model: every sum agrees, and stays."""

from __future__ import annotations

import pytest

from tests.properties.machine import County, run


def test_the_ledger_does_what_the_model_says() -> None:
    """25 lives of 30 steps; at night 500 of 50."""
    run(County, lives=25, steps=30)


@pytest.mark.nightly
def test_the_ledger_does_what_the_model_says_for_long() -> None:
    run(County, lives=500, steps=50)
