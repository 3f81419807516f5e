"""The test of the test: a ledger with one mistake in it does not get past the model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from points.account import PointsAccount, account, card, events
from points.award import AwardCase
from points.caps import Cap
from points.envelope import Envelope, current, opened
from points.ledger import Ledger, base
from points.ledger.noticing import Noticing
from points.ledger.objecting import Objecting
from points.lots import Take
from points.notice import Notice
from points.stock import Stock
from tests.properties.machine import County, run

FOUND = (AssertionError, ExceptionGroup)  # a group where the same life, run again, fails elsewhere
LIVES, STEPS = 200, 40  # at most: a mistake is found long before
LIVES_AT_NIGHT = 800  # threads race inside a life, so that no two runs are alike

Plant = Callable[[pytest.MonkeyPatch], None]


def takes_by_age_only(patch: pytest.MonkeyPatch) -> None:
    right = account.take

    def wrong(lots: dict[str, Any], points: int) -> list[Take]:
        as_one = {
            name: {**lot, "bucket": "earned", "expires_on": None} for name, lot in lots.items()
        }
        return [[name, n, lots[name]["bucket"]] for name, n, _ in right(as_one, points)]

    patch.setattr(account, "take", wrong)


def restores_to_the_newest_lot(patch: pytest.MonkeyPatch) -> None:
    def wrong(self: PointsAccount, takes: list[Take]) -> tuple[list[Take], list[Take]]:
        newest = list(self.lots)[-1]
        points = sum(take[1] for take in takes)
        return [[newest, points, self.lots[newest]["bucket"]]], []

    patch.setattr(PointsAccount, "_split", wrong)


def ignores_the_period_of_a_cap(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Cap, "same_period", lambda *_: True)


def counts_a_cap_for_everybody(patch: pytest.MonkeyPatch) -> None:
    right = account.used

    def wrong(lots: Any, cap: Cap, *facts: Any) -> int:
        return right(lots, replace(cap, per="household"), *facts)

    patch.setattr(account, "used", wrong)


def expires_a_day_early(patch: pytest.MonkeyPatch) -> None:
    def wrong(lot: dict[str, Any], today: str) -> bool:
        return lot["left"] > 0 and (lot["expires_on"] or "9999") <= today

    patch.setattr(account, "lapsed", wrong)


def forgets_what_was_spent_of_a_reversed_credit(patch: pytest.MonkeyPatch) -> None:
    right = events.Reversed.apply

    def wrong(self: Any, aggregate: Any) -> None:
        right(self, aggregate)
        aggregate.owed.clear()

    patch.setattr(events.Reversed, "apply", wrong)


def lets_everything_go_without_pin(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(card.CardHolder, "left_without_pin", lambda _, per_day: per_day)


def sells_more_than_is_there(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Stock, "on_hand", property(lambda _: 10_000))


def posts_before_the_posting_day(patch: pytest.MonkeyPatch) -> None:
    for module in ("points.notice", "points.views.notices"):
        patch.setattr(f"{module}.posting_day", lambda _: "2000-01-05")


def posts_what_is_still_held(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(AwardCase, "hold", lambda *_: None)


def forgets_the_points_that_an_objection_gave(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(AwardCase.Changed, "apply", lambda *_: None)


def holds_another_line(patch: pytest.MonkeyPatch) -> None:
    right = Objecting._case_on

    def wrong(self: Objecting, notice: Notice, line: int | None) -> AwardCase:
        assert line
        return right(self, notice, line % len(notice.lines) + 1)

    patch.setattr(Objecting, "_case_on", wrong)


def posts_while_an_appeal_may_come(patch: pytest.MonkeyPatch) -> None:
    right = AwardCase.release

    def wrong(self: AwardCase, name: UUID, *, post_after: str, points: int | None = None) -> None:
        right(self, name, post_after="", points=points)

    patch.setattr(AwardCase, "release", wrong)


def posts_twice_by_two_at_once(patch: pytest.MonkeyPatch) -> None:
    """No run knows of another: neither by its command, nor by the case, nor by the lot."""
    runs, name, turn, credit = (
        count(),
        Noticing._in_the_name_of,
        AwardCase._in,
        PointsAccount.credit,
    )

    def as_if_alone(self: Noticing, row: Any, command: str) -> Any:
        return name(self, row, f"{command} {next(runs)}")

    def in_turn(self: AwardCase, *states: str) -> None:
        if self.state != "posted":
            turn(self, *states)

    def once_more(self: PointsAccount, lot: str, **facts: Any) -> None:
        credit(self, f"{lot} again" if lot in self.lots else lot, **facts)

    patch.setattr(Noticing, "_in_the_name_of", as_if_alone)
    patch.setattr(AwardCase, "_in", in_turn)
    patch.setattr(PointsAccount, "credit", once_more)


FOUND_SOON: list[Plant] = [
    takes_by_age_only,
    restores_to_the_newest_lot,
    expires_a_day_early,
    forgets_what_was_spent_of_a_reversed_credit,
    sells_more_than_is_there,
    posts_before_the_posting_day,
    posts_what_is_still_held,
    forgets_the_points_that_an_objection_gave,
    holds_another_line,
    posts_while_an_appeal_may_come,
]
FOUND_LATER: list[Plant] = [
    ignores_the_period_of_a_cap,
    counts_a_cap_for_everybody,
    lets_everything_go_without_pin,
    posts_twice_by_two_at_once,
]
BUGS = [
    *(pytest.param(bug, LIVES, id=bug.__name__) for bug in FOUND_SOON),
    *(
        pytest.param(bug, LIVES_AT_NIGHT, id=bug.__name__, marks=pytest.mark.nightly)
        for bug in FOUND_LATER
    ),
]


@pytest.mark.parametrize(("bug", "lives"), BUGS)
def test_a_planted_bug_is_found(bug: Plant, lives: int, monkeypatch: pytest.MonkeyPatch) -> None:
    bug(monkeypatch)

    with pytest.raises(FOUND):
        run(County, lives=lives, steps=STEPS, planted=True)


class Forgetful(Ledger):
    """Gives the points back and leaves the goods outside."""

    def give_back(self, *args: Any, **kwargs: Any) -> tuple[PointsAccount, list[Stock]]:
        return super().give_back(*args, **kwargs)[0], []


def test_a_void_that_forgets_the_stock_is_found() -> None:
    class Town(County):
        ledger = Forgetful

    with pytest.raises(FOUND):
        run(Town, lives=LIVES, steps=STEPS, planted=True)


def test_a_retried_command_that_is_paid_twice_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each arrival gets an id of its own, as if nobody had asked for idempotency."""
    arrivals = count()

    @contextmanager
    def as_if_new() -> Iterator[Envelope]:
        envelope = current()
        fresh = replace(envelope, command_id=f"{envelope.command_id} {next(arrivals)}")
        with opened(fresh):
            yield fresh

    monkeypatch.setattr(base, "next_command", as_if_new)

    with pytest.raises(FOUND):
        run(County, lives=LIVES, steps=STEPS, planted=True)
