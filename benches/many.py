"""A large history out of a small one: the demo county again and again, each time other people.

What a copy says is renamed throughout (households, shops, random ids, ids made from names) and
every save is signed anew, so that the whole is as lawful as the county it was made of. Books and
keys are there once. Rows go in by SQL; the views are made from them afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, count, groupby
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import insert, update

from points.aggregate import stable_id
from points.notice import PUBLIC
from points.store.county import County
from points.store.prepared import run
from points.store.reading import in_order
from points.store.recorded import Notified, Stamp
from points.store.signing import SaveKey, save_text
from points.store.tables import events, log_head

Save = list[Notified]

ONCE = {"rulebook", "pricelist", "calendar", "signing_key", "signoff", "evaluation", "slip"}
"""What all copies refer to, or what stands for a person's or a village's whole month or quarter:
only in the first."""

NAMED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "account.opened": (("account", "household"), ("base", "household")),
    "shop.opened": (("shop", "code"),),
    "shop_day.opened": (("shop_day", "shop", "day"),),
    "stock.opened": (("stock", "shop", "sku"),),
    "undo.opened": (("undo", "kind", "entry"),),
    "kinship.opened": (("kinship", "person"),),
    "notice.opened": (("notice", "village", "month", "kind", "number"),),
    "showcase.granted": (("showcase", "case"),),
    "consent.opened": (("consent", "household", "rule"),),
    "sitting.held": (("sitting", "village", "body", "number", "year"),),
}
"""Ids that are made from fields of a first event: the kind of thing, and the fields."""

NOTICES_MAX = 100
"""More than a village hangs up in a month: notices of a copy are numbered after those before."""

AT_ONCE = 20_000
"""Rows that are put in together."""

_UUID = rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_NAMES = re.compile(
    rb"(?P<uuid>\b%b\b)"
    rb"|(?P<name>\b\d{12}-[A-Z]\d{3,}\b|\bS\d{6}\b)|(?P<hash>\b[0-9a-f]{64}\b)" % _UUID
)

_NUMBER = re.compile(rb'(?<="number":)\d+')
_MINUTES = re.compile(rb'(?<="number":")')

_INSERT = insert(events)


class Growing:
    """An empty county with its tables that grows by copies of `seed`, the first as it is."""

    def __init__(self, county: County, key: SaveKey, seed: Iterable[Notified]) -> None:
        self.size = 0
        self._county = county
        self._saves = _signed(county.code, key, list(seed))

    def grow(self, size: int) -> None:
        """Add saves until there are `size` events or a few more."""
        with self._county.write() as sql:
            rows: list[dict[str, Any]] = []
            while self.size < size:
                for event in next(self._saves):
                    self.size += 1
                    rows.append(_row(self.size, event))
                if len(rows) >= AT_ONCE or self.size >= size:
                    run(sql, _INSERT, rows)
                    rows = []
            sql.execute(update(log_head).values(last_id=self.size))


def history(county: County) -> list[Notified]:
    """All events of a small county."""
    with county.moment() as sql:
        return list(chain.from_iterable(in_order(sql)))


def _signed(county: str, key: SaveKey, seed: list[Notified]) -> Iterator[Save]:
    for copy in count():
        for _, save in groupby(_copied(seed, copy), key=lambda event: _stamp(event).command_id):
            yield _by(county, key, list(save))


def _by(county: str, key: SaveKey, save: Save) -> Save:
    """The save with the bench's own signature."""
    bare = [
        replace(each, stamp=_stamp(each)._replace(command_seq=seq, key_id=None, signature=None))
        for seq, each in enumerate(save)
    ]
    stamp = _stamp(bare[0])._replace(key_id=key.id, signature=key.sign(save_text(county, bare)))
    return [replace(bare[0], stamp=stamp), *bare[1:]]


def _copied(seed: list[Notified], copy: int) -> Iterator[Notified]:
    if copy == 0:
        yield from seed
        return
    names = _Names(copy)
    for event in seed:
        if event.topic.partition(".")[0] not in ONCE:
            yield names.renamed(event)


class _Names:
    """What people and things are called in one copy."""

    def __init__(self, copy: int) -> None:
        self._tag = b"%08x" % copy
        self._copy = f"{copy}:"
        self._suffix = b"x%d" % copy
        self._notices = copy * NOTICES_MAX
        self._made: dict[bytes, bytes] = {}

    def renamed(self, event: Notified) -> Notified:
        state = _NAMES.sub(self._name, event.state)
        if event.topic == "notice.opened":
            state = _NUMBER.sub(self._number, state)
        elif event.topic == "sitting.held":
            state = _MINUTES.sub(self._copy.encode(), state)
        for kind, *fields in NAMED.get(event.topic, ()):
            before, now = (_made(each, kind, fields) for each in (event.state, state))
            self._made[before] = now
        stamp = _stamp(event)
        own = stamp._replace(
            actor=self._text(stamp.actor),
            actor_household=stamp.actor_household and self._text(stamp.actor_household),
            command_id=self._copy + stamp.command_id,
        )
        id_ = UUID(self._text(str(event.originator_id)))
        return replace(event, originator_id=id_, state=state, stamp=own)

    def _text(self, text: str) -> str:
        return _NAMES.sub(self._name, text.encode()).decode()

    def _number(self, found: re.Match[bytes]) -> bytes:
        return b"%d" % (int(found[0]) + self._notices)

    def _name(self, found: re.Match[bytes]) -> bytes:
        name = found[0]
        if found.lastgroup == "name":
            return name + self._suffix
        return self._made.get(name) or self._tag + name[8:]


def _made(state: bytes, kind: str, fields: Iterable[str]) -> bytes:
    """The id of what a first event is about; public notices have the plain series."""
    told = orjson.loads(state)
    told["year"] = told.get("day", "")[:4]
    parts = (str(told[name]) for name in fields)
    return str(stable_id(kind, *(part for part in parts if part != PUBLIC))).encode()


def _stamp(event: Notified) -> Stamp:
    assert event.stamp is not None
    return event.stamp


def _row(id_: int, event: Notified) -> dict[str, Any]:
    return {
        "id": id_,
        "originator_id": event.originator_id,
        "originator_version": event.originator_version,
        "topic": event.topic,
        "state": event.state,
        **_stamp(event)._asdict(),
    }
