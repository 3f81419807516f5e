"""A plaque is granted, looked at again, taken back by two people; an honour needs the family's
yes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from points.checks import check
from points.consent import ConsentMissing
from points.envelope import OwnHousehold, SamePerson
from points.ledger import Proposal
from points.rebuild import compare
from points.rulebook import Rule
from points.showcase import (
    NoPlaqueYet,
    NotAsked,
    PlaqueUnfit,
    ShowcaseOver,
    WhyUnknown,
    years_after,
)
from points.undo import ReasonMissing
from points.views import views
from tests.conftest import COUNTY, CountyMaker
from tests.support.cast import ADA, BEN, QIAN, RULES, SUN, ZHAO, ZOE
from tests.support.town import Town

pytestmark = pytest.mark.row("B6")

PLAQUE = Rule("C03-V", "美丽庭院示范户（村级）", "courtyard", 20, 20)
YEARLY = {"cap": 1, "cap_of": "times", "cap_period": "year", "cap_per": "household"}
BEST_FAMILY = Rule("F01-V", "最美家庭", "honour", 20, 20, proof_kind="consent", **YEARLY)  # type: ignore[arg-type]
MEETING = Rule("F03", "婆媳互夸会", "honour", 2, 2, **(YEARLY | {"cap": 4}))  # type: ignore[arg-type]


@pytest.fixture
def village(sqlite_county: CountyMaker) -> Town:
    town = Town(sqlite_county(COUNTY, views))
    town.books([*RULES, PLAQUE, BEST_FAMILY, MEETING])
    for household in (ZHAO, QIAN, SUN):
        town.household(household)
    return town


def posted(town: Town, household: str = SUN, rule: str = "C03-V") -> UUID:
    return town.posted(Proposal(household, rule, town.today, 20))[0]


def granted(town: Town, case: UUID, plaque: str = "漳美村001", **more: Any) -> UUID:
    start = more.get("valid_from", town.today)
    end = more.get("valid_to", years_after(start, 1))
    by = town.by(more.get("by", ADA))
    made: UUID = by.grant_plaque(case, plaque=plaque, valid_from=start, valid_to=end)
    return made


def shown(town: Town, showcase: UUID) -> dict[str, Any]:
    found: dict[str, Any] | None = town.read.showcases.one(showcase)
    assert found
    return found


def test_a_plaque_hangs_on_a_posted_case_and_has_its_days(village: Town) -> None:
    case = posted(village)
    assert [each["case_id"] for each in _waiting(village)] == [case]
    found = shown(village, granted(village, case))
    assert (found["level"], found["plaque"], found["state"]) == ("village", "漳美村001", "valid")
    assert (found["valid_from"], found["valid_to"]) == ("2026-11-24", "2027-11-24")
    assert found["due_on"] == "2027-05-25"
    assert _waiting(village) == []
    with pytest.raises(NoPlaqueYet):
        granted(village, case, "漳美村002")


def _waiting(town: Town) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = town.read.showcases.without_plaque("", ("C03-V",))
    return found


def test_no_plaque_for_another_rule_or_before_it_is_posted(village: Town) -> None:
    with pytest.raises(NoPlaqueYet):
        granted(village, posted(village, QIAN, "E01"))
    case = village.by(ADA).propose(Proposal(SUN, "C03-V", village.today))
    with pytest.raises(NoPlaqueYet):
        granted(village, case)


def test_a_plaque_has_a_number_of_its_own_and_at_most_three_years(village: Town) -> None:
    first, second = posted(village), posted(village, QIAN)
    granted(village, first)
    for more in (
        {"plaque": "漳美村001"},
        {"plaque": " "},
        {"valid_to": village.today},
        {"valid_to": years_after(village.today, 3) + timedelta(days=1)},
    ):
        with pytest.raises(PlaqueUnfit):
            granted(village, second, **({"plaque": "漳美村002"} | more))
    assert years_after(date(2028, 2, 29), 1) == date(2029, 2, 28)


def test_nobody_decides_about_her_own_plaque(village: Town) -> None:
    case = posted(village, ZHAO)
    with pytest.raises(OwnHousehold):
        granted(village, case, by=ZOE)
    plaque = granted(village, case)
    with pytest.raises(OwnHousehold):
        village.by(ZOE).reinspect(plaque, passed=True)
    with pytest.raises(OwnHousehold):
        village.by(ZOE).ask_revocation(plaque, why="moved", note="搬走了")


def test_what_was_found_wanting_is_due_again_in_a_week(village: Town) -> None:
    plaque = granted(village, posted(village))
    village.later(days=190)
    assert village.read.showcases.due("", village.today) == 1
    with pytest.raises(ReasonMissing):
        village.by(ADA).reinspect(plaque, passed=False)
    village.by(ADA).reinspect(plaque, passed=False, note="院里堆了柴")
    found = shown(village, plaque)
    assert not found["passed"]
    assert found["due_on"] == (village.today + timedelta(days=7)).isoformat()
    village.later(days=8)
    assert village.read.showcases.due("", village.today) == 1
    village.by(ADA).reinspect(plaque, passed=True)
    found = shown(village, plaque)
    assert found["passed"]
    assert found["due_on"] == found["valid_to"]  # half a year on would be later
    assert village.read.showcases.due("", village.today) == 0


def test_two_people_take_a_plaque_back(village: Town) -> None:
    plaque = granted(village, posted(village))
    with pytest.raises(NotAsked):
        village.by(BEN).revoke_plaque(plaque)
    with pytest.raises(WhyUnknown):
        village.by(ADA).ask_revocation(plaque, why="dislike", note="不好")
    with pytest.raises(ReasonMissing):
        village.by(ADA).ask_revocation(plaque, why="not-kept-up", note="")
    village.by(ADA).ask_revocation(plaque, why="not-kept-up", note="两次复查不合格")
    with pytest.raises(NotAsked):
        village.by(BEN).ask_revocation(plaque, why="moved", note="搬走了")
    with pytest.raises(SamePerson):
        village.by(ADA).revoke_plaque(plaque)
    village.by(BEN).revoke_plaque(plaque)
    found = shown(village, plaque)
    assert (found["state"], found["why"]) == ("revoked", "not-kept-up")
    assert (found["asker"], found["signer"]) == (ADA.id, BEN.id)
    with pytest.raises(ShowcaseOver):
        village.by(ADA).reinspect(plaque, passed=True)
    assert village.balance(SUN) == 20  # the points stay: what was wrong with them is undone apart
    assert check(village.county) == []
    assert list(compare(village.county)) == []


def test_the_second_person_may_say_no(village: Town) -> None:
    plaque = granted(village, posted(village))
    village.by(ADA).ask_revocation(plaque, why="conduct", note="吵架")
    village.by(BEN).keep_plaque(plaque)
    found = shown(village, plaque)
    assert (found["state"], found["why"], found["asker"]) == ("valid", "", None)
    village.by(BEN).ask_revocation(plaque, why="given-up", note="自己不要了")
    village.by(ADA).revoke_plaque(plaque)
    assert check(village.county) == []


def test_a_plaque_is_over_on_its_day(village: Town) -> None:
    plaque = granted(village, posted(village))
    village.later(days=366)
    assert village.read.showcases.due("", village.today) == 0
    with pytest.raises(ShowcaseOver):
        village.by(ADA).reinspect(plaque, passed=True)


def test_an_honour_is_proposed_with_the_family_s_consent(village: Town) -> None:
    wish = Proposal(SUN, "F01-V", village.today, evidence="村里评的")
    with pytest.raises(ConsentMissing):
        village.by(ADA).propose(wish)
    with pytest.raises(ReasonMissing):
        village.by(ADA).give_consent(SUN, "F01-V", note=" ")
    village.by(ADA).give_consent(SUN, "F01-V", note="户主当面同意张榜")
    village.by(ADA).propose(wish)
    with pytest.raises(ConsentMissing):
        village.by(ADA).propose(replace(wish, household=QIAN))
    village.by(ADA).withdraw_consent(SUN, "F01-V")
    assert village.read.consents.of() == []
    with pytest.raises(ConsentMissing):
        village.by(ADA).propose(wish)
    with pytest.raises(ConsentMissing):
        village.by(ADA).withdraw_consent(SUN, "F01-V")
    assert check(village.county) == []


def test_a_consent_lasts_a_year(village: Town) -> None:
    village.by(ADA).give_consent(SUN, "F01-V", note="同意")
    village.later(days=367)
    with pytest.raises(ConsentMissing):
        village.by(ADA).propose(Proposal(SUN, "F01-V", village.today))
    village.by(ADA).give_consent(SUN, "F01-V", note="今年也同意")
    village.by(ADA).propose(Proposal(SUN, "F01-V", village.today))
    assert [row["given_on"] for row in village.read.consents.of(SUN)] == [str(village.today)]


def test_a_meeting_of_mutual_praise_is_recorded_and_honours_who_came(village: Town) -> None:
    """F03: its record is the evidence of each, and no consent is asked (domain.md §2.4)."""
    record = "婆媳互夸会，11月22日，妇女之家，记录第3号"
    came = [Proposal(each, "F03", village.today, evidence=record) for each in (SUN, QIAN)]
    cases = village.posted(*came)
    assert all(case["note"] for case in village.read.cases.several(cases))
    assert (village.balance(SUN), village.balance(QIAN)) == (2, 2)


def test_one_person_alone_who_takes_a_plaque_back_is_found(
    village: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    plaque = granted(village, posted(village))
    village.by(ADA).ask_revocation(plaque, why="conduct", note="吵架")
    with monkeypatch.context() as patched:
        patched.setattr("points.showcase.another_than", lambda *_: ADA)
        village.by(ADA).revoke_plaque(plaque)
    assert {finding.check for finding in check(village.county)} == {"evaluations"}
