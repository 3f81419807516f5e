"""Four deliberations and two disclosures bring a rule book into force, and nothing else does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from points.checks import check
from points.envelope import SamePerson, opened
from points.ledger import Proposal
from points.procedure import (
    DELIBERATIONS,
    STEPS,
    BadStep,
    NoMajority,
    ProcedureIncomplete,
    Step,
    StepOutOfTurn,
    TooFewPresent,
    UnknownOpinion,
    majority,
    quorum,
)
from points.rulebook import CARRY_OVER, Rule, RuleBook
from points.versions import AlreadyAdopted, BadLine, UnknownVersion
from tests.support.cast import ADA, BEN, DORA, RULES, TINA, ZHAO
from tests.support.history import acting, given, news
from tests.support.procedure import adopt_by_procedure, procedure, take_steps
from tests.support.town import Town

TODAY = date(2026, 11, 24)
A_DAY = timedelta(days=1)

pytestmark = pytest.mark.row("A1", "A2", "Q3")


def drafted(steps: int = 0) -> Any:
    """A draft of Ada's with its first steps taken, nothing decided since."""
    with acting(ADA):
        book = RuleBook.start()
        book.draft_rules(RULES, CARRY_OVER)
        take_steps(book, 1, TODAY, steps)
    book.collect_events()
    return book


def meeting(entitled: int, present: int, in_favour: int) -> Step:
    first = procedure(TODAY)[0]
    return replace(first, entitled=entitled, present=present, in_favour=in_favour)


@pytest.fixture
def people(town: Town) -> Town:
    town.books()
    town.household(ZHAO)
    return town


def test_a_step_is_written_down_as_it_was_taken() -> None:
    book = drafted()
    with acting(DORA):
        book.take_step(1, meeting(9, 6, 4), note="n", note_digest="d")

    [(event, said)] = news(book)
    assert event is RuleBook.StepRecorded
    assert said == {
        "version": 1,
        "step": "branch",
        "day": "2026-10-25",
        "number": "示例字〔2026〕1号",
        "body": "示例村党支部",
        "entitled": 9,
        "present": 6,
        "in_favour": 4,
        "place": "",
        "until": None,
        "note": "n",
        "note_digest": "d",
    }


@pytest.mark.parametrize("taken", range(len(STEPS)))
def test_a_draft_without_a_step_is_refused_and_told_which(taken: int) -> None:
    book = drafted(taken)
    with acting(BEN), pytest.raises(ProcedureIncomplete) as refused:
        book.adopt(1, effective_from=TODAY)

    assert refused.value.facts == {"version": 1, "step": STEPS[taken]}
    assert news(book) == []


def test_after_all_six_another_person_adopts() -> None:
    book = drafted(len(STEPS))
    with acting(ADA), pytest.raises(SamePerson):
        book.adopt(1, effective_from=TODAY)
    with acting(BEN):
        book.adopt(1, effective_from=TODAY)

    assert book.in_force(TODAY)[0] == 1


@pytest.mark.parametrize("taken", range(len(STEPS)))
def test_no_step_is_taken_before_or_after_its_turn(taken: int) -> None:
    book, steps = drafted(taken), procedure(TODAY)
    for step in [*steps[:taken], *steps[taken + 1 :]]:
        with acting(ADA), pytest.raises(StepOutOfTurn) as refused:
            book.take_step(1, step)
        assert refused.value.facts["next"] == STEPS[taken]


def test_after_the_sixth_there_is_no_other() -> None:
    book = drafted(len(STEPS))
    with acting(ADA), pytest.raises(StepOutOfTurn):
        book.take_step(1, procedure(TODAY)[5])


@pytest.mark.parametrize(
    ("entitled", "needed"), [(1, 1), (2, 2), (3, 2), (4, 3), (9, 6), (10, 7), (11, 8), (300, 200)]
)
def test_two_thirds_are_present(entitled: int, needed: int) -> None:
    assert quorum(entitled) == needed
    with acting(ADA):
        drafted().take_step(1, meeting(entitled, needed, needed))
        with pytest.raises(TooFewPresent) as refused:
            drafted().take_step(1, meeting(entitled, needed - 1, needed - 1))

    assert refused.value.facts["needed"] == needed


@pytest.mark.parametrize(("present", "needed"), [(1, 1), (2, 2), (3, 2), (4, 3), (9, 5), (10, 6)])
def test_more_than_half_of_those_present_are_in_favour(present: int, needed: int) -> None:
    assert majority(present) == needed
    with acting(ADA):
        drafted().take_step(1, meeting(present, present, needed))
        with pytest.raises(NoMajority) as refused:
            drafted().take_step(1, meeting(present, present, needed - 1))

    assert refused.value.facts["needed"] == needed


@pytest.mark.parametrize(
    ("at", "change", "why"),
    [
        (0, {"day": TODAY + A_DAY}, "future"),
        (1, {"day": TODAY - 31 * A_DAY}, "before-last"),
        (0, {"number": "  "}, "number"),
        (0, {"number": "9" * 61}, "number"),
        (0, {"body": ""}, "body"),
        (0, {"body": "会" * 61}, "body"),
        (0, {"entitled": None}, "people"),
        (0, {"entitled": 0, "present": 0, "in_favour": 0}, "people"),
        (0, {"present": 31}, "people"),
        (0, {"in_favour": 25}, "people"),
        (0, {"in_favour": -1}, "people"),
        (0, {"entitled": 200_000, "present": 150_000, "in_favour": 150_000}, "people"),
        (0, {"place": "公开栏"}, "not-of-this-step"),
        (0, {"until": TODAY}, "not-of-this-step"),
        (4, {"place": ""}, "place"),
        (4, {"place": "栏" * 61}, "place"),
        (4, {"until": None}, "until"),
        (4, {"until": TODAY - 15 * A_DAY}, "until"),
        (4, {"body": "党支部"}, "not-of-this-step"),
        (4, {"present": 0}, "not-of-this-step"),
    ],
)
def test_a_step_is_whole_and_of_a_day_that_was(at: int, change: dict[str, Any], why: str) -> None:
    book, step = drafted(at), replace(procedure(TODAY)[at], **change)
    with acting(ADA), pytest.raises(BadStep) as refused:
        book.take_step(1, step)

    assert refused.value.facts == {"step": STEPS[at], "why": why}
    assert news(book) == []


def test_all_six_may_be_of_today() -> None:
    """A disclosure hangs on: its last day may lie ahead."""
    book = drafted()
    with acting(BEN):
        for step in procedure(TODAY):
            until = TODAY + 7 * A_DAY if step.step not in DELIBERATIONS else None
            book.take_step(1, replace(step, day=TODAY, until=until))
        book.adopt(1, effective_from=TODAY)

    assert book.in_force(TODAY)[0] == 1


def test_what_is_in_force_takes_no_more_steps_and_an_unknown_version_none() -> None:
    book = given(
        RuleBook,
        (RuleBook.Created, {}),
        (RuleBook.Drafted, {"version": 1, "drafter": "ada", "lines": [], "policy": {}}),
        (RuleBook.Adopted, {"version": 1, "effective_from": "2026-11-24"}),
    )
    with acting(BEN):
        with pytest.raises(AlreadyAdopted):
            book.take_step(1, procedure(TODAY)[0])
        with pytest.raises(UnknownVersion):
            book.take_step(2, procedure(TODAY)[0])
        with pytest.raises(UnknownVersion):
            book.check_legally(2, "lawful", note=None, note_digest=None)
        with pytest.raises(UnknownVersion):
            book.adopt(2, effective_from=TODAY)


def test_the_legal_adviser_has_her_word_and_stops_nothing() -> None:
    book = drafted(len(STEPS))
    with acting(DORA):
        with pytest.raises(UnknownOpinion):
            book.check_legally(1, "maybe", note=None, note_digest=None)
        book.check_legally(1, "remarks", note="n", note_digest="d")
    with acting(BEN):
        book.adopt(1, effective_from=TODAY)

    [said] = book.legal_of(1)
    assert said == {"checker": "dora", "opinion": "remarks", "note": "n", "day": "2026-11-24"}


@pytest.mark.parametrize("kind", ["", "sheet", "photo", "consent"])
def test_a_rule_says_what_must_lie_with_it(kind: str) -> None:
    with acting(ADA):
        RuleBook.start().draft_rules([replace(RULES[2], proof_kind=kind)], CARRY_OVER)
        with pytest.raises(BadLine) as refused:
            RuleBook.start().draft_rules([replace(RULES[2], proof_kind="film")], CARRY_OVER)

    assert refused.value.facts["why"] == "proof-kind"


# In the ledger.


def test_a_new_rule_is_live_the_same_day(people: Town) -> None:
    new = Rule("X01", "看护水渠", "civility", 4, 4)
    version = people.by(ADA).draft_rules([*RULES, new])
    adopt_by_procedure(people.by(BEN), version, people.today)

    case = people.by(ADA).propose(Proposal(ZHAO, "X01", people.today))
    found = people.read.cases.one(case)
    assert found is not None
    assert found["item"] == "看护水渠"


def test_an_old_credit_keeps_the_text_and_version_that_it_was_made_under(people: Town) -> None:
    before = people.ledger.rules_on(people.today)[0]
    people.earned(ZHAO, 5, "C01")
    renamed = [replace(rule, name="改了名") if rule.code == "C01" else rule for rule in RULES]
    version = people.by(ADA).draft_rules(renamed)
    adopt_by_procedure(people.by(BEN), version, people.today)

    line = next(each for each in people.read.entries.latest(ZHAO) if each["kind"] == "credit")
    assert (line["item"], line["rule"], line["rule_version"]) == ("清洁户", "C01", before)
    assert people.by(TINA).rule_on(people.today, "C01")[1].name == "改了名"


def test_all_the_steps_of_a_command_are_recorded_or_none(people: Town) -> None:
    version = people.by(ADA).draft_rules(RULES)
    steps = procedure(people.today)
    steps[3] = replace(steps[3], present=3)
    with pytest.raises(BadStep):
        people.by(ADA).record_rule_steps(version, steps)

    assert people.ledger.rule_book().steps_of(version) == []


def test_a_command_sent_twice_records_its_steps_once(people: Town) -> None:
    version = people.by(ADA).draft_rules(RULES)
    for _ in range(2):
        people.by(DORA, "once").record_rule_steps(version, procedure(people.today)[:2])

    assert len(people.ledger.rule_book().steps_of(version)) == 2


def test_notes_are_sealed_and_the_checks_find_nothing(people: Town) -> None:
    version = people.by(ADA).draft_rules(RULES)
    steps = [replace(step, note="两人请假") for step in procedure(people.today)]
    people.by(DORA).record_rule_steps(version, steps)
    people.by(DORA).check_rules_legally(version, opinion="lawful", note="县司法局看过")
    people.by(BEN).adopt_rules(version, effective_from=people.today)

    book = people.ledger.rule_book()
    assert all(step["note"] not in (None, "两人请假") for step in book.steps_of(version))
    assert book.legal_of(version)[0]["note"] != "县司法局看过"
    assert check(people.county) == []


ADOPTED = {"effective_from": TODAY.isoformat()}
STEP = {**meeting(9, 6, 4).fields(), "note": None, "note_digest": None}
LEGAL = {"checker": "ada", "opinion": "lawful", "note": None, "note_digest": None}


@pytest.mark.parametrize(
    ("event", "fields", "check_name"),
    [
        (RuleBook.Adopted, ADOPTED, "procedures"),
        (RuleBook.StepRecorded, STEP | {"step": "decision"}, "procedures"),
        (RuleBook.StepRecorded, STEP | {"present": 5}, "procedures"),
        (RuleBook.StepRecorded, STEP | {"in_favour": 3}, "procedures"),
        (RuleBook.StepRecorded, STEP | {"day": "2026-11-25"}, "procedures"),
        (RuleBook.LegallyChecked, LEGAL | {"opinion": "maybe"}, "procedures"),
        (RuleBook.LegallyChecked, LEGAL, "duties"),
    ],
    ids=["no-steps", "order", "attendance", "majority", "future", "opinion", "another-checker"],
)
def test_the_checks_find_what_went_past_the_rules(
    people: Town, event: type, fields: dict[str, Any], check_name: str
) -> None:
    version = people.by(ADA).draft_rules(RULES)
    with opened(people.envelope(BEN)):
        book = people.ledger.rule_book()
        book.record(event, version=version, **fields)
        people.ledger.save(book)

    assert check_name in {finding.check for finding in check(people.county)}


def test_the_checks_find_nothing_wrong_with_an_honest_step(people: Town) -> None:
    version = people.by(ADA).draft_rules(RULES)
    with opened(people.envelope(BEN)):
        book = people.ledger.rule_book()
        book.record(RuleBook.StepRecorded, version=version, **STEP)
        book.record(RuleBook.LegallyChecked, version=version, **LEGAL | {"checker": "ben"})
        people.ledger.save(book)

    assert check(people.county) == []
