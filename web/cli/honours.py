"""`showcase` and `consent`: plaques, their inspection and their end; families that agreed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import click

from points.award import UnknownCase
from points.showcase import LEVELS, WHYS, UnknownShowcase, years_after
from web.access.authorize import at_household, at_place
from web.cli.asking import DAY
from web.cli.call import Call, acts
from web.cli.tables import table

SHOWN = (
    *("showcase_id", "household", "level", "plaque", "valid_from", "valid_to"),
    *("due_on", "state", "why"),
)


@click.group(help="示范户 / show-case households.")
def showcase() -> None:
    pass


@showcase.command(
    "list", help="列出示范户，和等发牌的 / plaques of the place, and who waits for one."
)
@acts
def showcase_list(call: Call) -> None:
    call.check("showcase.read", at_place(call.place))
    found = call.house.read.showcases.of(call.place)
    waiting = call.house.read.showcases.without_plaque(call.place, tuple(LEVELS))
    asked = ("case_id", "household", "rule")
    rows = [tuple(one[name] for name in SHOWN) for one in found]
    cases = [tuple(one[name] for name in asked) for one in waiting]
    titles = ("编号", "户", "级别", "牌号", "从", "到", "复查期限", "状态", "撤牌原因")
    call.say(
        {
            "showcases": [dict(zip(SHOWN, row, strict=True)) for row in rows],
            "waiting": [dict(zip(asked, row, strict=True)) for row in cases],
        },
        table(titles, rows),
        *([table(("等发牌的", "户", "代码"), cases)] if cases else []),
    )


@showcase.command("grant", help="发牌 / the plaque of a case that was posted.")
@click.argument("case", type=click.UUID)
@click.option("--plaque", required=True, help="牌号 / its number.")
@click.option("--from", "start", type=DAY, help="从哪天起 / default: today.")
@click.option("--to", "end", type=DAY, help="到哪天止 / default: for a year.")
@acts
def showcase_grant(
    call: Call, case: UUID, plaque: str, start: datetime | None, end: datetime | None
) -> None:
    found = call.house.read.cases.one(case)
    if found is None:
        raise UnknownCase(case=str(case))
    call.check("showcase.change", at_household(found["household"]))
    first = start.date() if start else call.today
    last = end.date() if end else years_after(first, 1) - timedelta(days=1)
    with call.acting():
        made = call.house.ledger.grant_plaque(case, plaque=plaque, valid_from=first, valid_to=last)
    _show(call, made)


@showcase.command("reinspect", help="复查 / looked at again today.")
@click.argument("showcase_id", type=click.UUID, metavar="SHOWCASE")
@click.option("--passed/--failed", required=True, help="合格没有 / whether all was in order.")
@click.option("--note", default="", help="哪里不合格，加密保存 / kept sealed.")
@acts
def showcase_reinspect(call: Call, showcase_id: UUID, passed: bool, note: str) -> None:
    _may_change(call, showcase_id)
    with call.acting():
        call.house.ledger.reinspect(showcase_id, passed=passed, note=note)
    _show(call, showcase_id)


@showcase.command("ask-revocation", help="申请撤牌，等另一人签 / another person then signs.")
@click.argument("showcase_id", type=click.UUID, metavar="SHOWCASE")
@click.argument("why", type=click.Choice(WHYS))
@click.option("--note", required=True, help="怎么回事，加密保存 / kept sealed.")
@acts
def showcase_ask_revocation(call: Call, showcase_id: UUID, why: str, note: str) -> None:
    _may_change(call, showcase_id)
    with call.acting():
        call.house.ledger.ask_revocation(showcase_id, why=why, note=note)
    _show(call, showcase_id)


@showcase.command("revoke", help="同意撤牌，由另一人 / another person agrees to take it back.")
@click.argument("showcase_id", type=click.UUID, metavar="SHOWCASE")
@acts
def showcase_revoke(call: Call, showcase_id: UUID) -> None:
    _may_change(call, showcase_id)
    with call.acting():
        call.house.ledger.revoke_plaque(showcase_id)
    _show(call, showcase_id)


@showcase.command("keep", help="不同意撤牌，由另一人 / another person says that it stays.")
@click.argument("showcase_id", type=click.UUID, metavar="SHOWCASE")
@acts
def showcase_keep(call: Call, showcase_id: UUID) -> None:
    _may_change(call, showcase_id)
    with call.acting():
        call.house.ledger.keep_plaque(showcase_id)
    _show(call, showcase_id)


def _may_change(call: Call, showcase_id: UUID) -> None:
    """Raises `UnknownShowcase` or `NotAllowed`."""
    call.check("showcase.change", at_household(_found(call, showcase_id)["household"]))


def _found(call: Call, showcase_id: UUID) -> dict[str, Any]:
    found = call.house.read.showcases.one(showcase_id)
    if found is None:
        raise UnknownShowcase(showcase=str(showcase_id))
    return found


def _show(call: Call, showcase_id: UUID) -> None:
    found = _found(call, showcase_id)
    told = {name: found[name] for name in SHOWN}
    call.say(told, " ".join(str(each) for each in told.values()))


@click.group(help="家庭同意书 / families that agreed to an honour.")
def consent() -> None:
    pass


@consent.command("list", help="哪些家庭同意了 / who agreed, the newest first.")
@acts
def consent_list(call: Call) -> None:
    call.check("showcase.read", at_place(call.place))
    found = call.house.read.consents.of(call.place)
    names = ("household", "rule", "given_on")
    rows = [tuple(each[name] for name in names) for each in found]
    told = [dict(zip(names, row, strict=True)) for row in rows]
    call.say({"consents": told}, table(("户", "代码", "哪天同意"), rows))


@consent.command("give", help="记下这家同意 / the family agrees to an honour by RULE.")
@click.argument("household")
@click.argument("rule")
@click.option("--note", required=True, help="谁说的、怎么说的，加密保存 / kept sealed.")
@acts
def consent_give(call: Call, household: str, rule: str, note: str) -> None:
    number = call.number(household, "showcase.change")
    with call.acting():
        call.house.ledger.give_consent(number, rule.upper(), note=note)
    call.say({"household": number, "rule": rule.upper()}, "记好了，可以给这家申报了。")


@consent.command("withdraw", help="这家不再同意 / the family takes it back.")
@click.argument("household")
@click.argument("rule")
@acts
def consent_withdraw(call: Call, household: str, rule: str) -> None:
    number = call.number(household, "showcase.change")
    with call.acting():
        call.house.ledger.withdraw_consent(number, rule.upper())
    call.say({"household": number, "rule": rule.upper()}, "记好了：这家不再同意。")
