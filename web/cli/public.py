"""`notice`, `objection`, `kin`, `calendar`: awards in public, on the command line."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import click

from points.kinship import RELATIONS
from points.ledger import Answer, Proposal
from points.objection import MISSING, OUTCOMES, UPHELD, UnknownObjection
from web.access.authorize import at_household, at_place
from web.cli.call import Call, acts
from web.cli.tables import table
from web.words.codes import OBJECTION_ABOUT, OBJECTIONS
from web.words.codes import OUTCOMES as OUTCOME_WORDS
from web.words.codes import RELATIONS as RELATION_WORDS


@click.group(help="公示 / public notices.")
def notice() -> None:
    """See the module."""


@notice.command("list", help="列出公示 / what hangs and what hung.")
@click.option("--place", default="", help="行政区划代码 / region code.")
@acts
def notice_list(call: Call, place: str) -> None:
    call.check("notice.read", at_place(place or call.house.county.code))
    found = call.house.read.notices.of_place(place)
    heads = ("公示", "村", "月份", "期", "从", "到", "状态", "版")
    names = ("notice_id", "village", "month", "number", "opens_on", "closes_on", "state", "version")
    call.say(
        {"notices": found}, table(heads, [[str(each[name]) for name in names] for each in found])
    )


@notice.command("open", help="把复核好的挂出公示 / hang up reviewed cases, frozen and numbered.")
@click.option("--month", required=True, help="2026-11")
@click.argument("cases", nargs=-1, type=click.UUID)
@acts
def notice_open(call: Call, month: str, cases: tuple[UUID, ...]) -> None:
    """Of `--village`; without cases everything of it that was reviewed and brings points."""
    if call.village is None:
        raise click.UsageError("--village")
    village = call.village
    call.check("notice.open", at_place(village))
    waiting = call.house.read.cases.reviewed(village)
    chosen = cases or [each["case_id"] for each in waiting if each["points"] > 0]
    with call.acting():
        made = call.house.ledger.open_notice(village, month, chosen)
    hung = call.house.read.notices.one(made)
    assert hung is not None
    call.say(
        {"notice": str(made), "lines": len(chosen), "closes_on": hung["closes_on"]},
        f"公示 {made}：{len(chosen)} 条，到 {hung['closes_on']} 为止。",
    )


@click.group(help="异议 / objections.")
def objection() -> None:
    """See the module."""


@objection.command("list", help="列出等答复的异议 / who waits for an answer.")
@click.option("--place", default="", help="行政区划代码 / region code.")
@acts
def objection_list(call: Call, place: str) -> None:
    call.check("objection.read", at_place(place or call.house.county.code))
    found = call.house.read.objections.waiting(place)
    rows = [
        (
            str(each["objection_id"]),
            OBJECTION_ABOUT[each["about"]],
            each["household"] or "—",
            each["due_on"],
            OBJECTIONS[each["state"]],
        )
        for each in found
    ]
    call.say({"objections": found}, table(("异议", "关于", "户", "最迟答复", "状态"), rows))


@objection.command("answer", help="答复一条异议 / the answer is published.")
@click.argument("objection_id", type=click.UUID)
@click.argument("outcome", type=click.Choice(OUTCOMES))
@click.option("--answer", "said", required=True, help="答复，不写人名 / no names in it.")
@click.option("--points", type=int, help="改成几分 / the line's new points.")
@click.option("--rule", help="补哪一项 / for what was missing.")
@click.option("--on", "occurred_on", type=click.DateTime(["%Y-%m-%d"]))
@acts
def objection_answer(
    call: Call,
    objection_id: UUID,
    outcome: str,
    said: str,
    points: int | None,
    rule: str | None,
    occurred_on: date | None,
) -> None:
    row = call.house.read.objections.one(objection_id)
    if row is None:
        raise UnknownObjection(objection=str(objection_id))
    call.check("objection.decide", at_place(row["village"]))
    instead = None
    if row["about"] == MISSING and outcome == UPHELD and rule:
        day = date(*occurred_on.timetuple()[:3]) if occurred_on else call.today
        instead = Proposal(row["household"], rule, day, points=points)
    ledger = call.house.ledger
    act = ledger.settle_objection if row["state"] == "appealed" else ledger.decide_objection
    with call.acting():
        act(objection_id, Answer(outcome, said, points=points, instead=instead))
    call.say(
        {"objection": str(objection_id), "outcome": outcome}, f"答复了：{OUTCOME_WORDS[outcome]}"
    )


@click.group(help="亲属回避 / near relatives decide nothing.")
def kin() -> None:
    """See the module."""


@kin.command("list", help="谁回避哪一户 / who keeps out of what.")
@click.option("--place", default="", help="行政区划代码 / region code.")
@acts
def kin_list(call: Call, place: str) -> None:
    call.check("kin.read", at_place(place or call.house.county.code))
    found = call.house.read.kinship.of_place(place)
    rows = [(each["person"], each["household"], RELATION_WORDS[each["relation"]]) for each in found]
    call.say({"kin": found}, table(("谁", "户", "关系"), rows))


@kin.command("declare", help="登记一户近亲 / PERSON is a user's id.")
@click.argument("person")
@click.argument("household")
@click.argument("relation", type=click.Choice(RELATIONS))
@acts
def kin_declare(call: Call, person: str, household: str, relation: str) -> None:
    number = call.house.registry.resolve(household, "") if "-" not in household else household
    call.check("kin.declare", at_household(number))
    call.house.users.by_id(person)
    with call.acting():
        call.house.ledger.declare_kin(person, number, relation)
    call.say({"person": person, "household": number}, "登记好了。")


@click.group(help="工作日 / working days.")
def calendar() -> None:
    """See the module."""


@calendar.command("declare", help="声明某天上班或放假 / a day that the calendar has wrong.")
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--working/--free", required=True)
@click.option("--document", required=True, help="文号 / its number.")
@acts
def calendar_declare(call: Call, day: date, working: bool, document: str) -> None:
    call.check("rule.adopt", at_place(call.house.county.code))
    told = date(*day.timetuple()[:3])
    with call.acting():
        call.house.ledger.declare_day(told, working=working, document=document)
    call.say(
        {"day": told.isoformat(), "working": working}, f"{told}：{'上班' if working else '放假'}"
    )
