"""`card`: issue, block, reissue, and the PIN behind it."""

from __future__ import annotations

import secrets
from contextlib import suppress

import click

from points.envelope import not_for_own
from web.access.pins import PinTooEasy
from web.cards import Card
from web.cli.call import Call, acts


@click.group(help="积分卡 / a household's card and PIN.")
def card() -> None:
    pass


@card.command(help="发卡，卡号只显示这一次 / issue; the code is shown once.")
@click.argument("number")
@acts
def issue(call: Call, number: str) -> None:
    household = call.number(number, "card.issue")
    with call.acting():
        _show(call, call.house.cards.issue(household))


@card.command(help="挂失，马上不能用 / report lost; it opens nothing from now on.")
@click.argument("number")
@acts
def block(call: Call, number: str) -> None:
    household = call.number(number, "card.block")
    with call.acting():
        call.house.cards.block(household)
    call.house.sessions.end_all("card", household)
    call.say({"household": household, "state": "lost"}, f"{household} 的卡已挂失。")


@card.command(help="补卡，旧卡作废 / another card; the old one is void.")
@click.argument("number")
@acts
def reissue(call: Call, number: str) -> None:
    household = call.number(number, "card.issue")
    with call.acting():
        _show(call, call.house.cards.reissue(household))


@card.command(help="设密码，不给就随机 / set the PIN; a random one unless given.")
@click.argument("number")
@click.option("--pin", help="4 到 6 位数字 / four to six digits.")
@acts
def pin(call: Call, number: str, pin: str | None) -> None:
    household = call.number(number, "household.pin")
    with call.acting():
        not_for_own(household)
    chosen = pin or _random_pin(call, household)
    if pin:
        call.house.pins.set(household, pin)
    call.house.sessions.end_all("card", household)
    call.say({"household": household, "pin": chosen}, f"{household} 的密码：{chosen}（请户主记住）")


def _random_pin(call: Call, household: str) -> str:
    while True:
        chosen = f"{secrets.randbelow(10_000):04}"
        with suppress(PinTooEasy):
            call.house.pins.set(household, chosen)
            return chosen


def _show(call: Call, issued: Card) -> None:
    link = issued.link(call.settings.base_url)
    call.say(
        {
            "household": issued.household,
            "code": issued.token,
            "number": issued.number,
            "link": link,
        },
        f"{issued.household}",
        f"卡号 {issued.shown_number}",
        f"扫码内容 {link}",
        "以上只显示这一次，请马上抄写或打印。",
    )
