"""Use cases of accounts and cards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from points.account import PointsAccount
from points.aggregate import stable_id
from points.envelope import current, not_for_own
from points.ledger.base import LedgerBase, command, first_id, no_answer
from points.ledger.books import Books, the_rule
from points.paper import PaperOver, last_paper_day
from points.refusals import Refusal
from points.rulebook import Policy, Rule
from points.store.recorded import Notified

BASE_RULE = "B01"
"""The rule that grants base points, once per account (domain.md §2.4)."""


class AlreadyOpened(Refusal):
    code = "account-open"


class InTheFuture(Refusal):
    """What has not happened yet earns nothing."""

    code = "date-in-future"


class RuleNotForImport(Refusal):
    """A deduction needs its signatures and base points are granted: neither is an opening entry."""

    code = "rule-not-for-import"


@dataclass(frozen=True)
class OpeningEntry:
    """One line of a paper register: it keeps the paper's date and reference, and skips caps.

    `key` is the line's identity: its content and its ordinal among equal lines (rulings 3).
    """

    key: str
    household: str
    rule: str
    points: int
    occurred_on: date
    reference: str = ""
    earner: str | None = None


@dataclass(frozen=True)
class Imported:
    """Keys of the lines that were posted now, and of those that stood here already."""

    imported: list[str]
    unchanged: list[str]


def _lots(ledger: LedgerBase, made: Sequence[Notified]) -> set[str]:
    events = [ledger.mapper.to_domain_event(each) for each in made]
    return {event.lot for event in events if isinstance(event, PointsAccount.Credited)}


class Accounts(Books):
    @command(first_id)
    def open_account(self, household: str, *, village: str, group: str = "") -> UUID:
        """Open a household's account; raises `AlreadyOpened`."""
        if self.load(PointsAccount, PointsAccount.id_of(household)) is not None:
            raise AlreadyOpened(household=household)
        account = PointsAccount.open(household, village=village, group=group)
        self.save(account)
        return account.id

    @command(first_id)
    def grant_base(self, household: str, *, document: str = "") -> UUID:
        """Base points, once per account, on the strength of a document (rulings 4 and 11)."""
        not_for_own(household)
        note = self.note(household, document)
        with self.turn(household):
            account = self.account(household)
            version, rule, policy = self.rule_on(current().today, BASE_RULE)
            account.credit(
                str(stable_id("base", household)),
                cap=rule.the_cap(),
                points=rule.points_for(None, None),
                bucket=rule.bucket,
                redeemable=policy.redeemable(rule.bucket),
                source="base",
                rule=rule.code,
                rule_version=version,
                item=rule.name,
                occurred_on=current().today.isoformat(),
                expires_on=None,
                earner=None,
                note=note.id if note else None,
                note_digest=note.digest if note else None,
            )
            self.save(account, also=[note.store] if note and account.pending_events else [])
        return account.id

    def post_opening_entries(self, entries: Sequence[OpeningEntry]) -> Imported:
        """Post lines of a paper register in one save, each once; caps are skipped, rules are not.

        Raises `OwnHousehold`, `UnknownAccount`, `PaperOver`, `UnknownRule`, `RuleNotForImport`,
        `InTheFuture` or `PointsNotInRule`: then nothing of `entries` was posted.
        """
        posted = self._post_openings(entries)
        keys = {self.opening_lot(entry): entry.key for entry in entries}
        return Imported(
            imported=[key for lot, key in keys.items() if lot in posted],
            unchanged=[key for lot, key in keys.items() if lot not in posted],
        )

    def paper_ends(self, households: Iterable[str]) -> dict[str, date]:
        """The last day of each household's paper; without an account it has none."""
        opened = self.read.accounts.opened_on(sorted({*households}))
        notices = self.read.notices.first_days({number.partition("-")[0] for number in opened})
        return {
            number: last_paper_day(day, notices.get(number.partition("-")[0]))
            for number, day in opened.items()
        }

    def check_paper(self, households: Iterable[str]) -> None:
        """Whether paper of these households may come in today; raises `PaperOver`."""
        for household, day in self.paper_ends(households).items():
            if current().today > day:
                raise PaperOver(household=household, day=day.isoformat())

    @command(_lots)
    def _post_openings(self, entries: Sequence[OpeningEntry]) -> set[str]:
        """The lots that were posted now."""
        with self.turn(*(entry.household for entry in entries)):
            accounts = self.accounts(entry.household for entry in entries)
            in_force = self.rules_on(current().today)
            lots = {entry: self.opening_lot(entry) for entry in entries}
            new = [entry for entry in entries if lots[entry] not in accounts[entry.household].lots]
            self.check_paper(entry.household for entry in new)
            notes = []
            posted: set[str] = set()
            for entry in new:
                lot = lots[entry]
                if lot in posted:
                    continue
                note = self.note(entry.household, entry.reference)
                notes += [note] if note else []
                self._post_opening(
                    accounts[entry.household],
                    entry,
                    lot,
                    in_force,
                    note=note.id if note else None,
                    note_digest=note.digest if note else None,
                )
                posted.add(lot)
            changed = [account for account in accounts.values() if account.pending_events]
            self.save(*changed, also=[note.store for note in notes])
        return posted

    @staticmethod
    def opening_lot(entry: OpeningEntry) -> str:
        return str(stable_id("opening", entry.household, entry.key))

    @staticmethod
    def _post_opening(
        account: PointsAccount,
        entry: OpeningEntry,
        lot: str,
        in_force: tuple[int, dict[str, Rule], Policy],
        **note: Any,
    ) -> None:
        not_for_own(entry.household)
        if entry.occurred_on > current().today:
            raise InTheFuture(occurred_on=entry.occurred_on.isoformat())
        version, rules, policy = in_force
        rule = the_rule(rules, entry.rule, version)
        if rule.is_deduction or rule.kind == "base":
            raise RuleNotForImport(name=rule.name)
        account.credit(
            lot,
            points=rule.points_for(entry.points, None),
            bucket=rule.bucket,
            redeemable=policy.redeemable(rule.bucket),
            source="opening",
            rule=rule.code,
            rule_version=version,
            item=rule.name,
            occurred_on=entry.occurred_on.isoformat(),
            expires_on=policy.expires_on(current().today),
            earner=entry.earner,
            **note,
        )

    # Cards.

    @command(first_id)
    def issue_card(self, household: str, *, token_hash: str, number_hash: str) -> UUID:
        """The first card; raises `CardInUse` while another opens the account."""
        with self.turn(household):
            account = self.account(household)
            account.issue_card(token_hash=token_hash, number_hash=number_hash)
            self.save(account)
        return account.id

    @command(no_answer)
    def report_card_lost(self, household: str) -> None:
        """Block the household's card at once."""
        with self.turn(household):
            account = self.account(household)
            account.report_card_lost()
            self.save(account)

    @command(first_id)
    def reissue_card(self, household: str, *, token_hash: str, number_hash: str) -> UUID:
        """Block the old card, if it still opens the account, and make another."""
        with self.turn(household):
            account = self.account(household)
            account.report_card_lost()
            account.issue_card(token_hash=token_hash, number_hash=number_hash)
            self.save(account)
        return account.id

    @command(no_answer)
    def _expire(self, household: str) -> None:
        with self.turn(household):
            account = self.account(household)
            account.expire(current().today.isoformat())
            self.save(account)

    def expire_due(self, today: date) -> int:
        """Write off lots past their last day, household by household; returns the households.

        Safe to repeat and to break off: each household is its own command.
        """
        households = self.read.lots.lapsed(today)
        for household in households:
            self._expire(household)
        return len(households)
