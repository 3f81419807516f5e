"""What each version of the rule book and the price list says, so that nobody rewrites one unseen.

A price or a rule that no entry was made under yet is spoken of by nothing else: changed in its
event by SQL, it would simply be the price of tomorrow.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import Column, Integer, Table, bindparam

from points.pricelist import PriceList
from points.rulebook import RuleBook
from points.store.recorded import Recorded, of
from points.store.writes import Sql
from points.views.tables import maybe, text, views

book_versions = Table(
    "book_versions",
    views,
    text("book", key=True),  # rulebook, pricelist
    Column("version", Integer, primary_key=True),
    text("drafter"),
    text("content"),  # SHA-256 of lines and policy
    maybe("effective_from"),
)

_draft = book_versions.insert()
_adopt = book_versions.update().where(
    book_versions.c.book == bindparam("the_book"),
    book_versions.c.version == bindparam("the_version"),
)


@of(RuleBook, PriceList)
def apply(sql: Sql, recorded: Recorded) -> None:
    event = recorded.event
    match event:
        case RuleBook.Drafted() | PriceList.Drafted():
            sql.execute(_draft, _drafted(event))
        case RuleBook.Adopted() | PriceList.Adopted():
            sql.execute(_adopt, _adopted(event))


def _drafted(event: Any) -> dict[str, Any]:
    said = orjson.dumps([event.lines, event.policy], option=orjson.OPT_SORT_KEYS)
    return {
        "book": _book(event),
        "version": event.version,
        "drafter": event.drafter,
        "content": sha256(said).hexdigest(),
        "effective_from": None,
    }


def _adopted(event: Any) -> dict[str, Any]:
    return {
        "the_book": _book(event),
        "the_version": event.version,
        "effective_from": event.effective_from,
    }


def _book(event: Any) -> str:
    of_rules = isinstance(event, (RuleBook.Drafted, RuleBook.Adopted))
    return RuleBook.TOPIC if of_rules else PriceList.TOPIC
