"""Use cases of public notice: hung up by one person, closed and posted when its days are over."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from points.award import AwardCase
from points.calendar import Calendar
from points.caps import CapReached
from points.consent import CONSENT
from points.envelope import Actor, current, opened
from points.ledger.base import LedgerBase, command, first_id, no_answer
from points.ledger.issuing import Issuing
from points.notice import (
    PRIVATE,
    PUBLIC,
    Line,
    MonthBeforeDeed,
    NothingToNotify,
    Notice,
    UnknownNotice,
    stands_long,
)
from points.refusals import Refusal
from points.store.recorded import Notified

log = logging.getLogger(__name__)


class OtherVillage(Refusal):
    """A notice hangs on the board of one village; deductions have one of their own each."""

    code = "notice-mixed"


@dataclass(frozen=True)
class Done:
    """Notices that one run closed; cases that it posted, that ended because their rule's cap was
    used up, and that could not be posted now."""

    closed: int
    posted: int
    refused: int
    waits: int


def _end(_: LedgerBase, made: Sequence[Notified]) -> str:
    """How a case ended: the last word of its event's topic."""
    return made[0].topic.partition(".")[2]


class Noticing(Issuing):
    @command(no_answer)
    def declare_day(self, day: date, *, working: bool, document: str) -> None:
        """A day that the calendar has wrong; raises `DocumentMissing` or `DayTooNear`."""
        calendar = self.load(Calendar, Calendar.the_id()) or Calendar.start()
        calendar.declare(day, working=working, document=document)
        self.save(calendar)

    @command(first_id)
    def open_notice(self, village: str, month: str, cases: Sequence[UUID]) -> UUID:
        """Hang up what was reviewed: a frozen, numbered list. Deductions go into a private notice,
        one case each. Returns its id.

        Raises `UnknownCase`, `CaseClosed`, `OtherVillage`, `IssuanceCapReached`, `CoverExceeded`,
        and what `Notice.open` raises.
        """
        with self.turn(f"notice {village}"):
            loaded = [self._open_case(case) for case in dict.fromkeys(cases)]
            if not loaded:
                raise NothingToNotify(village=village)
            kind = PRIVATE if any(case.points < 0 for case in loaded) else PUBLIC
            mixed = any(case.household.partition("-")[0] != village for case in loaded)
            if mixed or (kind == PRIVATE and len(loaded) > 1):
                raise OtherVillage(village=village)
            latest = max(case.occurred_on for case in loaded)[:7]
            if month < latest:
                raise MonthBeforeDeed(month=month, needed=latest)
            self.not_for_kin(*(case.household for case in loaded))
            self._still_agreed(loaded)
            kin = self.read.kinship.of_households([case.household for case in loaded])
            number = self.read.notices.next_number(village, month, kind)
            notice = Notice.open(
                village,
                month,
                number,
                kind=kind,
                lines=[self._line(case, kin.get(case.household, [])) for case in loaded],
                calendar=self.days_declared(),
            )
            self.check_issuance(village, month, loaded)
            for case in loaded:
                case.show(notice.id, notice.closes_on)
            self.save(notice, *loaded)
        return notice.id

    def close_and_post(self, today: date, place: str = "") -> Done:
        """Close every notice of a place whose days are over, then post what may be posted (rulings
        11).

        Each in the name of who hung it up, as a command of its own under an id that is always the
        same: run twice, at once, or broken off, it does everything once.
        """
        closing = self.read.notices.over(today, place)
        for notice in closing:
            with self._in_the_name_of(notice, f"close-{notice['notice_id']}"):
                self.close_notice(notice["notice_id"])
        ends: Counter[str] = Counter()
        for case in self.read.notices.postable(today, place):
            with self._in_the_name_of(case, f"post-{case['case_id']}"):
                try:
                    ends[self.post_case(case["case_id"])] += 1
                except Refusal as no:
                    log.warning("case %s was not posted: %s", case["case_id"], no.code)
                    ends["waits"] += 1
        return Done(len(closing), ends["posted"], ends["refused"], ends["waits"])

    @contextmanager
    def _in_the_name_of(self, row: Mapping[str, Any], command_id: str) -> Iterator[None]:
        opener = Actor(
            row["opened_by"], row["opener_role"], row["opener_place"], row["opener_household"]
        )
        with opened(
            replace(
                current(), actor=opener, command_id=command_id, request_hash="due", channel="job"
            )
        ):
            yield

    @command(no_answer)
    def close_notice(self, notice_id: UUID) -> None:
        """Its days are over; raises `UnknownNotice` or `NoticeOpen`."""
        notice = self.notice(notice_id)
        notice.close()
        self.save(notice)

    @command(_end)
    def post_case(self, case_id: UUID) -> str:
        """Post one case whose notice is closed, in the name of who hung it up: "posted".

        Raises `UnknownCase`, `CaseClosed`, `CaseHeld`, `OwnHousehold`, `SamePerson`, and what
        `Notice.check_posting` raises. Where the rule's cap was used up meanwhile, the case ends:
        "refused".
        """
        case = self._open_case(case_id)
        self.notice(UUID(case.notice)).check_posting(current().actor.id)
        with self.turn(case.household):
            account = self.account(case.household)
            try:
                case.post()
                self._post(case, account)
            except CapReached:
                case = self._open_case(case_id)
                case.cap_reached()
                self.save(case)
                return case.state
            self.save(case, account)
        return case.state

    def _still_agreed(self, cases: Sequence[AwardCase]) -> None:
        """An honour hangs with its family's consent of today; raises `ConsentMissing`."""
        for case in cases:
            rule, _ = self.rule_book().rule_of(case.rule_version, case.rule)
            if rule.proof_kind == CONSENT:
                self._check_consent(case.household, case.rule)

    def notice(self, notice_id: UUID) -> Notice:
        """Raises `UnknownNotice`."""
        found = self.load(Notice, notice_id)
        if found is None:
            raise UnknownNotice(notice=str(notice_id))
        return found

    def days_declared(self) -> dict[str, bool]:
        calendar = self.load(Calendar, Calendar.the_id())
        return calendar.days if calendar else {}

    def _line(self, case: AwardCase, kin: list[str]) -> Line:
        rule, _ = self.rule_book().rule_of(case.rule_version, case.rule)
        return Line(
            case=str(case.id),
            household=case.household,
            rule=case.rule,
            item=case.item,
            points=case.points,
            long=stands_long(case.points, rule.kind),
            proposer=case.proposer,
            signers=tuple(case.signers),
            recused=tuple(kin),
        )
