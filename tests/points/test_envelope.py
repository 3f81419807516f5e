"""What is dated: a request that goes on for long does not date its last commands as its first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from points import envelope
from points.envelope import Actor, Envelope, current, next_command, opened

pytestmark = pytest.mark.row("P2")

BEGAN = datetime(2026, 3, 1, 9, tzinfo=UTC)


def test_commands_of_a_long_import_are_dated_when_they_are_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A checkpoint that was cosigned meanwhile would give them a wrong date (V10)."""
    now = 1000.0
    monkeypatch.setattr(envelope, "monotonic", lambda: now)
    dated = []
    with opened(Envelope(Actor("a", "county"), BEGAN, "cli", "c1")):
        for seconds in (0, 59, 301, 4000):
            now = 1000.0 + seconds
            with next_command() as command:
                dated.append((command.command_id, command.at - BEGAN))
        assert current().at == BEGAN
    assert dated == [
        ("c1", timedelta()),
        ("c1/2", timedelta()),
        ("c1/3", timedelta(seconds=301)),
        ("c1/4", timedelta(seconds=4000)),
    ]
