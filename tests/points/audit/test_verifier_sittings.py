"""The stand-alone verifier and sittings: whoever holds every key of the county cannot have a case
reviewed past the body that its rule names, nor by who is near to it (P6, B2, Q2)."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from points.checks import check
from points.clock import business_day
from points.envelope import Actor
from points.ledger import Proposal
from points.mandates import MandateOther
from points.rulebook import Rule
from points.scoring import Judge
from points.sitting import Minutes
from tests.points.audit.exported import STATE, TOPIC, Copy, export, sign_log, verify
from tests.points.audit.test_verifier_public import Bodies, by, leave_out, of
from tests.support.cast import RULES
from tests.support.device import Device, asking
from tests.support.house import (
    COUNTY,
    QIAN,
    SIGNER,
    VILLAGE,
    ZHAO,
    Place,
    make_tables,
    settings_for,
)
from tests.support.procedure import adopt_by_procedure

pytestmark = pytest.mark.row("P6", "B2", "Q2")

GRID, REVIEWER, OPENER = (Actor(name, "village", VILLAGE) for name in ("grid", "review", "opener"))
WEDDING = Rule("M03", "低彩礼、零彩礼", "civility", 30, 30, body="customs_council")
COUNCIL = (Judge("c1", ZHAO), Judge("cousin"), *(Judge(f"c{n}") for n in range(3, 7)))
"""Six of nine; of the first household one, and one near to it."""


@pytest.fixture(scope="module")
def sat(tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, Path]:
    """A council agreed to one case without two of its members, and to another it did not."""
    folder = tmp_path_factory.mktemp("sat")
    settings = settings_for(f"sqlite:///{folder}/jiamei.db")
    make_tables(settings)
    place = Place(settings)
    place.settle()
    today = business_day(place.watch())
    with place.by() as ledger:
        version = ledger.draft_rules([*RULES, WEDDING])
    with place.by(SIGNER) as ledger:
        adopt_by_procedure(ledger, version, today)
    with place.by(GRID) as ledger:
        ledger.declare_kin("cousin", ZHAO, "in-law")
    place.watch.later(hours=1)
    _sitting(place)
    place.watch.later(days=12)
    with place.by(Actor("job", "administrator", COUNTY)) as ledger:
        assert ledger.close_and_post(business_day(place.watch())).posted == 1
    assert check(place.house.county) == []
    sign_log(place.house)
    return place, export(place.house, folder / "out")


def _sitting(place: Place) -> None:
    today = business_day(place.watch())
    with place.by(GRID) as ledger:
        yes, no = (ledger.propose(Proposal(home, WEDDING.code, today)) for home in (ZHAO, QIAN))
    paper = Minutes(VILLAGE, WEDDING.body, today, "红白3号", "会议室", 9, COUNCIL)
    with place.by(REVIEWER) as ledger:
        ledger.hold_sitting(paper, {yes: 3, no: 3})
    with place.by(OPENER) as ledger:
        ledger.open_notice(VILLAGE, today.isoformat()[:7], [UUID(str(yes))])


def test_an_honest_sitting_is_good(sat: tuple[Place, Path]) -> None:
    code, said = verify(sat[1])
    assert code == 0, said
    assert "issued 30" in said


def held(bodies: Bodies) -> dict[str, Any]:
    found: dict[str, Any] = of(bodies, "sitting.held")[STATE]
    return found


def signed_without_a_sitting(bodies: Bodies) -> None:
    of(bodies, "award.signed")[STATE]["sitting"] = None


def a_rule_that_names_nobody(bodies: Bodies) -> None:
    """The whole sitting is left out, and the case says that no body decides it."""
    leave_out(bodies, of(bodies, "sitting.held"))
    leave_out(bodies, of(bodies, "award.refused"))
    of(bodies, "award.signed")[STATE]["sitting"] = None
    of(bodies, "award.proposed")[STATE]["body"] = ""


def a_sitting_that_never_was(bodies: Bodies) -> None:
    leave_out(bodies, of(bodies, "sitting.held"))


def a_sitting_of_another_body(bodies: Bodies) -> None:
    held(bodies)["body"] = "two_committees"


def a_sitting_of_another_village(bodies: Bodies) -> None:
    held(bodies)["village"] = f"{VILLAGE[:-1]}2"


def fewer_than_two_thirds(bodies: Bodies) -> None:
    held(bodies)["required"] = 10


def one_counted_twice(bodies: Bodies) -> None:
    event = held(bodies)
    event["members"][5] = event["members"][4]


def no_majority(bodies: Bodies) -> None:
    held(bodies)["decisions"][0]["in_favour"] = 2


def a_majority_that_was_refused(bodies: Bodies) -> None:
    held(bodies)["decisions"][1]["in_favour"] = 4


def more_than_were_counted(bodies: Bodies) -> None:
    held(bodies)["decisions"][0]["in_favour"] = 5


def her_own_household_counted(bodies: Bodies) -> None:
    held(bodies)["decisions"][0]["recused"] = ["cousin"]


def the_cousin_counted(bodies: Bodies) -> None:
    held(bodies)["decisions"][0]["recused"] = ["c1"]


def the_proposer_counted(bodies: Bodies) -> None:
    held(bodies)["members"][5]["id"] = "grid"


def who_was_against_is_left_out(bodies: Bodies) -> None:
    """Three were against the second case; of the others three agreed."""
    held(bodies)["decisions"][1]["recused"] = ["c3"]


def entered_by_another(bodies: Bodies) -> None:
    held(bodies)["held_by"] = "somebody"


def entered_by_the_proposer(bodies: Bodies) -> None:
    by(bodies, of(bodies, "sitting.held"), "grid", held_by="grid")
    of(bodies, "award.signed")[STATE]["signer"] = "grid"


def a_decision_nothing_came_of(bodies: Bodies) -> None:
    leave_out(bodies, of(bodies, "award.refused"))


def a_sitting_tomorrow(bodies: Bodies) -> None:
    held(bodies)["day"] = "2026-11-25"


def a_member_of_no_household(bodies: Bodies) -> None:
    """Named by a household, and of none: in a case of that household she would count."""
    held(bodies)["members"][5] = {"id": f"household:{VILLAGE}-A009", "household": None}


PLANTED = [
    a_member_of_no_household,
    signed_without_a_sitting,
    a_rule_that_names_nobody,
    a_sitting_that_never_was,
    a_sitting_of_another_body,
    a_sitting_of_another_village,
    fewer_than_two_thirds,
    one_counted_twice,
    no_majority,
    a_majority_that_was_refused,
    more_than_were_counted,
    her_own_household_counted,
    the_cousin_counted,
    the_proposer_counted,
    who_was_against_is_left_out,
    entered_by_another,
    entered_by_the_proposer,
    a_decision_nothing_came_of,
    a_sitting_tomorrow,
]


@pytest.mark.parametrize("planted", PLANTED, ids=lambda each: each.__name__)
def test_each_is_found(
    sat: tuple[Place, Path], tmp_path: Path, planted: Callable[[Bodies], None]
) -> None:
    place, out = sat
    shutil.copytree(out, tmp_path / "copy")
    copy = Copy.of(place.house, tmp_path / "copy")
    bodies = copy.bodies()
    assert sum(body[TOPIC] == "sitting.held" for body in bodies) == 1
    planted(bodies)
    copy.rewrite(bodies)

    code, said = verify(copy.folder)

    assert code == 1, said
    assert "V9" in said, said


def test_a_device_signs_who_came_and_how_they_voted(tmp_path: Path) -> None:
    settings = settings_for(f"sqlite:///{tmp_path}/jiamei.db")
    make_tables(settings)
    place, device = Place(settings), Device()
    place.settle()
    today = business_day(place.watch())
    with place.by() as ledger:
        version = ledger.draft_rules([*RULES, WEDDING])
    with place.by(SIGNER) as ledger:
        adopt_by_procedure(ledger, version, today)
    with place.by(GRID) as ledger:
        case = ledger.propose(Proposal(QIAN, WEDDING.code, today))
    device.register(place, REVIEWER)
    place.watch.later(hours=1)
    paper = Minutes(VILLAGE, WEDDING.body, today, "红白3号", "会议室", 9, COUNCIL)
    with place.by(REVIEWER) as ledger:
        would = ledger.would_hold(paper, {case: 4})
    came = sorted(each.id for each in COUNCIL)
    facts = [str(would.id), today.isoformat(), 9, came, {str(case): 4}]
    claims = [["sitting.held", *facts], ["award.signed", str(case)]]
    with asking(place, REVIEWER, "n", device.mandate(REVIEWER.id, "n", *claims)) as ledger:
        with pytest.raises(MandateOther):
            ledger.hold_sitting(paper, {case: 5})
        with pytest.raises(MandateOther):
            ledger.hold_sitting(replace(paper, required=8), {case: 4})
        ledger.hold_sitting(paper, {case: 4})
    assert check(place.house.county) == []
    sign_log(place.house)
    out = export(place.house, tmp_path / "out")
    assert verify(out)[0] == 0

    copy = Copy.of(place.house, out)
    bodies = copy.bodies()
    held(bodies)["decisions"][0]["in_favour"] = 5
    copy.rewrite(bodies)

    code, said = verify(out)
    assert (code, "its mandate is for something else" in said) == (1, True), said
