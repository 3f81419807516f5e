"""J7: who supervises leaves her own sign-off, once a month and place, and changes nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from points.aggregate import stable_id
from points.checks import check
from points.ledger import Checked
from points.signoff import (
    FindingUnknown,
    NotHerSignOff,
    NothingChecked,
    PeriodNotOver,
    PeriodUnknown,
    SignedOff,
    UnknownSignOff,
)
from points.store.notes import Notes
from points.undo import ReasonMissing
from tests.support.cast import ADA, BEN, VILLAGE, ZHAO
from tests.support.town import Numbers, OpenBox, Town

pytestmark = pytest.mark.row("J7")

MONTH = "2026-10"


def looked(*findings: tuple[int, str], note: str = "") -> Checked:
    return Checked([11, 12, 13], findings, seed="ab" * 32, note=note)


def test_a_sign_off_says_who_what_and_which_sample(town: Town) -> None:
    town.by(ADA).sign_off(VILLAGE, MONTH, looked((12, "no-paper"), note="缺签到表"))

    [found] = town.read.signoffs.of(VILLAGE)
    assert (found["signer"], found["period"], found["seed"]) == (ADA.id, MONTH, "ab" * 32)
    assert (found["checked"], found["wrong"], found["codes"]) == (3, 1, "no-paper")
    assert town.read.signoffs.of(VILLAGE, "2026-09") == []
    assert check(town.county) == []


def test_once_for_each_person_place_and_month(town: Town) -> None:
    town.by(ADA).sign_off(VILLAGE, MONTH, looked())
    with pytest.raises(SignedOff):
        town.by(ADA).sign_off(VILLAGE, MONTH, looked())

    town.by(BEN).sign_off(VILLAGE, MONTH, looked())
    town.by(ADA).sign_off(VILLAGE, "2026-09", looked())
    town.by(ADA).sign_off(VILLAGE[:9], MONTH, looked())
    assert len(town.read.signoffs.of()) == 4


def test_a_correction_is_another_one_that_names_the_first(town: Town) -> None:
    first = town.by(ADA).sign_off(VILLAGE, MONTH, looked((12, "no-paper")))
    second = town.by(ADA).correct_sign_off(first, looked(note="签到表找到了"))

    new, old = town.read.signoffs.one(second), town.read.signoffs.one(first)
    assert new is not None
    assert old is not None
    assert (new["corrects"], new["number"], new["wrong"]) == (str(first), 2, 0)
    assert (old["corrected_by"], old["wrong"]) == (str(second), 1)
    third = town.by(ADA).correct_sign_off(second, looked(note="又丢了"))
    last = town.read.signoffs.one(third)
    assert last is not None
    assert last["number"] == 3
    assert check(town.county) == []


def test_only_her_own_last_one_is_corrected_and_with_a_reason(town: Town) -> None:
    first = town.by(ADA).sign_off(VILLAGE, MONTH, looked())
    with pytest.raises(NotHerSignOff):
        town.by(BEN).correct_sign_off(first, looked(note="不是我的"))
    with pytest.raises(ReasonMissing):
        town.by(ADA).correct_sign_off(first, looked(note=" "))
    town.by(ADA).correct_sign_off(first, looked(note="补"))
    with pytest.raises(NotHerSignOff):
        town.by(ADA).correct_sign_off(first, looked(note="再补"))
    with pytest.raises(UnknownSignOff):
        town.by(ADA).correct_sign_off(stable_id("no", "such"), looked(note="没有"))


@pytest.mark.parametrize(
    ("month", "checked", "refusal"),
    [
        ("2026-13", looked(), PeriodUnknown),
        ("2026-1", looked(), PeriodUnknown),
        ("2026-11", looked(), PeriodNotOver),
        ("2027-01", looked(), PeriodNotOver),
        (MONTH, Checked([]), NothingChecked),
        (MONTH, looked((12, "guilty")), FindingUnknown),
        (MONTH, looked((99, "no-paper")), FindingUnknown),
        (MONTH, looked((12, "other")), ReasonMissing),
    ],
)
def test_what_is_no_sign_off_is_refused(
    town: Town, month: str, checked: Checked, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        town.by(ADA).sign_off(VILLAGE, month, checked)


def test_the_note_is_sealed_and_no_account_moves(town: Town) -> None:
    town.household(ZHAO)
    town.earned(ZHAO, 20)
    before: Any = town.read.balances.of(ZHAO)
    town.by(ADA).sign_off(VILLAGE, MONTH, looked((12, "other"), note="手印不清"))

    [found] = town.read.signoffs.of(VILLAGE)
    with town.county.read() as sql:
        states = [bytes(row[0]) for row in sql.exec_driver_sql("SELECT state FROM events")]
    assert not any("手印不清".encode() in state for state in states)
    texts = Notes(town.county, OpenBox(Numbers())).texts([found["note"]])
    assert texts[found["note"]] == "手印不清"
    assert town.read.balances.of(ZHAO) == before
