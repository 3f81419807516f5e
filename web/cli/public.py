"""`notice`, `objection`, `kin`, `calendar`: awards in public, on the command line."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import click

from points.kinship import RELATIONS
from points.ledger import Answer, Proposal
from points.notice import UnknownNotice
from points.objection import LINE, MISSING, OUTCOMES, UPHELD, UnknownObjection
from web.access.authorize import at_place
from web.api.notices import ObjectionRead, spoken
from web.cli.call import Call, acts
from web.cli.tables import table
from web.village.doubting import NUMBER_MAX, entry_of
from web.words.codes import CASES, OBJECTION_ABOUT, OBJECTIONS
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


@notice.command("show", help="一份公示的每一条 / its lines, as hung up and as they stand.")
@click.argument("notice_id", type=click.UUID, metavar="NOTICE")
@acts
def notice_show(call: Call, notice_id: UUID) -> None:
    found = _notice(call, notice_id)
    call.check("notice.read", at_place(found["village"]))
    lines = call.house.read.notices.lines([notice_id])
    names = ("line", "household", "rule", "item", "points", "points_now")
    rows = [(*(each[name] for name in names), str(CASES[each["state"]])) for each in lines]
    call.say(
        {**found, "lines": lines},
        f"{found['village']} {found['month']} {found['opens_on']}～{found['closes_on']}",
        table(("条", "户", "代码", "项目", "公示时", "现在", "状态"), rows),
    )


def _notice(call: Call, notice_id: UUID) -> dict[str, Any]:
    """Raises `UnknownNotice`."""
    found = call.house.read.notices.one(notice_id)
    if found is None:
        raise UnknownNotice(notice=str(notice_id))
    return found


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


@objection.command("show", help="一条异议说了什么、怎么答复 / what was said and answered.")
@click.argument("objection_id", type=click.UUID)
@acts
def objection_show(call: Call, objection_id: UUID) -> None:
    found = _objection(call, objection_id)
    call.check("objection.read", at_place(found["village"]))
    told = ObjectionRead().dump(spoken(call.house, found))
    call.say(
        told,
        f"{OBJECTION_ABOUT[found['about']]} {found['household'] or ''} "
        f"{OBJECTIONS[found['state']]}，最迟 {found['due_on']} 答复。",
        *(
            f"{title}：{told[name]}"
            for title, name in (("异议", "text"), ("答复", "answer"), ("不服", "appeal"))
            if told[name]
        ),
    )


@objection.command("file", help="登记纸上提的异议 / what somebody brought on paper.")
@click.argument("notice_id", type=click.UUID, metavar="NOTICE")
@click.option("--line", type=int, help="对第几条 / to a line, by its number.")
@click.option("--missing", metavar="HOUSEHOLD", help="少了哪户的 / whose points are missing.")
@click.option("--by", metavar="HOUSEHOLD", help="哪户提的，不写就不记名 / may be left out.")
@click.option("--text", "said", required=True, help="说了什么，加密保存 / kept sealed.")
@acts
def objection_file(
    call: Call, notice_id: UUID, line: int | None, missing: str | None, by: str | None, said: str
) -> None:
    if (line is None) == (missing is None):
        raise click.UsageError("--line | --missing")
    village = _notice(call, notice_id)["village"]
    call.check("objection.file", at_place(village))
    meant = call.house.registry.resolve_own
    with call.acting():
        made = call.house.ledger.object_to(
            notice_id,
            about=LINE if missing is None else MISSING,
            line=line,
            household=meant(missing, village) if missing else None,
            by=meant(by, village) if by else None,
            text=said,
            way="paper",
        )
    filed = _objection(call, made)
    call.say(
        {"objection": str(made), "household": filed["household"], "due_on": filed["due_on"]},
        f"异议 {made}：登记好了，最迟 {filed['due_on']} 答复。",
    )


@objection.command("entry", help="已入账的一笔有疑问 / against a posted entry, brought on paper.")
@click.argument("household")
@click.argument("entry", type=click.IntRange(1, NUMBER_MAX))
@click.option("--text", "said", required=True, help="说了什么，加密保存 / kept sealed.")
@acts
def objection_entry(call: Call, household: str, entry: int, said: str) -> None:
    """ENTRY is the line's number in `jiamei --json statement`."""
    number = call.number(household, "objection.file")
    line = entry_of(call.house, number, entry)
    with call.acting():
        made = call.house.ledger.object_to_entry(
            number, entry=line["ref"], text=said, way="paper", by=number
        )
    filed = _objection(call, made)
    call.say(
        {"objection": str(made), "household": number, "due_on": filed["due_on"]},
        f"异议 {made}：登记好了，最迟 {filed['due_on']} 答复。",
    )


@objection.command("appeal", help="报到乡镇 / taken to the township.")
@click.argument("objection_id", type=click.UUID)
@click.option("--text", "said", required=True, help="为什么不服，加密保存 / kept sealed.")
@acts
def objection_appeal(call: Call, objection_id: UUID, said: str) -> None:
    call.check("objection.file", at_place(_objection(call, objection_id)["village"]))
    with call.acting():
        call.house.ledger.appeal_objection(objection_id, text=said)
    state = _objection(call, objection_id)["state"]
    call.say({"objection": str(objection_id), "state": state}, "已经报到乡镇。")


def _objection(call: Call, objection_id: UUID) -> dict[str, Any]:
    """Raises `UnknownObjection`."""
    found = call.house.read.objections.one(objection_id)
    if found is None:
        raise UnknownObjection(objection=str(objection_id))
    return found


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
    row = _objection(call, objection_id)
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
    number = call.number(household, "kin.declare")
    call.house.users.by_id(person)
    with call.acting():
        call.house.ledger.declare_kin(person, number, relation)
    call.say({"person": person, "household": number}, "登记好了。")


@kin.command("end", help="不再回避，记录仍然留着 / no longer; the record stays.")
@click.argument("person")
@click.argument("household")
@acts
def kin_end(call: Call, person: str, household: str) -> None:
    number = call.number(household, "kin.declare")
    with call.acting():
        call.house.ledger.end_kin(person, number)
    call.say({"person": person, "household": number}, "不再回避。")


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
