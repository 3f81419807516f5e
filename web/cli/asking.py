"""Commands that only ask: balance, statement, lists of households and rules."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import click

from points.ledger.base import UnknownAccount
from volunteers.search import search
from web.access.authorize import at_place
from web.api.schemas import BalanceShown, StatementShown
from web.cli.call import Call, acts
from web.cli.tables import table

DAY = click.DateTime(["%Y-%m-%d"])


def _day(value: datetime | None) -> date | None:
    return value.date() if value else None


@click.command(help="一户现在或过去某天能用多少分 / what a household may spend.")
@click.argument("number")
@click.option("--on", type=DAY, help="那天结束时 / at the end of that day, by recorded date.")
@acts
def balance(call: Call, number: str, on: datetime | None) -> None:
    household = call.number(number, "household.balance")
    found = call.house.read.balances.of(household, _day(on))
    if found is None:
        raise UnknownAccount(household=number)
    shown: dict[str, Any] = BalanceShown().dump(
        asdict(found) | {"on": found.on or call.today.isoformat()}
    )
    head = call.house.registry.masked_heads([household]).get(household, "")
    call.say(
        shown,
        f"{household} {head}",
        f"{shown['on']} 可用积分 {found.balance}",
        f"基础分 {found.buckets['base']}，挣得 {found.buckets['earned']}，"
        f"赠予 {found.buckets['gift']}；待签 {found.pending}，欠 {found.receivable}",
    )


@click.command(help="一户一段时间的每笔变动 / every change of a period, with opening and closing.")
@click.argument("number")
@click.option("--from", "start", type=DAY, help="从哪天起 / default: since the account was opened.")
@click.option("--to", "end", type=DAY, help="到哪天止 / default: today.")
@acts
def statement(call: Call, number: str, start: datetime | None, end: datetime | None) -> None:
    household = call.number(number, "household.read")
    account = call.house.read.accounts.one(household)
    if account is None:
        raise UnknownAccount(household=number)
    first = _day(start) or date.fromisoformat(str(account["opened_on"]))
    last = _day(end) or call.today
    if first > last:
        raise click.BadParameter("--from is later than --to")
    found = call.house.read.statements.of(household, first, last)
    lines = [line | {"points": line["spendable"]} for line in found.lines]
    call.say(
        StatementShown().dump(asdict(found) | {"lines": lines}),
        f"{household}  {found.start} 至 {found.end}",
        f"期初 {found.opening}",
        *_line_table(lines),
        f"期末 {found.closing}",
    )


def _line_table(lines: list[dict[str, Any]]) -> list[str]:
    from web.words.codes import KINDS

    rows = [
        (
            line["day"],
            line["occurred_on"],
            KINDS.get(line["kind"], line["kind"]),
            line["item"] or line["receipt_no"],
            line["points"],
        )
        for line in lines
    ]
    return [table(("记账日", "发生日", "类别", "事由", "分值"), rows)] if rows else []


@click.group(help="户 / households.")
def household() -> None:
    pass


@household.command("list", help="列出或查找：户编号、姓名、拼音首字母、电话尾号 / list or search.")
@click.argument("words", required=False)
@click.option("--limit", default=500, show_default=True, help="最多几户 / at most so many.")
@acts
def household_list(call: Call, words: str | None, limit: int) -> None:
    call.check("household.find", at_place(call.place))
    registry = call.house.registry
    if words:
        found = search(registry, words, call.place, limit=limit)
    else:
        numbers = registry.numbers(call.place)[:limit]
        found = list(registry.find_all(numbers).values())
    found.sort(key=lambda one: one.number)
    balances = call.house.read.accounts.balances([one.number for one in found])
    told = [
        {
            "number": one.number,
            "head": one.masked_head,
            "village": one.village,
            "group": one.group,
            "size": one.size,
            "balance": balances.get(one.number),
        }
        for one in found
    ]
    rows = [(t["number"], t["head"], t["group"], t["size"], t["balance"]) for t in told]
    call.say({"households": told}, table(("户编号", "户主", "小组", "人口", "可用积分"), rows))


@click.group(help="积分细则 / rules.")
def rule() -> None:
    pass


@rule.command("list", help="现行细则 / the rules in force.")
@acts
def rule_list(call: Call) -> None:
    call.check("rule.read", at_place(call.place))
    version, rules, _ = call.house.ledger.rules_on(call.today)
    rows = [(r.code, r.name, _points(r.points_min, r.points_max), r.unit) for r in rules.values()]
    call.say(
        {"version": version, "rules": [asdict(one) for one in rules.values()]},
        f"第 {version} 版",
        table(("代码", "项目", "分值", "单位"), rows),
    )


def _points(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}~{high}"
