"""`evaluation` and `showcase`: what the judges gave, and which plaques hang."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

import click

from points.evaluation import UnknownRound
from web.access.authorize import at_place
from web.cli.call import Call, acts
from web.cli.tables import table


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
    found = call.house.read.evaluations.one(round_id)
    if found is None:
        raise UnknownRound(round=str(round_id))
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


@click.group(help="示范户 / show-case households.")
def showcase() -> None:
    pass


@showcase.command("list", help="列出示范户 / plaques of the place.")
@acts
def showcase_list(call: Call) -> None:
    call.check("showcase.read", at_place(call.place))
    found = call.house.read.showcases.of(call.place)
    keys = ("household", "level", "plaque", "valid_from", "valid_to", "due_on", "state", "why")
    rows = [tuple(one[key] for key in keys) for one in found]
    titles = ("户", "级别", "牌号", "从", "到", "复查期限", "状态", "撤牌原因")
    call.say(
        {"showcases": [dict(zip(keys, row, strict=True)) for row in rows]}, table(titles, rows)
    )
