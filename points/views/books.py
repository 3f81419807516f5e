"""What each version of the rule book and the price list says, and how it was adopted, so that
nobody rewrites one unseen.

A price or a rule that no entry was made under yet is spoken of by nothing else: changed in its
event by SQL, it would simply be the price of tomorrow.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import BigInteger, Column, Integer, Table, bindparam

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

rule_steps = Table(
    "rule_steps",
    views,
    Column("version", Integer, primary_key=True),
    text("step", key=True),
    text("day"),
    text("number"),
    text("body"),
    text("place"),
    maybe("until"),
    maybe("entitled", Integer),
    maybe("present", Integer),
    maybe("in_favour", Integer),
    maybe("note_digest"),
)
"""The procedure of each version of the rule book, as it was recorded."""

legal_checks = Table(
    "legal_checks",
    views,
    Column("version", Integer, primary_key=True),
    Column("event_id", BigInteger, primary_key=True, autoincrement=False),
    text("checker"),
    text("opinion"),
    maybe("note_digest"),
)

_STEP = [column.name for column in rule_steps.columns]
_CHECK = ["version", "checker", "opinion", "note_digest"]
_take = rule_steps.insert()
_check = legal_checks.insert()
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
        case RuleBook.StepRecorded():
            sql.execute(_take, {name: getattr(event, name) for name in _STEP})
        case RuleBook.LegallyChecked():
            said = {name: getattr(event, name) for name in _CHECK}
            sql.execute(_check, {**said, "event_id": recorded.id})
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
