"""An evaluation, a plaque and an honour, as the story tells them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from points.clock import business_day
from points.ledger import Proposal
from points.rulebook import Rule
from points.scoring import CLEANEST, COURTYARD, Judge, Meeting, Row, Star, Terms, period_of
from points.showcase import years_after
from points.sitting import Minutes
from tests.support.cast import ADA, BEN, QIAN, RULES, SUN, VILLAGE, ZHAO
from tests.support.chain import SETTLED
from tests.support.procedure import adopt_by_procedure
from tests.support.town import Town

PLAQUE = Rule("C03-V", "美丽庭院示范户（村级）", "courtyard", 20, 20)
FAMILY = Rule("F01-V", "最美家庭", "honour", 20, 20, proof_kind="consent")
WEDDING = Rule("M03", "低彩礼、零彩礼", "civility", 30, 30, body="customs_council")
JUDGES = (Judge("j1", ZHAO), Judge("j2"), Judge("j3"))
MEETING = Meeting("评议〔2027〕6号", "村委会会议室", 8, 12)
STARS = (Star(5, 90, "C02"), Star(4, 80), Star(3, 70))


def evaluated(town: Town) -> None:
    """Both kinds of rounds, a recusal, a correction; a plaque that is taken back; an honour."""
    town.books([*RULES, PLAQUE, FAMILY, WEDDING])
    town.by(ADA).declare_kin("j2", SUN, "in-law")
    _cleanest(town)
    _courtyards(town)
    _plaques(town)
    _sittings(town)
    town.by(ADA).give_consent(SUN, "F01-V", note="户主当面同意")
    town.by(ADA).propose(Proposal(SUN, "F01-V", town.today, evidence="村里评的"))
    town.by(ADA).give_consent(QIAN, "F01-V", note="电话里同意")
    town.by(ADA).withdraw_consent(QIAN, "F01-V")


def _cleanest(town: Town) -> None:
    period = period_of(CLEANEST, town.today)
    made = town.by(ADA).open_round(VILLAGE, CLEANEST, period, judges=JUDGES, terms=Terms())
    sheet = [
        Row(ZHAO, (None, (80,), (91,))),
        Row(QIAN, ((70,), (75,), (60,))),
        Row(SUN, ((88,), None, (93,))),
    ]
    town.by(BEN).score_sheet(made, sheet)
    corrected = replace(sheet[1], scores=((70,), (76,), (60,)))
    town.by(BEN).score_sheet(made, [corrected], corrects=True)
    town.by(ADA).close_round(made, MEETING, chosen=[SUN])


def _courtyards(town: Town) -> None:
    period = period_of(COURTYARD, town.today)
    terms = Terms(by_item=True, stars=STARS)
    made = town.by(ADA).open_round(VILLAGE, COURTYARD, period, judges=JUDGES, terms=terms)
    best, good = (19,) * 5, (17,) * 5
    town.by(BEN).score_sheet(made, [Row(QIAN, (best, good, best)), Row(ZHAO, (None, good, None))])
    town.by(ADA).close_round(made, MEETING)


def _plaques(town: Town) -> None:
    wishes = [Proposal(household, "C03-V", town.today) for household in (QIAN, SUN)]
    for number, case in enumerate(town.posted(*wishes), start=1):
        made = town.by(ADA).grant_plaque(
            case,
            plaque=f"示例牌{number}",
            valid_from=town.today,
            valid_to=years_after(town.today, 1) - timedelta(days=1),
        )
        town.by(BEN).reinspect(made, passed=False, note="院里堆了柴")
        town.by(BEN).reinspect(made, passed=True)
        town.by(ADA).ask_revocation(made, why="not-kept-up", note="又堆了柴")
        town.by(BEN).keep_plaque(made) if number == 1 else town.by(BEN).revoke_plaque(made)


def _sittings(town: Town) -> None:
    """A body agrees to one case without the member who is near to it, and not to another."""
    town.posted(Proposal(QIAN, WEDDING.code, town.today))
    near, far = town.by(ADA).propose_batch(
        [Proposal(household, WEDDING.code, town.today) for household in (SUN, ZHAO)]
    )
    members = [*JUDGES, Judge("j4"), Judge("j5"), Judge("j6")]
    minutes = Minutes(VILLAGE, WEDDING.body, town.today, "红白7号", "村委会会议室", 9, members)
    town.by(BEN).hold_sitting(minutes, {near: 3, far: 2})


@dataclass(frozen=True)
class Honours:
    round_id: UUID
    showcase: UUID
    sitting: UUID


def honoured(place: Any) -> Honours:
    """An open round in the house's village, and a plaque of its first household."""
    day = business_day(place.watch())
    with place.by() as ledger:
        rules = ledger.draft_rules([*RULES, PLAQUE, WEDDING])
    with place.earlier(SETTLED), place.by(BEN) as ledger:
        adopt_by_procedure(ledger, rules, business_day(place.watch()) + timedelta(days=1))
    case, _ = place.post(Proposal(ZHAO, PLAQUE.code, day), Proposal(ZHAO, WEDDING.code, day))
    (sitting,) = place.house.read.sittings.of_place(VILLAGE)
    with place.by() as ledger:
        made = ledger.open_round(VILLAGE, CLEANEST, "2026-11", judges=JUDGES, terms=Terms())
        ledger.score_sheet(made, [Row(ZHAO, (None, (80,), (91,)))])
        plaque = ledger.grant_plaque(
            case, plaque="示例牌1", valid_from=day, valid_to=years_after(day, 1)
        )
    return Honours(made, plaque, sitting["sitting_id"])
