"""What the ledger ought to do between a proposal and its points, told a second time."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import holidays


class No(Exception):
    """The ledger ought to refuse, with this code."""

    @property
    def code(self) -> str:
        return str(self.args[0])


@dataclass
class Case:
    house: str
    rule: str
    points: int
    occurred: date
    earner: str | None
    proposer: str
    signers: list[str] = field(default_factory=list)
    state: str = "proposed"
    name: str = ""
    months: int | None = None
    board: Board | None = None
    hung: int = 0
    held: int = 0
    not_before: date = date.min
    again_for: Case | None = None

    @property
    def is_open(self) -> bool:
        return self.state in ("proposed", "reviewed", "on_notice")


@dataclass
class Board:
    """A notice: until when it hangs, and on which day its month may be posted."""

    opener: str
    month: str
    opened: date
    long: bool = False
    hangs: bool = True

    @property
    def last_day(self) -> date:
        three = three_working_days(self.opened)
        return max(three, self.opened + timedelta(days=7)) if self.long else three

    @property
    def posting_day(self) -> date:
        first = date.fromisoformat(f"{self.month}-01")
        return (first + timedelta(days=31)).replace(day=5)


@dataclass
class Objection:
    case: Case
    state: str = "open"
    deciders: list[str] = field(default_factory=list)
    until: date = date.min
    upheld: bool = False
    name: str = ""


@dataclass
class Sitting:
    """Six of nine come, one of them of ZHAO's, one perhaps near to somebody, one who proposes."""

    number: str
    in_favour: int
    year: int

    def left(self, case: Case, near: set[str]) -> int:
        """How many of them decide."""
        return 5 - (case.house == FIRST) - (case.house in near)


FIRST = "999901100201-A001"
SAT_ON = ("M03",)
"""Rules that name a body."""

CHINA = holidays.country_holidays("CN")
HONOURS = ("F02",)


def three_working_days(after: date) -> date:
    return CHINA.get_nth_working_day(after, 3)


class Procedure:
    """Part of the model."""

    cases: dict[str, Case]
    boards: list[Board]
    objections: list[Objection]
    minutes: set[tuple[str, int]]
    near: set[str]
    today: Any

    @abstractmethod
    def _own(self, person: str, house: str) -> None: ...

    @abstractmethod
    def propose(self, case: Case) -> None:
        """It may be; raises `No`."""

    @abstractmethod
    def post(self, case: Case) -> None:
        """Its points come or go; raises `No`."""

    def sign(self, case: Case, signer: str) -> None:
        if case.state != "proposed":
            raise No("case-closed")
        if case.rule in SAT_ON:
            raise No("sitting-missing")
        self._agree(case, signer)

    def sit(self, case: Case, signer: str, sitting: Sitting) -> None:
        """`signer` enters the minutes; `near`: households of the member's relatives."""
        left = sitting.left(case, self.near)
        if sitting.in_favour > left:
            raise No("votes-wrong")
        if (sitting.number, sitting.year) in self.minutes:
            raise No("sitting-known")
        if case.state != "proposed":
            raise No("case-closed")
        self._own(signer, case.house)
        if sitting.in_favour * 2 > left:
            self._agree(case, signer)
        elif signer == case.proposer:
            raise No("same-person")
        else:
            case.state = "refused"
        self.minutes.add((sitting.number, sitting.year))

    def _agree(self, case: Case, signer: str) -> None:
        self._own(signer, case.house)
        if signer in (case.proposer, *case.signers):
            raise No("same-person")
        case.signers.append(signer)
        if len(case.signers) == (1 if case.points > 0 else 2):
            case.state = "reviewed"

    # In public.

    def hang_up(self, board: Board, cases: Sequence[Case]) -> None:
        if board.month < max(case.occurred for case in cases).isoformat()[:7]:
            raise No("notice-month-before")
        for case in cases:
            self._own(board.opener, case.house)
            if board.opener in (case.proposer, *case.signers):
                raise No("same-person")
        if any(case.state != "reviewed" for case in cases):
            raise No("case-closed")
        for case in cases:
            case.board, case.hung, case.state = board, case.points, "on_notice"
            board.long |= abs(case.points) >= 20 or case.rule in HONOURS
        self.boards.append(board)

    def due(self) -> None:
        """Boards come down, and what is free is posted."""
        for board in self.boards:
            board.hangs &= board.last_day >= self.today
        for case in sorted(self.cases.values(), key=_turn):
            if self._free(case):
                try:
                    self.post(case)
                    case.state = "posted"
                except No:
                    case.state = "refused"

    def _free(self, case: Case) -> bool:
        if case.state != "on_notice" or case.board is None or case.held:
            return False
        month = [board for board in self.boards if board.month == case.board.month]
        ready = max(case.board.last_day, case.board.posting_day)
        return (
            not any(board.hangs and board.opened <= ready for board in month)
            and case.board.posting_day <= self.today
            and case.not_before < self.today
        )

    # Objections.

    def object_to(self, objection: Objection) -> None:
        case = objection.case
        if case.board is None or not case.board.hangs or case.board.last_day < self.today:
            raise No("notice-closed")
        if case.state != "on_notice":
            raise No("case-closed")
        case.held += 1
        self.objections.append(objection)

    def answer_objection(
        self,
        objection: Objection,
        person: str,
        points: int | None,
        *,
        upheld: bool,
        stage: str,
        again: Case | None,
    ) -> None:
        """The first answer, or the township's, which is the last. Upheld without points: struck;
        `again`: what was struck is proposed once more, and once only."""
        if objection.state != stage:
            raise No("objection-closed")
        if again:
            stands = self._linked(again)
            if any(one.state not in ("refused", "withdrawn") for one in stands):
                raise No("made-good")
            self.propose(again)
        case, first = objection.case, stage == "open"
        self._own(person, case.house)
        assert case.board is not None
        if person in (case.proposer, *case.signers, case.board.opener, *objection.deciders):
            raise No("same-person")
        if objection.upheld and not upheld:
            raise No("first-answer-stands")
        objection.until = three_working_days(self.today)
        if case.state == "on_notice":
            self._carry_out(case, points, upheld=upheld)
            if first:
                case.not_before = max(case.not_before, objection.until)
        objection.state, objection.upheld = "decided" if first else "settled", upheld
        objection.deciders.append(person)

    def _linked(self, again: Case) -> list[Case]:
        """What was proposed once more for the same deed, of who may be the same person."""
        same = (again.house, again.rule, again.occurred)
        return [
            one
            for one in self.cases.values()
            if one.again_for and (one.house, one.rule, one.occurred) == same
            if None in (one.earner, again.earner) or one.earner == again.earner
        ]

    def _carry_out(self, case: Case, points: int | None, *, upheld: bool) -> None:
        if upheld and points is None:
            case.state = "refused"
            return
        if upheld and points is not None:
            self.in_rule(case, points)
            if abs(points) > abs(case.hung):
                raise No("more-than-hung")
            case.points = points
        case.held -= 1

    @abstractmethod
    def in_rule(self, case: Case, points: int) -> None:
        """Raises `No` where its rule does not give so many."""

    def appeal(self, objection: Objection) -> None:
        if objection.state != "decided":
            raise No("objection-closed")
        if self.today > objection.until:
            raise No("appeal-too-late")
        objection.state = "appealed"
        if objection.case.state == "on_notice":
            objection.case.held += 1


def _turn(case: Case) -> tuple[date, str, date, str, int]:
    """Cases are posted in the order of their boards' last days, and on one of them by household,
    day, rule and id."""
    last = case.board.last_day if case.board else date.max
    return last, case.house, case.occurred, case.rule, UUID(case.name).int
