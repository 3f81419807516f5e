"""The stand-alone verifier and the public chain: whoever holds every key of the county still cannot
have an award posted that did not hang its days, or decided by who had a hand in it (P6, B2, B3)."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from points.clock import business_day, instant
from points.envelope import Actor, Envelope, opened
from points.ledger import Answer, Proposal
from points.objection import DISMISSED, UPHELD
from points.scoring import COURTYARD, Judge, Row, Terms, period_of
from tests.points.audit.exported import (
    ACTOR,
    AT,
    COMMAND,
    HOUSEHOLD,
    ROLE,
    STATE,
    STREAM,
    TOPIC,
    VERSION,
    Copy,
    export,
    sign_log,
    verify,
)
from tests.support.honours import MEETING, STARS
from tests.support.house import (
    COUNTY,
    QIAN,
    TOWNSHIP,
    VILLAGE,
    ZHAO,
    Place,
    make_tables,
    settings_for,
)

pytestmark = pytest.mark.row("P6", "B2", "B3", "Q5")

GRID, REVIEWER, OPENER, DECIDER, COUSIN = (
    Actor(name, "village", VILLAGE) for name in ("grid", "reviewer", "opener", "decider", "cousin")
)
TOWN = Actor("town", "township", TOWNSHIP)
SEQ = 11
"""Where the place in the save stands in the body of a record."""

Bodies = list[list[Any]]


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, Path]:
    """Three awards: one as it was, one that an objection changed, one that the township struck;
    and courtyards that were judged."""
    folder = tmp_path_factory.mktemp("public")
    settings = settings_for(f"sqlite:///{folder}/jiamei.db")
    make_tables(settings)
    place = Place(settings)
    place.settle()
    today = business_day(place.watch())
    with place.by(GRID) as ledger:
        ledger.declare_kin(COUSIN.id, ZHAO, "in-law")
    place.watch.later(hours=1)
    _courtyards(place)
    cases = []
    for household, points in ((ZHAO, 30), (QIAN, 40), (ZHAO, 50)):
        with place.by(GRID) as ledger:
            cases.append(ledger.propose(Proposal(household, "E01", today, points)))
        with place.by(REVIEWER) as ledger:
            ledger.sign(cases[-1])
    place.watch.later(hours=1)
    with place.by(OPENER) as ledger:
        notice = ledger.open_notice(VILLAGE, "2026-11", cases)
    changed, struck = (_object(place, notice, line) for line in (2, 3))
    with place.by(DECIDER) as ledger:
        ledger.decide_objection(changed, Answer(UPHELD, "应是二十五。", points=25))
    with place.by(DECIDER) as ledger:
        ledger.decide_objection(struck, Answer(DISMISSED, "没有错。"))
    with place.by(GRID) as ledger:
        ledger.appeal_objection(struck, text="还是不对")
    with place.by(TOWN) as ledger:
        ledger.settle_objection(struck, Answer(UPHELD, "查实没有做。"))
    place.watch.later(days=12)
    with place.by(Actor("job", "administrator", COUNTY)) as ledger:
        assert ledger.close_and_post(business_day(place.watch())).posted == 2
    sign_log(place.house)
    return place, export(place.house, folder / "out")


def _courtyards(place: Place) -> None:
    """One of three judges is a relative of the first household; the second has four stars."""
    period = period_of(COURTYARD, business_day(place.watch()))
    judges = (Judge(COUSIN.id), Judge("second"), Judge("third", QIAN[:-1] + "9"))
    sheet = [Row(ZHAO, (None, (80,), (69,))), Row(QIAN, ((70,), (85,), (81,)))]
    with place.by(GRID) as ledger:
        made = ledger.open_round(
            VILLAGE, COURTYARD, period, judges=judges, terms=Terms(stars=STARS)
        )
    with place.by(GRID) as ledger:
        ledger.score_sheet(made, sheet)
    with place.by(REVIEWER) as ledger:
        ledger.close_round(made, MEETING)


def _object(place: Place, notice: UUID, line: int) -> UUID:
    nobody = Envelope(Actor("anonymous", "public", VILLAGE), place.watch(), "public", uuid4().hex)
    with opened(nobody):
        found: UUID = place.house.ledger.object_to(
            notice, about="line", line=line, text="不对", way="page"
        )
    return found


def test_an_honest_month_is_good(month: tuple[Place, Path]) -> None:
    code, said = verify(month[1])
    assert code == 0, said
    assert "issued 55" in said


def of(bodies: Bodies, topic: str, number: int = 0) -> list[Any]:
    return [body for body in bodies if body[TOPIC] == topic][number]


def by(bodies: Bodies, event: list[Any], person: str, **state: Any) -> None:
    """The whole save as if this person had asked for it."""
    for body in bodies:
        if body[COMMAND] == event[COMMAND]:
            body[ACTOR] = person
    event[STATE] |= state


def earlier(bodies: Bodies, event: list[Any], **span: float) -> None:
    for body in bodies:
        if body[COMMAND] == event[COMMAND]:
            at = datetime.fromisoformat(body[AT]) - timedelta(**span)
            body[AT] = instant(at)


def leave_out(bodies: Bodies, event: list[Any]) -> None:
    """The event; the versions behind it and the places in its save count on."""
    bodies.remove(event)
    for body in bodies:
        if body[COMMAND] == event[COMMAND] and body[SEQ] > event[SEQ]:
            body[SEQ] -= 1
        if body[STREAM] == event[STREAM] and body[VERSION] > event[VERSION]:
            body[VERSION] -= 1


def hung_up_by_the_proposer(bodies: Bodies) -> None:
    by(bodies, event := of(bodies, "notice.opened"), "grid")
    event[STATE]["opened_by"] = "grid"


def hung_up_by_the_reviewer(bodies: Bodies) -> None:
    by(bodies, of(bodies, "notice.opened"), "reviewer", opened_by="reviewer")


def hung_up_by_a_relative(bodies: Bodies) -> None:
    by(bodies, of(bodies, "notice.opened"), "cousin", opened_by="cousin")


def hung_up_for_her_own_household(bodies: Bodies) -> None:
    for body in bodies:
        if body[COMMAND] == of(bodies, "notice.opened")[COMMAND]:
            body[HOUSEHOLD] = QIAN


def hung_too_short(bodies: Bodies) -> None:
    of(bodies, "notice.opened")[STATE]["closes_on"] = "2026-11-27"
    for body in bodies:
        if body[TOPIC] == "award.noticed":
            body[STATE]["closes_on"] = "2026-11-27"


def other_points_on_the_list(bodies: Bodies) -> None:
    of(bodies, "notice.opened")[STATE]["lines"][0]["points"] = 31


def a_line_too_many(bodies: Bodies) -> None:
    lines = of(bodies, "notice.opened")[STATE]["lines"]
    lines.append({**lines[0], "line": 4})


def a_case_that_hung_nowhere(bodies: Bodies) -> None:
    del of(bodies, "notice.opened")[STATE]["lines"][0]


def reviewed_by_a_relative(bodies: Bodies) -> None:
    by(bodies, of(bodies, "award.signed", 0), "cousin", signer="cousin")


def closed_before_its_last_day(bodies: Bodies) -> None:
    earlier(bodies, of(bodies, "notice.closed"), days=10)


def posted_before_its_days_were_over(bodies: Bodies) -> None:
    earlier(bodies, of(bodies, "award.posted", 0), days=11)


def posted_before_the_notice_was_closed(bodies: Bodies) -> None:
    closed = of(bodies, "notice.closed")
    bodies.remove(closed)
    bodies.append(closed)


def posted_by_another(bodies: Bodies) -> None:
    by(bodies, of(bodies, "award.posted", 0), "decider")


def posted_by_the_reviewer(bodies: Bodies) -> None:
    by(bodies, of(bodies, "award.posted", 0), "reviewer")


def posted_although_somebody_objected(bodies: Bodies) -> None:
    """The release of the changed case is left out, and its answer's other side with it."""
    leave_out(bodies, of(bodies, "award.released", 0))


def held_by_nobody(bodies: Bodies) -> None:
    leave_out(bodies, of(bodies, "award.held", 0))


def decided_by_the_proposer(bodies: Bodies) -> None:
    by(bodies, of(bodies, "objection.decided", 0), "grid", decider="grid")


def decided_by_who_hung_it_up(bodies: Bodies) -> None:
    by(bodies, of(bodies, "objection.decided", 0), "opener", decider="opener")


def settled_by_the_village(bodies: Bodies) -> None:
    event = of(bodies, "objection.settled")
    for body in bodies:
        if body[COMMAND] == event[COMMAND]:
            body[ROLE] = "village"


def settled_by_who_decided(bodies: Bodies) -> None:
    by(bodies, of(bodies, "objection.settled"), "decider", decider="decider")


def changed_without_a_version(bodies: Bodies) -> None:
    leave_out(bodies, of(bodies, "notice.corrected", 0))


def changed_to_other_points_than_shown(bodies: Bodies) -> None:
    of(bodies, "notice.corrected", 0)[STATE]["points"] = 26


def struck_and_posted_all_the_same(bodies: Bodies) -> None:
    struck = next(
        body
        for body in bodies
        if body[TOPIC] == "award.refused" and body[STATE]["why"] == "objection"
    )
    leave_out(bodies, struck)


def adopted_without_its_last_step(bodies: Bodies) -> None:
    leave_out(bodies, of(bodies, "rulebook.step_recorded", 5))


def too_few_were_present(bodies: Bodies) -> None:
    of(bodies, "rulebook.step_recorded", 2)[STATE]["present"] = 3


def no_majority(bodies: Bodies) -> None:
    event = of(bodies, "rulebook.step_recorded", 1)[STATE]
    event["in_favour"] = event["present"] // 2


def another_order(bodies: Bodies) -> None:
    first, second = (of(bodies, "rulebook.step_recorded", place) for place in (0, 1))
    first[STATE]["step"], second[STATE]["step"] = second[STATE]["step"], first[STATE]["step"]


def results(bodies: Bodies) -> list[dict[str, Any]]:
    """Of the relative's household, 74 of two scores, and of the other, 81 of three."""
    found: list[dict[str, Any]] = of(bodies, "evaluation.closed")[STATE]["results"]
    assert [each["median"] for each in found] == [74, 81]
    return found


def a_better_median(bodies: Bodies) -> None:
    results(bodies)[1]["median"] = 82


def a_mean_rounded_up(bodies: Bodies) -> None:
    results(bodies)[0]["median"] = 75


def a_smaller_spread(bodies: Bodies) -> None:
    results(bodies)[1]["spread"] = 4


def a_star_too_many(bodies: Bodies) -> None:
    results(bodies)[1]["star"] = 5


def a_relative_that_counts(bodies: Bodies) -> None:
    """Her score stands on the sheet, and the results are right with it."""
    row = of(bodies, "evaluation.scored")[STATE]["rows"][0]
    row["scores"][0], row["recused"] = [99], []
    found = {"median": 80, "spread": 30, "counted": 3, "star": 4, "recused": []}
    results(bodies)[0] |= found


def a_recusal_taken_back(bodies: Bodies) -> None:
    """She is no relative, and had kept out of it all the same."""
    bodies[:] = [body for body in bodies if not body[TOPIC].startswith("kinship.")]
    results(bodies)[0]["recused"] = []


def a_household_without_result(bodies: Bodies) -> None:
    results(bodies).pop()


def a_meeting_of_too_few(bodies: Bodies) -> None:
    of(bodies, "evaluation.closed")[STATE]["present"] = 7


def a_meeting_of_one(bodies: Bodies) -> None:
    of(bodies, "evaluation.closed")[STATE].update(present=1, required=1)


def scored_after_the_results(bodies: Bodies) -> None:
    sheet, closed = of(bodies, "evaluation.scored"), of(bodies, "evaluation.closed")
    bodies.remove(sheet)
    bodies.insert(bodies.index(closed) + 1, sheet)
    sheet[VERSION], closed[VERSION] = closed[VERSION], sheet[VERSION]
    closed[STATE]["results"] = []


def posted_before_its_posting_day(bodies: Bodies) -> None:
    """Its notice was over on the first, and the month is posted on the fifth."""
    earlier(bodies, of(bodies, "award.posted", 0), days=2)


def freed_before_an_appeal(bodies: Bodies) -> None:
    of(bodies, "award.released", 0)[STATE]["post_after"] = ""


PLANTED = [
    a_better_median,
    a_mean_rounded_up,
    a_smaller_spread,
    a_star_too_many,
    a_relative_that_counts,
    a_recusal_taken_back,
    a_household_without_result,
    a_meeting_of_too_few,
    a_meeting_of_one,
    scored_after_the_results,
    posted_before_its_posting_day,
    freed_before_an_appeal,
    adopted_without_its_last_step,
    too_few_were_present,
    no_majority,
    another_order,
    hung_up_by_the_proposer,
    hung_up_by_the_reviewer,
    hung_up_by_a_relative,
    hung_up_for_her_own_household,
    hung_too_short,
    other_points_on_the_list,
    a_line_too_many,
    a_case_that_hung_nowhere,
    reviewed_by_a_relative,
    closed_before_its_last_day,
    posted_before_its_days_were_over,
    posted_before_the_notice_was_closed,
    posted_by_another,
    posted_by_the_reviewer,
    posted_although_somebody_objected,
    held_by_nobody,
    decided_by_the_proposer,
    decided_by_who_hung_it_up,
    settled_by_the_village,
    settled_by_who_decided,
    changed_without_a_version,
    changed_to_other_points_than_shown,
    struck_and_posted_all_the_same,
]


@pytest.mark.parametrize("planted", PLANTED, ids=lambda each: each.__name__)
def test_each_is_found(
    month: tuple[Place, Path], tmp_path: Path, planted: Callable[[Bodies], None]
) -> None:
    place, out = month
    shutil.copytree(out, tmp_path / "copy")
    copy = Copy.of(place.house, tmp_path / "copy")
    bodies = copy.bodies()
    planted(bodies)
    copy.rewrite(bodies)

    code, said = verify(copy.folder)

    assert code == 1, said
    assert "V9" in said, said


def listed_in_private(bodies: Bodies) -> None:
    of(bodies, "notice.opened")[STATE]["kind"] = "private"


def hung_for_a_month_long_past(bodies: Bodies) -> None:
    of(bodies, "notice.opened")[STATE]["month"] = "2026-08"


def proposed_long_after(bodies: Bodies) -> None:
    of(bodies, "award.proposed")[STATE]["occurred_on"] = "2025-11-01"


def refused_for_nothing(bodies: Bodies) -> None:
    of(bodies, "award.refused")[STATE]["why"] = "mood"


def over_its_cap_while_it_hangs(bodies: Bodies) -> None:
    of(bodies, "award.refused")[STATE]["why"] = "cap"


def decided_by_a_relative_of_who_objects(bodies: Bodies) -> None:
    """About the line of a household that is not near to her."""
    of(bodies, "objection.filed", 0)[STATE]["by"] = ZHAO
    by(bodies, of(bodies, "objection.decided", 0), "cousin", decider="cousin")


def to_an_entry(bodies: Bodies) -> None:
    """As if the first objection had been to what was posted, not to what hung."""
    filed = of(bodies, "objection.filed", 0)[STATE]
    filed |= {"about": "entry", "entry": filed["case"], "case": None, "notice": None}
    leave_out(bodies, of(bodies, "award.held", 0))


def to_an_entry_decided_by_the_reviewer(bodies: Bodies) -> None:
    to_an_entry(bodies)
    by(bodies, of(bodies, "objection.decided", 0), "reviewer", decider="reviewer")


def to_an_entry_decided_by_who_hung_it_up(bodies: Bodies) -> None:
    to_an_entry(bodies)
    by(bodies, of(bodies, "objection.decided", 0), "opener", decider="opener")


def a_strict_judge_left_out(bodies: Bodies) -> None:
    row = of(bodies, "evaluation.scored")[STATE]["rows"][1]
    row["recused"] = ["second"]


def a_strict_judge_left_out_by_the_meeting(bodies: Bodies) -> None:
    found = {"median": 75, "spread": 11, "counted": 2, "star": 3, "recused": ["second"]}
    results(bodies)[1] |= found


SAID = [
    (listed_in_private, "a deduction hangs alone"),
    (hung_for_a_month_long_past, "a month long past"),
    (proposed_long_after, "it is long past"),
    (refused_for_nothing, "another person decides"),
    (over_its_cap_while_it_hangs, "posted by who closed its notice"),
    (decided_by_a_relative_of_who_objects, "for a near relative"),
    (to_an_entry_decided_by_the_reviewer, "another person decides"),
    (to_an_entry_decided_by_who_hung_it_up, "another person decides"),
    (a_strict_judge_left_out, "a judge who is not near"),
    (a_strict_judge_left_out_by_the_meeting, "another was left out"),
]


@pytest.mark.parametrize(
    ("planted", "words"), [pytest.param(*each, id=each[0].__name__) for each in SAID]
)
def test_each_is_found_and_named(
    month: tuple[Place, Path], tmp_path: Path, planted: Callable[[Bodies], None], words: str
) -> None:
    place, out = month
    shutil.copytree(out, tmp_path / "copy")
    copy = Copy.of(place.house, tmp_path / "copy")
    bodies = copy.bodies()
    planted(bodies)
    copy.rewrite(bodies)

    code, said = verify(copy.folder)

    assert (code, "V9" in said, words in said) == (1, True, True), said
