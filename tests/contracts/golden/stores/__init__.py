"""A whole county for every release, and what it came to: see README.md beside this.

`events.log` holds its records as they are exported; `county.json` the root of the tree over them
and what every account holds; `book.journal` the books for hledger.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import insert, update

from points.audit.export import journal
from points.audit.tree import Frontier, leaf_hash
from points.store.county import County
from points.store.reading import in_order
from points.store.recorded import Stamp
from points.store.records import leaf, line
from points.store.tables import events, log_head
from points.views import Reads

STORES = Path(__file__).parent
CHANGELOG = STORES.parents[3] / "CHANGELOG.md"
COUNTY = "999901"


def releases() -> list[str]:
    """The versions that have a store."""
    return sorted(path.parent.name for path in STORES.glob("*/events.log"))


def is_released(version: str) -> bool:
    """Whether CHANGELOG.md no longer says that it is to come: from then on its store stays."""
    return f"\n## {version} (not released yet)\n" not in CHANGELOG.read_text("utf-8")


def dump(county: County) -> dict[str, bytes]:
    """What a store holds, by file; the same county gives the same bytes."""
    with county.moment() as sql:
        records = [line(event) for some in in_order(sql) for event in some]
    came_to = {"county": county.code, **comes_to(county)}
    told = json.dumps(came_to, ensure_ascii=False, indent=1, sort_keys=True)
    return {
        "events.log": b"".join(record + b"\n" for record in records),
        "county.json": told.encode() + b"\n",
        "book.journal": book(county).encode(),
    }


def comes_to(county: County) -> dict[str, Any]:
    """Root and size of the history, and what every account holds by the views."""
    tree, read = Frontier(), Reads(county)
    with county.moment() as sql:
        for some in in_order(sql):
            for event in some:
                tree.add(leaf_hash(leaf(line(event))))
    households = [str(row["household"]) for row in read.accounts.all()]
    shops = [str(row["code"]) for row in read.shops.all()]
    return {
        "events": tree.size,
        "root": b64encode(tree.root).decode(),
        "balances": {each: _balance(read, each) for each in households},
        "accounts": read.journal.balances(),
        "shelves": {each: read.stock.levels(each) for each in shops},
    }


def _balance(read: Reads, household: str) -> dict[str, Any]:
    found = read.balances.of(household)
    assert found is not None
    return {
        "balance": found.balance,
        **found.buckets,
        "pending": found.pending,
        "receivable": found.receivable,
    }


def book(county: County) -> str:
    with county.moment() as sql:
        return "".join(journal.hledger(sql, str, f"Jiamei {county.code}"))


def load(county: County, folder: Path) -> None:
    """The history of a store into an empty county; its views stay empty."""
    rows = list(_rows((folder / "events.log").read_bytes()))
    with county.write() as sql:
        sql.execute(insert(events), rows)
        sql.execute(update(log_head).values(last_id=len(rows)))


def _rows(text: bytes) -> Iterator[dict[str, Any]]:
    for record in text.splitlines():
        number, key, signature, body = record.split(b"\t", 3)
        stream, version, topic, salt, *envelope, state = orjson.loads(body)
        signed = orjson.loads(signature)
        stamp = Stamp(bytes.fromhex(salt), *envelope, orjson.loads(key), _bytes(signed))
        yield {
            "id": int(number),
            "originator_id": UUID(stream),
            "originator_version": version,
            "topic": topic,
            "state": orjson.dumps(state, option=orjson.OPT_SORT_KEYS),
            **stamp._asdict(),
        }


def _bytes(signature: str | None) -> bytes | None:
    return b64decode(signature) if signature else None
