"""A3: what a cap refuses, at the proposal and at the posting, says which cap it was."""

from __future__ import annotations

from uuid import UUID

import pytest

from points.caps import CapReached
from points.clock import business_day
from points.ledger import Proposal
from tests.support.house import MAKER, OPENER, SIGNER, VILLAGE, ZHAO, Place
from web.words.sentences import sentence

pytestmark = pytest.mark.row("A3")


@pytest.fixture
def cases(place: Place) -> list[UUID]:
    """Clean yards of one household and month, twice: neither is posted yet."""
    made = []
    for _ in range(2):
        with place.by(MAKER) as ledger:
            made.append(ledger.propose(Proposal(ZHAO, "C01", business_day(place.watch()))))
        with place.by(SIGNER) as ledger:
            ledger.sign(made[-1])
    return made


def test_the_page_of_the_notice_says_which_cap_ended_a_line(
    place: Place, cases: list[UUID]
) -> None:
    with place.by(OPENER) as ledger:
        notice = ledger.open_notice(VILLAGE, "2026-11", cases)
    place.watch.later(days=14)
    with place.by(OPENER) as ledger:
        done = ledger.close_and_post(business_day(place.watch()))
    assert (done.posted, done.refused) == (1, 1)
    page = place.opened_by(place.staff("village", VILLAGE)).get(f"/staff/notices/{notice}").text
    assert page.count("超过上限") == 1
    assert "每户每月最多 1 次" in page


def test_the_refusal_of_a_proposal_says_which_cap(place: Place, cases: list[UUID]) -> None:
    place.in_public(*cases)
    wish = Proposal(ZHAO, "C01", business_day(place.watch()).replace(month=11, day=20))
    with place.by(MAKER) as ledger, pytest.raises(CapReached) as no:
        ledger.propose(wish)
    with place.app.test_request_context():
        assert sentence(no.value) == "超过上限：规则 C01 每户每月最多 1 次，已有 1 次。"
