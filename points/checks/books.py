"""The rule book and the price list as the events have them: what entries are measured by."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from points.checks.reads import Read, Reader
from points.pricelist import Good, PriceList
from points.rulebook import Policy, Rule, RuleBook
from points.store.reading import streams


@dataclass(frozen=True)
class Version:
    """One version: its lines by code, and since which event and day it holds (None: never)."""

    lines: dict[str, Any]
    policy: Policy
    adopted_by: int | None
    effective_from: str

    def held(self, read: Read) -> bool:
        """Whether it was in force, or could be, when this event was recorded."""
        return (
            self.adopted_by is not None
            and self.adopted_by < read.id
            and self.effective_from <= read.day
        )


class Books:
    """Versions by number."""

    def __init__(self, rules: dict[int, Version], prices: dict[int, Version]) -> None:
        self._rules, self._prices = rules, prices

    def rules(self, version: int) -> Version | None:
        return self._rules.get(version)

    def prices(self, version: int) -> Version | None:
        return self._prices.get(version)

    def rule(self, version: int, code: str) -> tuple[Rule, Policy] | None:
        found = self._rules.get(version)
        if found is None or code not in found.lines:
            return None
        return found.lines[code], found.policy


def read_books(sql: Connection, reader: Reader) -> Books:
    """Unreadable events are left out here; another check names them."""
    found = streams(sql, [RuleBook.the_id(), PriceList.the_id()])
    rules, prices = (
        [read for each in found.get(book, []) if (read := reader.read(each)).problem is None]
        for book in (RuleBook.the_id(), PriceList.the_id())
    )
    return Books(_versions(rules, Rule, "code"), _versions(prices, Good, "sku"))


def _versions(reads: Iterable[Read], kind: Any, key: str) -> dict[int, Version]:
    versions: dict[int, Version] = {}
    for read in reads:
        event = read.event
        match event:
            case RuleBook.Drafted() | PriceList.Drafted():
                with suppress(TypeError, KeyError):
                    lines = {line[key]: kind(**line) for line in event.lines}
                    versions[event.version] = Version(lines, Policy(**event.policy), None, "")
            case RuleBook.Adopted() | PriceList.Adopted() if event.version in versions:
                draft = versions[event.version]
                versions[event.version] = Version(
                    draft.lines, draft.policy, read.id, event.effective_from
                )
    return versions
