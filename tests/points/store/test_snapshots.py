"""Snapshots save time and change nothing."""

from __future__ import annotations

from eventsourcing.domain import Snapshot

from points.envelope import opened
from points.store.county import County
from tests.points.store.jars import Jar, Jars, letter
from tests.points.store.test_ids import together


def test_an_aggregate_is_the_same_from_its_snapshot(county: County) -> None:
    jars = Jars(county)
    with opened(letter("c1")):
        jar = Jar("ada")
        for beans in range(1, 5):
            jar.fill(beans)
        jars.save(jar)
    plain = vars(jars.repository.get(jar.id))

    jars.take_snapshot(jar.id, version=3)

    assert vars(jars.repository.get(jar.id)) == plain
    assert [each.originator_version for each in jars.snapshots.get(jar.id)] == [3]


def test_many_may_take_the_same_snapshot(county: County) -> None:
    jars = Jars(county)
    with opened(letter("c1")):
        jar = Jar("ada")
        jars.save(jar)
    snapshot = Snapshot.take(jar)

    together(lambda: jars.snapshots.put([snapshot]), 6)

    assert len(list(jars.snapshots.get(jar.id))) == 1
