"""Every save is signed, and a row that came by SQL shows no signature (P4)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import orjson
import pytest
from sqlalchemy import insert, select, update

from points.checks import check
from points.clock import business_day
from points.ledger import Proposal
from points.ledger.keys import KeyMalformed, ReasonUnknown
from points.signing_key import (
    KeyInUse,
    KeyKnown,
    KeyNotAdmitted,
    KeyRevoked,
    SigningKey,
    UnknownKey,
)
from points.store.reading import in_order
from points.store.signing import ED25519, ES256, SaveKey, is_key, is_signed, key_id, save_text
from points.store.tables import events, log_head
from tests.support.house import COUNTY, ZHAO, Place, make_tables, settings_for

OTHER = SaveKey(b"o" * 32)


@pytest.fixture
def place(tmp_path: Any) -> Iterator[Place]:
    settings = settings_for(f"sqlite:///{tmp_path}/signed.db")
    make_tables(settings)
    made = Place(settings)
    made.settle()
    made.earn(ZHAO, 40)
    yield made
    made.close()


def stored(place: Place) -> list[Any]:
    with place.house.county.read() as sql:
        return [event for batch in in_order(sql) for event in batch]


def saves(place: Place) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for event in stored(place):
        found.setdefault(event.stamp.command_id, []).append(event)
    return found


def signed_findings(place: Place) -> list[str]:
    found = check(place.house.county, told_max=5_000)
    return [f"{each}" for each in found if each.check == "authorship"]


def test_the_first_event_is_the_key_and_every_save_is_signed_by_it(place: Place) -> None:
    signer = place.house.ledger.signer
    assert stored(place)[0].topic == "signing_key.registered"
    assert signer is not None
    for events_of in saves(place).values():
        first, *others = (event.stamp for event in events_of)
        text = save_text(COUNTY, events_of)
        assert first.key_id == signer.id
        assert is_signed(ED25519, signer.public, text, first.signature)
        assert {(each.key_id, each.signature) for each in others} <= {(None, None)}
    assert check(place.house.county) == []


def rows(place: Place) -> list[dict[str, Any]]:
    with place.house.county.read() as sql:
        return [dict(row) for row in sql.execute(select(events).order_by(events.c.id)).mappings()]


def forge(place: Place, count: int) -> None:
    """Rows as a database administrator would write them: copies of credits, as well made as can
    be, with their own salt and command, every second one with the signature of the genuine row."""
    genuine = [row for row in rows(place) if row["topic"] == "account.credited"]
    last = rows(place)[-1]["id"]
    versions = {row["originator_id"]: row["originator_version"] for row in rows(place)}
    signature = next(row for row in rows(place) if row["signature"])
    forged = []
    for number in range(count):
        row = dict(genuine[number % len(genuine)])
        versions[row["originator_id"]] += 1
        row |= {
            "id": last + 1 + number,
            "originator_version": versions[row["originator_id"]],
            "command_id": uuid4().hex,
            "command_seq": 0,
            "salt": uuid4().bytes,
        }
        if number % 2:
            row |= {"key_id": signature["key_id"], "signature": signature["signature"]}
        forged.append(row)
    with place.house.county.write() as sql:
        sql.execute(insert(events), forged)
        sql.execute(update(log_head).values(last_id=last + count))


@pytest.mark.row("P4")
@pytest.mark.parametrize("count", [50, pytest.param(1_000, marks=pytest.mark.nightly)])
def test_no_row_that_came_by_sql_passes(place: Place, count: int) -> None:
    forge(place, count)

    assert len(signed_findings(place)) == count


def forge_a_key_and_use_it(place: Place, count: int) -> None:
    """An unsigned row that registers the forger's key, then credits that this key signs well."""
    first, last = rows(place)[0], rows(place)[-1]["id"]
    state = orjson.loads(first["state"]) | {
        "key_id": OTHER.id,
        "public_key": b64encode(OTHER.public).decode(),
    }
    fresh = {"key_id": None, "signature": None, "command_seq": 0}
    forged = [
        first
        | fresh
        | {"id": last + 1, "originator_id": SigningKey.id_of(OTHER.id), "command_id": uuid4().hex}
        | {"salt": uuid4().bytes, "state": orjson.dumps(state)}
    ]
    versions = {event.originator_id: event.originator_version for event in stored(place)}
    genuine = [event for event in stored(place) if event.topic == "account.credited"]
    for number in range(count):
        event = genuine[number % len(genuine)]
        versions[event.originator_id] += 1
        stamp = event.stamp._replace(command_id=uuid4().hex, salt=uuid4().bytes, **fresh)
        copy = replace(event, originator_version=versions[event.originator_id], stamp=stamp)
        signature = OTHER.sign(save_text(COUNTY, [copy]))
        forged.append(
            {"id": last + 2 + number, "originator_id": copy.originator_id}
            | {"originator_version": copy.originator_version, "topic": copy.topic}
            | {"state": copy.state, **stamp._asdict()}
            | {"key_id": OTHER.id, "signature": signature}
        )
    with place.house.county.write() as sql:
        sql.execute(insert(events), forged)
        sql.execute(update(log_head).values(last_id=last + 1 + count))


@pytest.mark.parametrize("count", [50, pytest.param(999, marks=pytest.mark.nightly)])
def test_a_key_that_came_by_sql_signs_nothing(place: Place, count: int) -> None:
    forge_a_key_and_use_it(place, count)

    assert len(signed_findings(place)) == count + 1


def test_a_key_that_sql_revoked_still_signs(place: Place) -> None:
    signer = place.house.ledger.signer
    assert signer is not None
    first, last = rows(place)[0], rows(place)[-1]["id"]
    revoked = first | {"id": last + 1, "originator_version": 2, "topic": "signing_key.revoked"}
    revoked |= {"state": orjson.dumps({"why": "lost"}), "command_id": uuid4().hex}
    revoked |= {"salt": uuid4().bytes, "key_id": None, "signature": None}
    with place.house.county.write() as sql:
        sql.execute(insert(events), [revoked])
        sql.execute(update(log_head).values(last_id=last + 1))
    place.earn(ZHAO, 20)

    assert len(signed_findings(place)) == 1


def test_a_row_added_to_a_genuine_save_spoils_it(place: Place) -> None:
    row = dict(next(row for row in reversed(rows(place)) if row["topic"] == "account.credited"))
    row["originator_version"] += 1
    last = rows(place)[-1]
    row |= {"id": last["id"] + 1, "command_id": last["command_id"], "salt": uuid4().bytes}
    row |= {"command_seq": last["command_seq"] + 1, "key_id": None, "signature": None}
    with place.house.county.write() as sql:
        sql.execute(insert(events), [row])

    assert any("of something else" in finding for finding in signed_findings(place))


def sign_anyway(place: Place, key: SaveKey) -> None:
    """As a program would that does not ask whether its key may sign."""
    place.house.ledger.signer, place.house.ledger._admitted = key, key.id


def test_a_process_with_a_key_that_nobody_admitted_enters_nothing(place: Place) -> None:
    """Also where `init` is run again with another key: the history stays what can be verified."""
    before, ledger = len(stored(place)), place.house.ledger
    first = ledger.signer
    assert first is not None
    ledger.signer = OTHER
    with pytest.raises(KeyNotAdmitted):
        place.earn(ZHAO, 20)
    with place.by(), pytest.raises(KeyNotAdmitted):
        ledger.register_own_key()
    assert len(stored(place)) == before

    ledger.signer = first
    with place.by():
        ledger.admit_process_key(b64encode(OTHER.public).decode(), name="second")
    with place.by(), pytest.raises(KeyInUse):
        ledger.revoke_key(first.id, why="replaced")
    ledger.signer = OTHER
    with place.by():
        ledger.revoke_key(first.id, why="replaced")
    ledger.signer = first
    with pytest.raises(KeyNotAdmitted):
        place.earn(ZHAO, 20)
    assert check(place.house.county) == []


def test_a_key_that_nobody_admitted_signs_nothing(place: Place) -> None:
    sign_anyway(place, OTHER)
    place.earn(ZHAO, 20)

    assert len(signed_findings(place)) == 5  # propose, sign, hang up, close, post
    assert all("may not sign here" in finding for finding in signed_findings(place))


def test_a_key_signs_from_its_admission_to_its_end(place: Place) -> None:
    ledger = place.house.ledger
    first = ledger.signer
    assert first is not None
    with place.by():
        ledger.admit_process_key(b64encode(OTHER.public).decode(), name="second")
    ledger.signer = OTHER
    place.earn(ZHAO, 20)
    with place.by():
        ledger.revoke_key(first.id, why="replaced")
    assert signed_findings(place) == []

    sign_anyway(place, first)
    place.earn(ZHAO, 20)
    assert len(signed_findings(place)) == 5  # propose, sign, hang up, close, post
    listed = place.house.read.keys.all()
    assert [key["revoked_why"] for key in listed] == ["replaced", ""]
    assert check(place.house.county)[0].check == "authorship"


def test_what_is_no_key_or_no_news_is_refused(place: Place) -> None:
    ledger = place.house.ledger
    known = ledger.signer
    assert known is not None
    for text in (
        "",
        "AAAA",
        b64encode(b"x" * 33).decode(),
        b64encode(known.public).decode() + "\n",
    ):
        with place.by(), pytest.raises(KeyMalformed):
            ledger.admit_process_key(text, name="x")
    for point in (b"\x04" + b"\x01" * 64, b"\x02" + b"x" * 32, b""):
        with place.by(), pytest.raises(KeyMalformed):
            ledger.register_device_key(b64encode(point).decode(), name="x")
    with place.by(), pytest.raises(KeyKnown):
        ledger.admit_process_key(b64encode(known.public).decode(), name="x")
    with place.by(), pytest.raises(UnknownKey):
        ledger.revoke_key("0" * 32, why="lost")
    with place.by(), pytest.raises(ReasonUnknown):
        ledger.revoke_key(known.id, why="because")
    with place.by():
        ledger.register_own_key()
    assert len(place.house.read.keys.all()) == 1


def test_a_revoked_key_is_not_revoked_again(place: Place) -> None:
    ledger = place.house.ledger
    with place.by():
        ledger.admit_process_key(b64encode(OTHER.public).decode(), name="second")
    with place.by():
        ledger.revoke_key(OTHER.id, why="lost")
    with place.by(), pytest.raises(KeyRevoked):
        ledger.revoke_key(OTHER.id, why="lost")
    with place.by(), pytest.raises(KeyKnown):
        ledger.admit_process_key(b64encode(OTHER.public).decode(), name="again")


def test_signatures_of_another_shape_are_none() -> None:
    good = OTHER.sign(b"text")
    assert is_signed(ED25519, OTHER.public, b"text", good)
    for signature in (b"", good[:-1], good + b"\0", good[:-1] + bytes([good[-1] ^ 1])):
        assert not is_signed(ED25519, OTHER.public, b"text", signature)
    assert not is_signed("rsa", OTHER.public, b"text", good)
    assert not is_signed(ES256, OTHER.public, b"text", good)
    assert not is_key(ES256, OTHER.public)
    assert key_id(ED25519, OTHER.public) != key_id(ES256, OTHER.public)


def test_proposals_are_signed_in_one_save(place: Place) -> None:
    today = business_day(place.watch())
    with place.by() as ledger:
        ledger.propose(Proposal(ZHAO, "E01", today, 20))
    assert signed_findings(place) == []
