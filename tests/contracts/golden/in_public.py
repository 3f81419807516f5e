"""Awards as they go through a notice, objections to them, and days that the county declared."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from points.aggregate import stable_id
from points.award import AwardCase
from points.calendar import Calendar
from points.notice import PRIVATE, PUBLIC, Line, Notice
from points.objection import DISMISSED, UPHELD, Objection
from tests.contracts.golden.telling import HOUSEHOLD, NOTE, VILLAGE, Story

FACTS = {
    "rule": "C01",
    "rule_version": 1,
    "item": "清洁户",
    "points": 5,
    "bucket": "earned",
    "occurred_on": "2026-03-14",
    "minutes": None,
    "earner": None,
    "signatures_needed": 1,
    "objection": None,
    "body": "",
    "photos": [],
    **NOTE,
}
HUNG = ("posted", "kept", "changed", "struck", "capped")
"""Cases by what comes of them."""
OBJECTED = ("kept", "changed", "struck", "missing", "entry")
LATER = timedelta(days=20)


def in_public(story: Story) -> None:
    with story.told_by("ada", "county"):
        calendar = story.follow(Calendar.start())
        calendar.declare(date(2026, 3, 17), working=False, document="县政府通知第 8 号")
    cases = _reviewed(story)
    notices = _hung_up(story, cases, calendar.days)
    found = _objected(story, cases, notices[0], calendar.days)
    _decided(story, cases, notices[0], found, calendar.days)
    with story.told_by("cleo", "village", later=LATER):
        for notice in notices:
            notice.close()
        cases["capped"].cap_reached()
        for name in ("posted", "kept", "changed"):
            cases[name].post()


def _reviewed(story: Story) -> dict[str, Any]:
    names = (*HUNG, "deducted", "refused", "withdrawn")
    told = {
        "kept": {"photos": ["e" * 64], "minutes": 120, "earner": "p1"},
        "deducted": {"points": -5, "rule": "N01", "item": "乱倒垃圾", "signatures_needed": 2},
    }
    with story.told_by("ada", "village"):
        cases = {name: _proposed(story, name, **told.get(name, {})) for name in names}
        cases["withdrawn"].withdraw()
    for signer in ("ben", "dana"):
        with story.told_by(signer, "village"):
            for name in HUNG if signer == "ben" else ():
                cases[name].sign()
            cases["deducted"].sign()
    with story.told_by("ben", "village"):
        cases["refused"].refuse(**NOTE)
    return cases


def _proposed(story: Story, name: str, **told: object) -> Any:
    facts = {**FACTS, **told}
    return story.follow(AwardCase.propose(stable_id("case", name), household=HOUSEHOLD, **facts))


def _hung_up(story: Story, cases: dict[str, Any], declared: dict[str, bool]) -> list[Any]:
    """A public notice, and a private one."""
    boards = ((PUBLIC, HUNG), (PRIVATE, ("deducted",)))
    with story.told_by("cleo", "village"):
        notices = []
        for number, (kind, names) in enumerate(boards, start=1):
            lines = [_line(cases[name], recused=("fay",)) for name in names]
            notice = story.follow(
                Notice.open(VILLAGE, "2026-02", number, kind=kind, lines=lines, calendar=declared)
            )
            for name in names:
                cases[name].show(notice.id, notice.closes_on)
            notices.append(notice)
    return notices


def _line(case: Any, recused: tuple[str, ...]) -> Line:
    return Line(
        str(case.id),
        case.household,
        case.rule,
        case.item,
        case.points,
        case.rule == "N01",
        case.proposer,
        tuple(case.signers),
        recused,
    )


def _objected(
    story: Story, cases: dict[str, Any], notice: Any, declared: dict[str, bool]
) -> dict[str, Any]:
    ways = {
        "kept": ("page", None),
        "changed": ("card", HOUSEHOLD),
        "struck": ("paper", None),
        "missing": ("card", HOUSEHOLD),
        "entry": ("card", HOUSEHOLD),
    }
    found: dict[str, Any] = {}
    for name in OBJECTED:
        way, by = ways[name]
        hangs = name in cases
        with story.told_by("anonymous", "public"):
            found[name] = story.follow(
                Objection.file(
                    stable_id("objection", name),
                    village=VILLAGE,
                    about="line" if hangs else name,
                    way=way,
                    calendar=declared,
                    notice=None if name == "entry" else str(notice.id),
                    case=str(cases[name].id) if hangs else None,
                    entry="c1" if name == "entry" else None,
                    household=None if name == "missing" else HOUSEHOLD,
                    by=by,
                    **NOTE,
                )
            )
            if hangs:
                cases[name].hold(found[name].id)
    return found


def _decided(
    story: Story,
    cases: dict[str, Any],
    notice: Any,
    found: dict[str, Any],
    declared: dict[str, bool],
) -> None:
    about: dict[str, Any] = {"involved": ("ada", "ben", "cleo"), **NOTE}
    with story.told_by("gail", "village"):
        plain = {"calendar": declared, "case": None, **about}
        found["kept"].decide(DISMISSED, points=None, **plain)
        found["entry"].decide(DISMISSED, points=None, **plain)
        until = found["changed"].decide(UPHELD, points=3, **plain)
        cases["changed"].release(found["changed"].id, post_after=until.isoformat(), points=3)
        line = notice.line_of(str(cases["changed"].id))
        notice.correct(line, points=3, objection=str(found["changed"].id))
        found["struck"].decide(UPHELD, points=None, **plain)
        cases["struck"].strike(**NOTE)
        line = notice.line_of(str(cases["struck"].id))
        notice.correct(line, points=None, objection=str(found["struck"].id))
        answer = _proposed(story, "missing", objection=str(found["missing"].id))
        found["missing"].decide(UPHELD, points=None, **{**plain, "case": str(answer.id)})
    with story.told_by("anonymous", "public"):
        found["kept"].appeal(calendar=declared, **NOTE)
    with story.told_by("tina", "township"):
        found["kept"].settle(DISMISSED, points=None, case=None, **about)
        cases["kept"].release(found["kept"].id, post_after="")
