"""J4: who, when and why stand beside every entry; a reason that is due is never empty."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from points.ledger import Proposal
from points.undo import ReasonMissing
from tests.support.cast import ADA, BEN, CLEO, SHOP, ZHAO, card
from tests.support.town import Town

pytestmark = pytest.mark.row("J4")


@pytest.fixture
def shop(town: Town) -> Town:
    town.household(ZHAO)
    town.shop()
    return town


def waiting(shop: Town) -> UUID:
    case: UUID = shop.by(ADA).propose(Proposal(ZHAO, "C01", date(2026, 11, 24)))
    return case


def asked(shop: Town) -> UUID:
    undo: UUID = shop.by(ADA).ask_reversal(
        ZHAO, entry=str(shop.earned(ZHAO, 20)), reason="记错了户"
    )
    return undo


def refuse_award(shop: Town, why: str) -> None:
    shop.by(BEN).refuse(waiting(shop), reason=why)


def refuse_undo(shop: Town, why: str) -> None:
    shop.by(BEN).refuse_undo(asked(shop), reason=why)


def ask_reversal(shop: Town, why: str) -> None:
    shop.by(ADA).ask_reversal(ZHAO, entry=str(shop.earned(ZHAO, 20)), reason=why)


def ask_return(shop: Town, why: str) -> None:
    shop.earned(ZHAO, 20)
    bought: Any = shop.by(CLEO).redeem(
        shop=SHOP, card=card(ZHAO), lines=[("G01", 1)], pin_checked=True
    )
    shop.by(ADA).ask_return(bought.receipt_no, reason=why)


@pytest.mark.parametrize("act", [refuse_award, refuse_undo, ask_reversal, ask_return])
@pytest.mark.parametrize("why", ["", "   \n"])
def test_without_a_reason_it_is_refused(
    shop: Town, act: Callable[[Town, str], None], why: str
) -> None:
    """J4: missing reason = refused."""
    with pytest.raises(ReasonMissing):
        act(shop, why)
    act(shop, "写明了")


def test_every_entry_says_who_when_and_by_which_rule(shop: Town) -> None:
    """J4: who, in what role, when, through which door, by which rule and on which paper."""
    ask_return(shop, "坏的")
    for line in shop.read.entries.latest(ZHAO):
        assert line["actor"]
        assert line["actor_role"]
        assert line["at"]
        assert line["channel"]
        assert line["rule"] or line["receipt_no"]
