"""`evaluation`: a round is opened, its sheets are taken from files, the meeting closes it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from points.evaluation import UnknownRound
from points.scoring import KINDS, Meeting, Terms
from web.access.authorize import at_place
from web.cli.call import Call, acts
from web.cli.importing import DRY, FILE, say_answer
from web.cli.tables import table
from web.members import member
from web.registers.scoring import score


@click.group(help="评议 / evaluation rounds.")
def evaluation() -> None:
    pass


@evaluation.command("list", help="列出各轮评议 / the rounds of the place.")
@acts
def evaluation_list(call: Call) -> None:
    call.check("evaluation.read", at_place(call.place))
    found = call.house.read.evaluations.of(call.place)
    keys = ("round_id", "village", "kind", "period", "scored", "state", "minutes")
    rows = [tuple(one[key] for key in keys) for one in found]
    titles = ("编号", "村", "种类", "期", "户数", "状态", "会议记录")
    call.say({"rounds": [dict(zip(keys, row, strict=True)) for row in rows]}, table(titles, rows))


@evaluation.command("show", help="一轮的结果 / medians, spread, recusals and stars of a round.")
@click.argument("round_id", type=click.UUID, metavar="ROUND")
@acts
def evaluation_show(call: Call, round_id: UUID) -> None:
    found = _round(call, round_id)
    call.check("evaluation.read", at_place(found["village"]))
    results = call.house.read.evaluations.results(round_id) or [
        {**asdict(each), "recused": " ".join(each.recused)}
        for each in call.house.ledger.results(round_id)
    ]
    keys = ("household", "median", "spread", "counted", "star", "recused")
    rows = [tuple(one[key] for key in keys) for one in results]
    told = {
        "kind": found["kind"],
        "period": found["period"],
        "state": found["state"],
        "judges": [each["judge"] for each in call.house.read.evaluations.judges(round_id)],
        "results": [dict(zip(keys, row, strict=True)) for row in rows],
    }
    titles = ("户", "中位数", "相差", "几位打分", "星", "回避")
    call.say(told, f"{found['kind']} {found['period']} {found['state']}", table(titles, rows))


@evaluation.command("open", help="开一轮评议 / a round of --village, by three judges.")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("period")
@click.option(
    "--judge", "judges", multiple=True, required=True, help="评委 / a login or household number."
)
@click.option("--by-item", is_flag=True, help="按五项打分 / five scores each, not one total.")
@acts
def evaluation_open(
    call: Call, kind: str, period: str, judges: tuple[str, ...], by_item: bool
) -> None:
    """PERIOD is 2026-11 for the cleanest, 2026-Q4 for courtyards."""
    if call.village is None:
        raise click.UsageError("--village")
    call.check("evaluation.hold", at_place(call.village))
    seats = [member(call.house, each, call.village) for each in judges]
    with call.acting():
        made = call.house.ledger.open_round(
            call.village, kind, period, judges=seats, terms=Terms(by_item=by_item)
        )
    told = {"round": str(made), "judges": [each.id for each in seats]}
    call.say(told, f"评议 {made}：{kind} {period} 开好了。")


@evaluation.command("score", help="录一张打分表，.csv 或 .xlsx / a whole sheet, or none of it.")
@click.argument("round_id", type=click.UUID, metavar="ROUND")
@click.argument("file", type=FILE)
@click.option("--corrects", is_flag=True, help="更正已打的分 / of households scored before.")
@DRY
@acts
def evaluation_score(call: Call, round_id: UUID, file: Path, corrects: bool, dry_run: bool) -> None:
    call.check("evaluation.hold", at_place(_round(call, round_id)["village"]))
    with call.acting():
        answer = score(call.house, round_id, file.read_bytes(), corrects=corrects, dry_run=dry_run)
    say_answer(call, answer)


@evaluation.command("close", help="会议通过，够格的户报上去 / the meeting adopts the results.")
@click.argument("round_id", type=click.UUID, metavar="ROUND")
@click.option("--minutes", required=True, help="会议记录编号 / number of the minutes.")
@click.option("--where", required=True, help="开会地点 / where it met.")
@click.option("--present", required=True, type=int, help="实到几人 / how many came.")
@click.option("--required", required=True, type=int, help="应到几人 / how many belong to it.")
@click.option(
    "--chosen", multiple=True, metavar="HOUSEHOLD", help="评上的清洁户 / of the cleanest."
)
@DRY
@acts
def evaluation_close(
    call: Call,
    round_id: UUID,
    minutes: str,
    where: str,
    present: int,
    required: int,
    chosen: tuple[str, ...],
    dry_run: bool,
) -> None:
    village = _round(call, round_id)["village"]
    call.check("evaluation.hold", at_place(village))
    meant, ledger = call.house.registry.resolve_own, call.house.ledger
    numbers = list(dict.fromkeys(meant(each, village) for each in chosen))
    meeting = Meeting(minutes, where, present, required)
    with call.acting():
        cases, capped = ledger.would_propose(round_id, meeting, chosen=numbers)
        if not dry_run:
            ledger.close_round(round_id, meeting, chosen=numbers)
    state = _round(call, round_id)["state"]
    results = call.house.read.evaluations.results(round_id)
    made = {each["household"]: str(each["case_id"]) for each in results if each["case_id"]}
    told = [
        {
            "household": each.household,
            "rule": each.rule,
            "points": each.points,
            "case": made.get(each.household),
        }
        for each in cases
    ]
    call.say(
        {"round": str(round_id), "state": state, "proposed": told, "capped": capped},
        f"{'试算' if dry_run else '评定好了'}：报 {len(told)} 户，已到上限 {len(capped)} 户。",
        table(("户", "代码", "分", "编号"), [tuple(each.values()) for each in told]),
    )


def _round(call: Call, round_id: UUID) -> dict[str, Any]:
    """Raises `UnknownRound`."""
    found = call.house.read.evaluations.one(round_id)
    if found is None:
        raise UnknownRound(round=str(round_id))
    return found
