"""Use cases of the rule book and the price list."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from points.ledger.base import LedgerBase, command, no_answer
from points.ledger.keys import Keys
from points.pricelist import Good, PriceList
from points.procedure import Step
from points.rulebook import CARRY_OVER, Policy, Rule, RuleBook, UnknownRule
from points.store.notes import Note
from points.store.recorded import Notified
from points.versions import NothingInForce


def _version(ledger: LedgerBase, made: Sequence[Notified]) -> int:
    version: int = ledger.mapper.to_domain_event(made[-1]).version  # type: ignore[attr-defined]  # a Drafted
    return version


def _kept(note: Note | None) -> dict[str, str | None]:
    """What an event keeps of a note."""
    return {
        "note": note.id if note else None,
        "note_digest": note.digest if note else None,
    }


class Books(Keys):
    """Drafting by one person, adopting by another, in force from a day on; the rule book only
    after its procedure."""

    @command(_version)
    def draft_rules(self, rules: Sequence[Rule], *, policy: Policy = CARRY_OVER) -> int:
        """Put a new version of the rule book beside the others; returns its number."""
        book = self.rule_book()
        version = book.draft_rules(rules, policy)
        self.save(book)
        return version

    @command(no_answer)
    def record_rule_steps(self, version: int, steps: Sequence[Step]) -> None:
        """Write down the next steps of a draft's procedure, in one save: all of them, or none."""
        book, notes = self.rule_book(), []
        for step in steps:
            note = self.note(RuleBook.TOPIC, step.note)
            book.take_step(version, step, **_kept(note))
            notes += [note.store] if note else []
        self.save(book, also=notes)

    @command(no_answer)
    def check_rules_legally(self, version: int, *, opinion: str, note: str = "") -> None:
        """What the legal adviser says of a version, in the name of who enters it."""
        book, written = self.rule_book(), self.note(RuleBook.TOPIC, note)
        book.check_legally(version, opinion, **_kept(written))
        self.save(book, also=[written.store] if written else [])

    @command(no_answer)
    def adopt_rules(self, version: int, *, effective_from: date) -> None:
        """Put a draft in force; raises `ProcedureIncomplete` before its six steps are recorded."""
        book = self.rule_book()
        book.adopt(version, effective_from=effective_from)
        self.save(book)

    @command(_version)
    def draft_prices(self, goods: Sequence[Good]) -> int:
        """Put a new price list beside the others; returns its version number."""
        prices = self.price_list()
        version = prices.draft_goods(goods)
        self.save(prices)
        return version

    @command(no_answer)
    def adopt_prices(self, version: int, *, effective_from: date) -> None:
        prices = self.price_list()
        prices.adopt(version, effective_from=effective_from)
        self.save(prices)

    def books(self) -> tuple[RuleBook, PriceList]:
        """Both, read together."""
        with self.read_together(RuleBook.the_id(), PriceList.the_id()):
            return self.rule_book(), self.price_list()

    def rule_book(self) -> RuleBook:
        """The county's rule book, still empty where nothing was drafted."""
        return self.load(RuleBook, RuleBook.the_id()) or RuleBook.start()

    def price_list(self) -> PriceList:
        return self.load(PriceList, PriceList.the_id()) or PriceList.start()

    def rules_on(self, day: date) -> tuple[int, dict[str, Rule], Policy]:
        """Version, rules by code, and policy in force; raises `NothingInForce`."""
        book = self.load(RuleBook, RuleBook.the_id())
        if book is None:
            raise NothingInForce(book="RuleBook", day=day.isoformat())
        return book.rules_on(day)

    def rule_on(self, day: date, code: str) -> tuple[int, Rule, Policy]:
        """One rule in force; raises `NothingInForce` or `UnknownRule`."""
        version, rules, policy = self.rules_on(day)
        return version, the_rule(rules, code, version), policy

    def goods_on(
        self, day: date, only: Collection[str] | None = None
    ) -> tuple[int, dict[str, Good]]:
        """Version and goods by sku in force, perhaps `only` some; raises `NothingInForce`."""
        prices = self.load(PriceList, PriceList.the_id())
        if prices is None:
            raise NothingInForce(book="PriceList", day=day.isoformat())
        return prices.goods_on(day, only)


def the_rule(rules: Mapping[str, Rule], code: str, version: int) -> Rule:
    """One of a version's rules; raises `UnknownRule`."""
    if code not in rules:
        raise UnknownRule(rule=code, version=version)
    return rules[code]
