"""Relatives, rounds of evaluation, plaques and consents; slips that people gave."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from points.aggregate import stable_id
from points.award import AwardCase
from points.consent import Consent
from points.evaluation import Evaluation
from points.kinship import Kinship
from points.scoring import CLEANEST, COURTYARD, Judge, Meeting, Row, Star, Terms
from points.showcase import Showcase
from points.sitting import Minutes, Sitting, Vote
from points.slip import ABOUT, FACES, Slips
from tests.contracts.golden.in_public import FACTS
from tests.contracts.golden.telling import HOUSEHOLD, NOTE, TODAY, VILLAGE, Story

NEIGHBOUR = "999901100201-A002"
JUDGES = (Judge("j1", HOUSEHOLD), Judge("j2"), Judge("j3"))
KIN = {"j2": frozenset({NEIGHBOUR})}
MEETING = Meeting("评议〔2026〕3号", "村委会会议室", 8, 12)


def judged(story: Story) -> None:
    _relatives(story)
    _cleanest(story)
    _courtyards(story)
    _plaques(story)
    _consents(story)
    _sitting(story)
    _slips(story)


def _relatives(story: Story) -> None:
    with story.told_by("ada", "village"):
        kinship = story.follow(Kinship.start("j2"))
        kinship.declare(NEIGHBOUR, "in-law")
        kinship.declare(HOUSEHOLD, "other")
    with story.told_by("ada", "village"):
        kinship.end(HOUSEHOLD)


def _cleanest(story: Story) -> None:
    """Totals; a sheet, its correction, and results of which one was proposed."""
    with story.told_by("ada", "village"):
        made = story.follow(
            Evaluation.open(VILLAGE, CLEANEST, "2026-03", judges=JUDGES, terms=Terms())
        )
    sheet = [Row(HOUSEHOLD, (None, (80,), (91,))), Row(NEIGHBOUR, ((70,), None, (60,)))]
    with story.told_by("ben", "village"):
        made.score(sheet, kin=KIN)
    with story.told_by("ben", "village"):
        corrected = replace(sheet[1], scores=((71,), None, (60,)))
        made.score([corrected], kin=KIN, corrects=True)
    with story.told_by("ada", "village"):
        best, *others = made.results(KIN)
        made.close(MEETING, [replace(best, case=str(stable_id("case", "cleanest"))), *others])


def _courtyards(story: Story) -> None:
    """Five items each, and stars; a household without enough scores has no result."""
    terms = Terms(by_item=True, stars=(Star(5, 90, "C02"), Star(4, 80)))
    with story.told_by("ada", "village"):
        made = story.follow(
            Evaluation.open(VILLAGE, COURTYARD, "2026-Q1", judges=JUDGES, terms=terms)
        )
        best, good = (19,) * 5, (17,) * 5
        made.score(
            [Row(NEIGHBOUR, (best, None, good)), Row(HOUSEHOLD, (None, good, None))], kin=KIN
        )
        first, *others = made.results(KIN)
        made.close(MEETING, [replace(first, star=4), *others])


def _plaques(story: Story) -> None:
    facts = {"household": HOUSEHOLD, "rule": "C03-V"}
    days = {"valid_from": TODAY, "valid_to": date(2027, 3, 14)}
    with story.told_by("ada", "village"):
        kept, revoked = (
            story.follow(Showcase.grant(str(stable_id("case", name)), plaque=name, **facts, **days))
            for name in ("牌1", "牌2")
        )
    with story.told_by("ben", "village", later=timedelta(days=90)):
        kept.reinspect(passed=True, note=None, note_digest=None)
        revoked.reinspect(passed=False, **NOTE)
    with story.told_by("ada", "village", later=timedelta(days=100)):
        for showcase in (kept, revoked):
            showcase.ask_revocation("not-kept-up", **NOTE)
    with story.told_by("ben", "village", later=timedelta(days=101)):
        kept.keep()
        revoked.revoke()


def _consents(story: Story) -> None:
    with story.told_by("ada", "village"):
        for household in (HOUSEHOLD, NEIGHBOUR):
            consent = story.follow(Consent.start(household, "F01-V"))
            consent.give(**NOTE)
    with story.told_by("ada", "village", later=timedelta(days=1)):
        consent.withdraw()


def _sitting(story: Story) -> None:
    """A body agrees to one case, without the member who is near to it, and not to another."""
    facts = {**FACTS, "body": "customs_council"}
    with story.told_by("ada", "village"):
        near, far = (
            story.follow(AwardCase.propose(stable_id("sat", home), household=home, **facts))
            for home in (NEIGHBOUR, HOUSEHOLD)
        )
    members = (*JUDGES, Judge("j4"))
    minutes = Minutes(VILLAGE, "customs_council", TODAY, "红白1号", "会议室", 6, members)
    with story.told_by("ben", "village"):
        votes = [
            Vote(str(case.id), case.household, "ada", TODAY, in_favour)
            for case, in_favour in ((near, 3), (far, 1))
        ]
        sitting = story.follow(Sitting.hold(minutes, votes, KIN))
        near.sign(sitting.id)
        far.refuse(**NOTE, sitting=sitting.id)


def _slips(story: Story) -> None:
    with story.told_by("system", "job"):
        slips = story.follow(Slips.start(VILLAGE, "2026Q1"))
        slips.take({(about, face): 1 for about in ABOUT for face in FACES})
