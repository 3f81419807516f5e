"""Stored events are written down in docs/events.md, completely and rightly."""

from __future__ import annotations

import re

import pytest
from eventsourcing.domain import Aggregate, CanMutateAggregate

from tests.contracts.house import modules, quoted, rows, subclasses

LIBRARY_FIELDS = {
    "originator_id",
    "originator_id_type",
    "originator_topic",
    "originator_version",
    "timestamp",
}


def stored_events() -> dict[str, type]:
    """Topic to class, for every event class of ours that can be stored."""
    list(modules("points"))
    found: dict[str, type] = {}
    for event in subclasses(CanMutateAggregate):
        if event.__module__.startswith(("points.", "volunteers.")) and "TOPIC" in vars(event):
            assert event.TOPIC not in found, f"two classes say {event.TOPIC}"
            found[event.TOPIC] = event
    return found


def fields(event: type) -> set[str]:
    annotated = [vars(cls).get("__annotations__", {}) for cls in event.__mro__]
    return set().union(*annotated) - LIBRARY_FIELDS - {"TOPIC"}


EVENTS = stored_events()
AGGREGATES = {cls.__name__: cls for cls in subclasses(Aggregate)}
DOCUMENTED = {quoted(cells[0])[0]: cells for cells in rows("docs/events.md")}


def test_every_stored_event_has_a_row_and_every_row_an_event() -> None:
    assert sorted(DOCUMENTED) == sorted(EVENTS)


@pytest.mark.parametrize("topic", sorted(EVENTS))
def test_the_row_names_class_and_fields_as_they_are(topic: str) -> None:
    event = EVENTS[topic]
    _, name, named_fields, when, since = DOCUMENTED[topic]

    aggregate, event_name = quoted(name)[0].split(".")
    assert getattr(AGGREGATES[aggregate], event_name).TOPIC == topic
    outside_brackets = re.sub(r"\([^)]*\)", "", named_fields)
    assert set(quoted(outside_brackets)) == fields(event)
    assert when
    assert re.fullmatch(r"\d+\.\d+", since)


@pytest.mark.parametrize("topic", sorted(EVENTS))
def test_a_stored_name_says_stream_and_what_happened(topic: str) -> None:
    """`stream.past_tense`; the stream is the aggregate's own topic."""
    stream, happened = topic.split(".")

    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", stream)
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", happened)
    assert re.search(r"(ed|lost|back|withdrawn|held|given)$", happened), "name what has happened"


def test_every_aggregate_has_a_stored_name() -> None:
    """Without it a moved class would make history unreadable."""
    nameless = [
        cls.__name__
        for cls in subclasses(Aggregate)
        if cls.__module__.startswith(("points.", "volunteers."))
        and cls.__subclasses__() == []
        and not getattr(cls, "TOPIC", None)
    ]
    assert nameless == []
