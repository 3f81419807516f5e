"""The record of an event: bytes that never change (P1)."""

from __future__ import annotations

import json
from base64 import b64decode
from hashlib import sha256
from uuid import UUID

import pytest

from points.store.recorded import Notified, Stamp
from points.store.records import LEAF, NoRecord, body, leaf, line

STAMP = Stamp(
    salt=bytes(range(16)),
    at="2026-03-15T01:01:00.000000Z",
    actor="ada",
    actor_role="village",
    actor_place="999901100201",
    actor_household=None,
    channel="page",
    command_id="c1",
    command_seq=0,
    request_id="r1",
    request_hash=None,
    reason="手误\t\n",
    key_id="k",
    signature=b"\x00\xff",
)
EVENT = Notified(UUID(int=7), 3, "award.signed", b'{"signer":"ada"}', 12, STAMP)
LINE = (
    b'12\t"k"\t"AP8="\t["00000000-0000-0000-0000-000000000007",3,"award.signed",'
    b'"000102030405060708090a0b0c0d0e0f","2026-03-15T01:01:00.000000Z","ada","village",'
    b'"999901100201",null,"page","c1",0,"r1",null,"\xe6\x89\x8b\xe8\xaf\xaf\\t\\n",null,'
    b'{"signer":"ada"}]'
)


def test_a_record_is_these_very_bytes() -> None:
    assert line(EVENT) == LINE


def test_its_body_is_json_and_its_tabs_and_line_ends_are_escaped() -> None:
    number, key, signature, rest = line(EVENT).split(b"\t")

    assert (int(number), json.loads(key), b64decode(json.loads(signature))) == (12, "k", b"\0\xff")
    assert rest == body(EVENT)
    assert len(json.loads(rest)) == 17
    assert json.loads(rest)[-1] == {"signer": "ada"}
    assert b"\n" not in line(EVENT)


def test_a_leaf_is_a_digest_and_no_content() -> None:
    assert leaf(LINE).startswith(LEAF)
    assert b64decode(leaf(LINE)[len(LEAF) : -1]) == sha256(LINE).digest()


@pytest.mark.parametrize("field", Stamp._fields)
def test_every_field_shows(field: str) -> None:
    other = {"salt": b"s" * 16, "command_seq": 1, "signature": b"s"}.get(field, "other")
    changed = Notified(
        *(EVENT.originator_id, 3, EVENT.topic, EVENT.state, 12),
        STAMP._replace(**{field: other}),
    )
    assert line(changed) != LINE
    assert (body(changed) == body(EVENT)) == (field in {"key_id", "signature"})


def test_a_row_with_nothing_in_it_has_a_record_too() -> None:
    empty = Stamp(*[None] * len(Stamp._fields))  # type: ignore[arg-type]
    stripped = Notified(UUID(int=7), 3, "award.signed", b"\x80\n", 12, empty)
    assert line(stripped).startswith(b"12\tnull\tnull\t[")


def test_a_bare_event_has_none() -> None:
    with pytest.raises(NoRecord):
        line(Notified(UUID(int=7), 1, "topic1", b"state", 1))
