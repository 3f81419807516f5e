"""Importing the price list and the rule book: drafted by one person, adopted by another, the rule
book after its six steps.

A file that says what is in force changes nothing; a file that says something else becomes the
next version, from today on. A draft that waits already is not drafted again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from points.envelope import current
from points.ledger import Ledger
from points.pricelist import Good
from points.rulebook import Policy, Rule
from points.versions import NothingInForce, VersionedBook
from web.registers.answers import Answer, RefusedRow
from web.registers.contents import GOODS, RULES, read_goods, read_rules
from web.registers.layout import Column, Row, data_rows
from web.registers.workbook import read_sheets

Lines = list[dict[str, Any]]


@dataclass(frozen=True)
class BookImport:
    """How one of the two books is imported; `key` is what its lines are told apart by."""

    kind: str
    key: str
    columns: Sequence[Column]
    read: Callable[[Sequence[Row]], tuple[list[Any], list[RefusedRow]]]
    book: Callable[[], VersionedBook]
    draft: Callable[[list[Any]], int]
    adopt_version: Callable[..., None]
    line: Callable[..., Any]

    def ask(self, content: bytes, *, dry_run: bool = False) -> Answer:
        """Draft what the file says, where it differs; the draft's name is `pending`.

        Raises `FileUnreadable`, `FileTooLarge`, `HeaderNotFound`, `BadLine`.
        """
        said, refused = self.read(data_rows(read_sheets(content), self.columns))
        if refused:
            return Answer(refused=tuple(refused), state="refused")
        lines, book = [asdict(one) for one in said], self.book()
        before = self._whole(_in_force(book, current().today))
        answer = self._difference(lines, before)
        if lines == before:
            return answer
        if dry_run:
            return Answer(answer.imported, answer.unchanged, state="dry-run", extra=answer.extra)
        version = self._waiting(book, lines) or self.draft(said)
        pending = f"{self.kind}-{version}"
        return Answer(
            answer.imported, answer.unchanged, state="pending", pending=pending, extra=answer.extra
        )

    def adopt(self, version: int) -> Answer:
        """Put a draft in force from today, signed by the acting person.

        Raises `UnknownVersion`, `AlreadyAdopted`, `SamePerson`.
        """
        before = self._whole(_in_force(self.book(), current().today))
        self.adopt_version(version, effective_from=current().today)
        lines = self._whole(self.book().versions[str(version)]["lines"])
        return self._difference(lines, before)

    def _whole(self, lines: Lines) -> Lines:
        """With every field of today; a line of an older day has fewer."""
        return [asdict(self.line(**line)) for line in lines]

    def _waiting(self, book: VersionedBook, lines: Lines) -> int | None:
        """The last draft, if it waits for a signature and says the same."""
        last = book.versions.get(str(len(book.versions)))
        if last and last["effective_from"] is None and self._whole(last["lines"]) == lines:
            return len(book.versions)
        return None

    def _difference(self, lines: Lines, before: Lines) -> Answer:
        old = {line[self.key]: line for line in before}
        same = sum(old.get(line[self.key]) == line for line in lines)
        gone = len(old.keys() - {line[self.key] for line in lines})
        return Answer(len(lines) - same, same, extra={"removed": gone} if gone else {})


def price_list_import(ledger: Ledger) -> BookImport:
    return BookImport(
        "goods",
        "sku",
        GOODS,
        read_goods,
        ledger.price_list,
        ledger.draft_prices,
        ledger.adopt_prices,
        Good,
    )


def rule_book_import(ledger: Ledger) -> BookImport:
    """New rules stand under the policy in force."""

    def draft(rules: list[Any]) -> int:
        return ledger.draft_rules(rules, policy=_policy(ledger, current().today))

    return BookImport(
        "rules", "code", RULES, read_rules, ledger.rule_book, draft, ledger.adopt_rules, Rule
    )


def version_of(pending: str) -> int:
    """The version that an answer's `pending` names."""
    return int(pending.rpartition("-")[2])


def _policy(ledger: Ledger, today: date) -> Policy:
    try:
        return ledger.rules_on(today)[2]
    except NothingInForce:
        return Policy()


def _in_force(book: VersionedBook, today: date) -> Lines:
    try:
        lines: Lines = book.in_force(today)[1]["lines"]
    except NothingInForce:
        return []
    return lines
