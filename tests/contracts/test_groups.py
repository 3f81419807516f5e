"""Tests that share something large run one after the other, on one worker of `make test`."""

from __future__ import annotations

import pytest


@pytest.mark.xdist_group("seen")
def test_groups_are_seen(request: pytest.FixtureRequest) -> None:
    """A mark that is not read is not missed by anybody: everything only takes longer."""
    if request.config.getoption("loadgroup", False):
        assert request.node.nodeid.endswith("@seen")
