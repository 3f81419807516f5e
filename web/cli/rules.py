"""`rule`: the rule book and the six steps that bring a version into force."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from points.procedure import OPINIONS, STEPS, Step, next_step
from points.refusals import Refusal
from web.access.authorize import at_place
from web.cli.asking import DAY, rule
from web.cli.call import Call, acts
from web.cli.tables import table
from web.registers.procedure import read_procedure
from web.registers.sentences import sentence
from web.words.facts import STEPS as STEP_WORDS

__all__ = ["rule"]

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class BadProcedure(Refusal):
    """A file of steps with a row that is none. Facts: its row, and what is wrong with it."""

    code = "procedure-file"


def steps_in(file: Path) -> list[Step]:
    """The steps of a file; raises `BadProcedure` for the first row that is none."""
    steps, refused = read_procedure(file.read_bytes())
    for row in refused:
        raise BadProcedure(row=row.row, what=sentence(row.code, row.facts))
    return steps


@rule.command("step", help="记下四议两公开的下一步 / write down the next step of a draft.")
@click.argument("version", type=int)
@click.argument("name", type=click.Choice(STEPS))
@click.option("--day", type=DAY, required=True, help="哪天 / the day of the meeting or posting.")
@click.option("--number", required=True, help="会议记录或公告编号 / of minutes or paper.")
@click.option("--body", default="", help="哪个会 / the body that met.")
@click.option("--entitled", type=int, help="应到人数 / people entitled.")
@click.option("--present", type=int, help="实到人数 / people present, two thirds at least.")
@click.option("--in-favour", type=int, help="同意人数 / more than half of those present.")
@click.option("--place", default="", help="公开在哪里 / where it hangs.")
@click.option("--until", type=DAY, help="公开到哪天 / the last day on which it hangs.")
@click.option("--note", default="", help="说明，加密保存 / kept sealed.")
@acts
def step(
    call: Call, version: int, name: str, day: datetime, until: datetime | None, **facts: Any
) -> None:
    last = until.date() if until else None
    _record(call, version, [Step(name, day.date(), until=last, **facts)])


@rule.command("steps", help="从表格记下各步 / write down the steps of a .csv or .xlsx file.")
@click.argument("version", type=int)
@click.argument("file", type=FILE)
@acts
def steps(call: Call, version: int, file: Path) -> None:
    _record(call, version, steps_in(file))


def _record(call: Call, version: int, taken: list[Step]) -> None:
    call.check("rule.draft", at_place(call.house.county.code))
    with call.acting():
        call.house.ledger.record_rule_steps(version, taken)
    _show(call, version)


@rule.command("show", help="一版走到哪一步 / the procedure of a version.")
@click.argument("version", type=int)
@acts
def show(call: Call, version: int) -> None:
    call.check("rule.read", at_place(call.place))
    _show(call, version)


def _show(call: Call, version: int) -> None:
    book = call.house.ledger.rule_book()
    taken = book.steps_of(version)
    coming = next_step(taken)
    said = [{name: what for name, what in each.items() if name != "note"} for each in taken]
    rows = [
        (
            STEP_WORDS[each["step"]],
            each["day"],
            each["body"] or each["place"],
            f"{each['present']}/{each['entitled']}" if each["entitled"] else "",
            each["in_favour"],
            each["number"],
        )
        for each in taken
    ]
    call.say(
        {
            "version": version,
            "steps": said,
            "next": coming,
            "legal": [
                {"opinion": each["opinion"], "day": each["day"]} for each in book.legal_of(version)
            ],
            "effective_from": book.versions[str(version)]["effective_from"],
        },
        *([table(("步骤", "日期", "会议或地点", "到会", "同意", "编号"), rows)] if rows else []),
        f"下一步：{STEP_WORDS[coming]}。" if coming else "六步都记下了。",
    )


@rule.command("legal", help="记下法律意见 / write down what the legal adviser says.")
@click.argument("version", type=int)
@click.argument("opinion", type=click.Choice(OPINIONS))
@click.option("--note", default="", help="说明，加密保存 / kept sealed.")
@acts
def legal(call: Call, version: int, opinion: str, note: str) -> None:
    call.check("rule.draft", at_place(call.house.county.code))
    with call.acting():
        call.house.ledger.check_rules_legally(version, opinion=opinion, note=note)
    _show(call, version)


@rule.command("adopt", help="六步走完，由另一人通过 / in force, by another than its drafter.")
@click.argument("version", type=int)
@click.option("--from", "start", type=DAY, help="从哪天起 / default: today.")
@acts
def adopt(call: Call, version: int, start: datetime | None) -> None:
    call.check("rule.adopt", at_place(call.house.county.code))
    day: date = start.date() if start else call.today
    with call.acting():
        call.house.ledger.adopt_rules(version, effective_from=day)
    _show(call, version)
