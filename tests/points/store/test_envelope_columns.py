"""Who, when and why stand beside every event, and make a command happen once."""

from __future__ import annotations

from uuid import uuid4

import pytest
from eventsourcing.persistence import IntegrityError

from points.envelope import NoEnvelope, opened
from points.store.mapper import HistoryMapper
from points.store.recorded import Recorded
from points.store.topics import Topics
from tests.conftest import CountyMaker
from tests.points.store.jars import DAWN, Jar, Jars, bare, letter


@pytest.fixture
def folded() -> list[Recorded]:
    return []


@pytest.fixture
def jars(make_county: CountyMaker, folded: list[Recorded]) -> Jars:
    return Jars(make_county(), lambda _, recorded: folded.append(recorded))


def test_the_envelope_is_kept_beside_each_event(jars: Jars) -> None:
    with opened(letter("c1", request_id="r1", request_hash="ab", reason="typo")):
        jar = Jar("ada")
        jars.save(jar)

    (read,) = jars.recorder.select_events(jar.id)
    stamp = read.stamp
    assert stamp is not None
    assert stamp.instant == DAWN
    assert stamp._replace(salt=b"") == (
        *(b"", "2026-11-24T06:25:18.123456Z", "ada", "village", "999901100201"),
        *("999901100201-A001", "page", "c1", 0, "r1", "ab", "typo", None, None, None),
    )
    assert len(stamp.salt) == 16


def test_a_commands_events_are_numbered_over_the_whole_save(jars: Jars) -> None:
    with opened(letter("c1", request_hash="ab")):
        one, two = Jar("ada"), Jar("ada")
        one.fill(3)
        two.fill(4)
        jars.save(one, two)
    with opened(letter("c2")):
        three = Jar("ada")
        jars.save(three)

    found = jars.recorder.select_command("c1")
    assert [(each.id, each.stamp.command_seq) for each in found] == [(1, 0), (2, 1), (3, 2), (4, 3)]
    assert [each.originator_id for each in found] == [one.id, one.id, two.id, two.id]
    assert {each.stamp.request_hash for each in found} == {"ab"}
    assert jars.recorder.select_command("never") == []


def test_a_command_that_was_saved_is_not_saved_again(jars: Jars) -> None:
    for _ in range(2):
        with opened(letter("c1")):
            jar = Jar("ada")
            try:
                jars.save(jar)
            except IntegrityError:
                break
    else:
        pytest.fail("the same command was saved twice")
    assert jars.recorder.max_notification_id() == 1


def test_folds_get_what_a_replay_gets(jars: Jars, folded: list[Recorded]) -> None:
    with opened(letter("c1")):
        jar = Jar("ada")
        jar.fill(3)
        jars.save(jar)

    replayed = [
        Recorded(each.id, jars.mapper.to_domain_event(each), each.stamp)
        for each in jars.recorder.select_notifications(1, 10)
    ]
    assert replayed == folded
    assert [each.id for each in folded] == [1, 2]


def test_bare_events_have_no_stamp_and_reach_no_view(jars: Jars, folded: list[Recorded]) -> None:
    stream = uuid4()
    jars.recorder.insert_events([bare(stream)])

    assert [each.stamp for each in jars.recorder.select_events(stream)] == [None]
    assert folded == []


def test_hooks_run_in_the_same_transaction(jars: Jars) -> None:
    jar_id = uuid4()

    def fail(_: object) -> None:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        jars.recorder.insert_events([bare(jar_id)], also=[fail])
    assert jars.recorder.select_events(jar_id) == []


def test_a_misspelt_argument_of_a_save_is_refused(jars: Jars) -> None:
    with pytest.raises(TypeError, match="alos"):
        jars.recorder.insert_events([bare(uuid4())], alos=[])


def test_nothing_is_stored_outside_an_envelope() -> None:
    mapper = HistoryMapper(Topics(Jar.__base__))
    (event,) = Jar("ada").collect_events()
    with pytest.raises(NoEnvelope):
        mapper.to_stored_event(event)
