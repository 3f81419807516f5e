"""`sitting`: what the bodies of villages decided, and entering their minutes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import click

from points.rulebook import COUNCILS
from points.sitting import Minutes
from web.access.authorize import at_place
from web.cli.call import Call, acts
from web.cli.tables import table
from web.members import member
from web.words.facts import BODIES


class CaseVotes(click.ParamType[tuple[UUID, int]]):
    """A case and how many were in favour of it, `ID=7`."""

    name = "votes"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[UUID, int]:
        case, _, number = str(value).partition("=")
        try:
            return UUID(case), int(number)
        except ValueError:
            self.fail(f"{value}: CASE=7", param, ctx)


@click.group(help="评议会议 / sittings of the bodies that rules name.")
def sitting() -> None:
    pass


@sitting.command("list", help="开过的会和等评议的 / what was decided, and what waits for a body.")
@click.option("--place", default="", help="行政区划代码 / region code.")
@acts
def sitting_list(call: Call, place: str) -> None:
    call.check("award.read", at_place(place or call.house.county.code))
    held = call.house.read.sittings.of_place(place)
    waiting = call.house.read.cases.before_a_sitting(place)
    names = ("village", "body", "day", "number", "present", "required")
    rows = [[str(each[name]) for name in names] for each in held]
    asked = ("case_id", "household", "body", "item", "points")
    call.say(
        {
            "sittings": held,
            "waiting": [{name: each[name] for name in asked} for each in waiting],
        },
        table(("村", "会", "日子", "会议记录", "实到", "应到"), rows),
        table(
            ("等评议的", "户", "会", "事项", "分"),
            [[str(each[name]) for name in asked] for each in waiting],
        ),
    )


@sitting.command(
    "hold", help="录一次会议 / enter the minutes of one sitting; CASE=7 were in favour."
)
@click.option("--body", required=True, type=click.Choice(COUNCILS))
@click.option("--number", required=True, help="会议记录编号 / number of the minutes.")
@click.option("--on", "day", required=True, type=click.DateTime(["%Y-%m-%d"]))
@click.option("--where", required=True, help="开会地点 / where it met.")
@click.option("--required", required=True, type=int, help="应到几人 / how many belong to it.")
@click.option("--member", "members", multiple=True, help="到会的人 / a login or household number.")
@click.argument("votes", nargs=-1, required=True, type=CaseVotes())
@acts
def sitting_hold(
    call: Call,
    body: str,
    number: str,
    day: datetime,
    where: str,
    required: int,
    members: tuple[str, ...],
    votes: tuple[tuple[UUID, int], ...],
) -> None:
    """Of `--village`."""
    if call.village is None:
        raise click.UsageError("--village")
    call.check("award.sign", at_place(call.village))
    present = [member(call.house, each, call.village) for each in members]
    minutes = Minutes(call.village, body, day.date(), number, where, required, present)
    with call.acting():
        made = call.house.ledger.hold_sitting(minutes, dict(votes))
    decided = call.house.read.sittings.decisions(made)
    agreed = sum(each["agreed"] for each in decided)
    call.say(
        {"sitting": str(made), "decisions": decided},
        f"{BODIES[body]} {number}：{len(decided)} 件，通过 {agreed} 件。",
    )
