"""Events stored by earlier versions are read by this one, and come to the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from points.aggregate import LedgerAggregate
from points.store.mapper import HistoryMapper
from points.store.recorded import Stamp, Stored
from points.store.topics import Topics, UnknownTopic
from tests.contracts.golden.telling import plain_state
from tests.contracts.test_events import EVENTS

GOLDEN = Path(__file__).parent / "golden"
FILES = sorted(path.name for path in GOLDEN.glob("*.json"))
MAPPER = HistoryMapper(Topics(LedgerAggregate))


def golden(name: str) -> dict[str, Any]:
    return json.loads((GOLDEN / name).read_text("utf-8"))


def stored(row: dict[str, Any]) -> Stored:
    stamp = Stamp(**row["stamp"] | {"salt": bytes.fromhex(row["stamp"]["salt"])})
    return Stored(UUID(row["stream"]), row["version"], row["topic"], row["state"].encode(), stamp)


@pytest.mark.row("O4")
@pytest.mark.parametrize("name", FILES)
def test_old_streams_come_to_what_they_came_to(name: str) -> None:
    kept = golden(name)
    streams: dict[str, Any] = {}
    for row in kept["events"]:
        streams[row["stream"]] = MAPPER.to_domain_event(stored(row)).mutate(
            streams.get(row["stream"])
        )

    assert {stream: plain_state(found) for stream, found in streams.items()} == kept["states"]


@pytest.mark.parametrize("name", FILES)
def test_an_old_event_reads_with_its_time_and_numbers(name: str) -> None:
    for row in golden(name)["events"]:
        event: Any = MAPPER.to_domain_event(stored(row))

        assert event.timestamp.tzinfo is not None
        assert event.originator_version == row["version"]
        assert row["topic"] == event.TOPIC


def test_every_kind_of_event_is_kept_in_a_golden_file() -> None:
    kept = {row["topic"] for name in FILES for row in golden(name)["events"]}

    assert kept == set(EVENTS)


def test_a_topic_that_nobody_registered_is_not_imported() -> None:
    row = golden(FILES[0])["events"][0] | {"topic": "os:system"}

    with pytest.raises(UnknownTopic):
        MAPPER.to_domain_event(stored(row))
