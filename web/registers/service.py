"""The imports of one county, as pages and commands call them: a file in, an answer a row out.

Every call needs an open envelope. Who may call, and for which `place` (the region code inside
which a sheet's villages and numbers are looked for), is asked before, by `authorize`.
"""

from __future__ import annotations

from web.registers.answers import Answer, Progress, silent
from web.registers.books import price_list_import, rule_book_import
from web.registers.enrolling import Enrolling
from web.registers.pending import UnknownImport
from web.registers.posting import Posting
from web.wiring import House

KINDS = ("households", "credits", "goods", "rules")


class Imports:
    """`enrolling` takes households in at once; `posting` and the two books are asked by one
    person and confirmed by another."""

    def __init__(self, house: House) -> None:
        self.enrolling = Enrolling(house)
        self.posting = Posting(house)
        self.books = {
            book.kind: book
            for book in (price_list_import(house.ledger), rule_book_import(house.ledger))
        }

    def confirm(self, pending: str, *, progress: Progress = silent) -> Answer:
        """What an answer's `pending` named, signed by the acting person.

        Raises `UnknownImport`, `ImportDecided`, `SamePerson` and what the ledger refuses.
        """
        kind, dash, version = pending.partition("-")
        if not dash:
            return self.posting.confirm(pending, progress=progress)
        if kind not in self.books or not version.isdecimal():
            raise UnknownImport(id=pending)
        return self.books[kind].adopt(int(version))
