"""P2: a receipt's code forgives how it is typed, and its promise forgives nothing."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from points.audit.receipts import ALPHABET, EVENT_MAX, Code, Promise, believed
from points.audit.strict import Unproven
from points.store.signing import SaveKey

KEY, OTHER = SaveKey(bytes(32)), SaveKey(bytes([1]) * 32)
PROCESSES = {KEY.id: KEY.public}
PROMISE = Promise(
    origin="points.example/jiamei/999901",
    event_id=2050,
    digest=bytes(range(32)),
    receipt_no="S01-20261124-0001",
    points=12,
    at="2026-11-24T01:00:00.000000Z",
)
CODES = st.builds(Code, st.integers(1, EVENT_MAX), st.binary(min_size=5, max_size=5))


def test_the_code_on_paper() -> None:
    assert re.fullmatch(rf"([{ALPHABET}]{{4}}-){{3}}[{ALPHABET}]{{4}}", str(PROMISE.code))
    assert Code.read(str(PROMISE.code)) == Code(2050, bytes(range(5)))


@given(CODES)
def test_every_code_is_read_as_it_is_written(code: Code) -> None:
    assert Code.read(str(code)) == Code.read(code.plain) == code


@given(CODES, st.data())
def test_whatever_people_make_of_it_while_typing(code: Code, data: st.DataObject) -> None:
    said = []
    for sign in code.plain:
        alike = {"0": "0Oo０", "1": "1IilL"}.get(sign, sign + sign.lower())
        said.append(data.draw(st.sampled_from(alike)))
        said.append(data.draw(st.sampled_from(["", " ", "-", "　", "—", "·", "\u200b", "\n"])))

    assert Code.read("".join(said)) == code


@pytest.mark.parametrize("typed", ["", "0000", "0" * 15, "0" * 17, "U" + "0" * 15, "汉" * 16])
def test_what_is_no_code(typed: str) -> None:
    with pytest.raises(Unproven):
        Code.read(typed)


@given(CODES, st.integers(0, 15), st.integers(1, 31))
def test_every_sign_counts(code: Code, at: int, by: int) -> None:
    signs = list(code.plain)
    signs[at] = ALPHABET[(ALPHABET.index(signs[at]) + by) % 32]

    assert Code.read("".join(signs)) != code


def test_a_promise_is_believed_from_its_key_only() -> None:
    note = PROMISE.signed(KEY)

    assert believed(note, PROCESSES) == PROMISE
    assert believed(note, {OTHER.id: OTHER.public} | PROCESSES) == PROMISE
    for keys in ({}, {OTHER.id: OTHER.public}):
        with pytest.raises(Unproven):
            believed(note, keys)


def test_no_turned_bit_of_a_promise_is_believed() -> None:
    """Every bit of the whole note, its signature line included."""
    raw = PROMISE.signed(KEY).encode()
    taken = []
    for at in range(len(raw) * 8):
        turned = bytearray(raw)
        turned[at // 8] ^= 1 << at % 8
        try:
            believed(turned.decode(), PROCESSES)
        except (Unproven, UnicodeDecodeError):
            continue
        taken.append(at)

    assert len(raw) * 8 > 2000
    assert taken == []


@pytest.mark.parametrize(
    "wrong",
    [
        replace(PROMISE, event_id=0),
        replace(PROMISE, event_id=EVENT_MAX + 1),
        replace(PROMISE, points=0),
        replace(PROMISE, points=-3),
        replace(PROMISE, digest=bytes(31)),
        replace(PROMISE, origin=""),
        replace(PROMISE, receipt_no=""),
        replace(PROMISE, receipt_no="S01\n5"),
        replace(PROMISE, at="2026-11-24"),
        replace(PROMISE, at="2026-11-24T01:00:00.000000+08:00"),
    ],
)
def test_what_is_not_written_as_it_must_be_is_no_promise(wrong: Promise) -> None:
    with pytest.raises(Unproven):
        Promise.parse(str(wrong))
