"""A county to play in: a ledger, a clock that the test moves, and somebody who acts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import count
from threading import Lock
from typing import Any
from uuid import UUID

from points.clock import business_day
from points.envelope import Actor, Envelope, opened
from points.ledger import Ledger, Proposal
from points.pricelist import Good
from points.rulebook import Policy, Rule
from points.store.county import County
from tests.support.cast import (
    ADA,
    BEN,
    CLEO,
    DORA,
    FAYE,
    GOODS,
    NIGHT,
    RULES,
    SHOP,
    TINA,
    VILLAGE,
    ZACK,
    hashes,
)
from tests.support.chain import AGO, SETTLED, Crew, hang_up, post
from tests.support.history import DAWN
from tests.support.procedure import adopt_by_procedure

CARRY_OVER = Policy()
"""Points last, base points buy nothing."""

CREW = Crew(ADA, (BEN, DORA), FAYE)


class Numbers:
    """Ids one after another, safe between threads; `start` keeps two processes apart."""

    def __init__(self, start: int = 0) -> None:
        self._next, self._lock = count(start + 1), Lock()

    def __call__(self) -> UUID:
        with self._lock:
            return UUID(int=next(self._next))


class OpenBox:
    """A note box whose seal is a ribbon: it keeps the text readable."""

    def __init__(self, new_id: Callable[[], UUID]) -> None:
        self._new_id = new_id

    def new_note(self) -> tuple[UUID, bytes]:
        note = self._new_id()
        return note, note.bytes

    def seal(self, subject: str, note: UUID, plain: bytes) -> bytes:
        return f"{subject} {note} ".encode() + plain

    def unseal_all(self, sealed: Sequence[tuple[str, UUID, bytes]]) -> dict[UUID, bytes]:
        return {
            note: what.removeprefix(f"{subject} {note} ".encode()) for subject, note, what in sealed
        }


class Town:
    """`town.by(ADA).propose(...)` is one command of Ada's, at the town's time."""

    def __init__(
        self,
        county: County,
        *,
        at: datetime = DAWN,
        ids_from: int = 0,
        ledger: type[Ledger] = Ledger,
    ) -> None:
        new_id = Numbers(ids_from)
        self.county = county
        self.now = at
        self.ledger = ledger(county, new_id=new_id, note_box=OpenBox(new_id))
        self.read = self.ledger.read
        self._commands = Numbers(ids_from)

    @property
    def today(self) -> date:
        return business_day(self.now)

    def later(self, **time: float) -> datetime:
        """Move the clock on: `town.later(days=1)`."""
        self.now += timedelta(**time)
        return self.now

    def by(self, actor: Actor, command: str | None = None) -> Any:
        """The ledger, as this person commands it; `command` repeats an earlier request."""
        return _By(self, actor, command)

    @contextmanager
    def as_(self, actor: Actor, at: datetime) -> Iterator[Ledger]:
        """The ledger as this person commands it at another time than the town's."""
        key = str(self._commands())
        with opened(Envelope(actor, at, "page", key, request_hash=f"hash of {key}")):
            yield self.ledger

    def envelope(self, actor: Actor, command: str | None = None) -> Envelope:
        key = command or str(self._commands())
        return Envelope(actor, self.now, "page", key, request_hash=f"hash of {key}")

    # A life in short.

    def books(
        self,
        rules: Sequence[Rule] = RULES,
        goods: Sequence[Good] = GOODS,
        policy: Policy = CARRY_OVER,
    ) -> None:
        """Rules and prices, drafted by Ada and put in force by Ben's signature, some time ago."""
        at = self.now - SETTLED
        with self.as_(ADA, at) as ledger:
            drafts = ledger.draft_rules(rules, policy=policy), ledger.draft_prices(goods)
        with self.as_(BEN, at) as ledger:
            adopt_by_procedure(ledger, drafts[0], business_day(at))
            ledger.adopt_prices(drafts[1], effective_from=business_day(at))

    def household(self, household: str) -> None:
        """An account with a card."""
        self.by(ADA).open_account(household, village=VILLAGE)
        self.by(ADA).issue_card(household, **hashes(household))

    def shop(self, stock: int = 50, goods: Sequence[Good] = GOODS) -> None:
        """The shop with both keepers, and so many of each good on its shelves."""
        self.by(ADA).open_shop(SHOP, name="示例超市", village=VILLAGE)
        for keeper in (CLEO, ZACK):
            self.by(ADA).assign_keeper(SHOP, keeper=keeper.id)
        for good in goods if stock else ():
            self.by(CLEO).receive_stock(SHOP, sku=good.sku, quantity=stock, source="donation")

    def earned(self, household: str, points: int, rule: str = "E01", **more: Any) -> UUID:
        """Points proposed by Ada, reviewed by Ben (deductions: and Dora), hung up by Faye, and
        posted now."""
        proposal = Proposal(household, rule, more.pop("occurred_on", self.today), points, **more)
        return self.posted(proposal)[0]

    def posted(self, *proposals: Proposal) -> list[UUID]:
        """These, through the whole procedure and posted now; the cases."""
        return post(self.as_, CREW, self.now, proposals)

    def in_public(self, *cases: UUID) -> None:
        """Reviewed cases are hung up by Faye, two weeks pass, and what may be posted is."""
        hang_up(self.as_, FAYE, self.now, cases, self.today.isoformat()[:7])
        self.later(seconds=AGO.total_seconds())
        self.by(NIGHT).close_and_post(self.today)

    def undone(self, undo: UUID) -> None:
        self.by(TINA).sign_undo(undo)

    def balance(self, household: str) -> int:
        found = self.read.balances.of(household)
        assert found is not None
        return found.balance


class _By:
    def __init__(self, town: Town, actor: Actor, command: str | None) -> None:
        self._town, self._actor, self._command = town, actor, command

    def __getattr__(self, name: str) -> Callable[..., Any]:
        use_case = getattr(self._town.ledger, name)

        def act(*args: Any, **kwargs: Any) -> Any:
            with opened(self._town.envelope(self._actor, self._command)):
                return use_case(*args, **kwargs)

        return act
