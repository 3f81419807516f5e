"""`award`: points proposed, reviewed by another, sent back or taken back, on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from points.award import UnknownCase
from points.ledger import Proposal
from points.refusals import Refusal
from points.store.notes import Notes
from points.views.cases import STATES
from web.access.authorize import at_household, at_place
from web.api.credits import CaseRead
from web.cli.asking import DAY
from web.cli.call import Call, acts
from web.cli.importing import FILE
from web.cli.tables import table
from web.evidence import PHOTOS_MAX, TooManyPhotos
from web.words.codes import CASES
from web.words.sentences import sentence


@click.group(help="申报加分、扣分 / points proposed and reviewed.")
def award() -> None:
    pass


@award.command("list", help="列出申报的，新的在前 / what was proposed, newest first.")
@click.option("--place", default="", help="行政区划代码 / region code; default: one's own.")
@click.option("--state", type=click.Choice(STATES), help="现在怎样 / default: any.")
@click.option("--limit", default=500, show_default=True, help="最多几件 / at most so many.")
@acts
def award_list(call: Call, place: str, state: str | None, limit: int) -> None:
    where = place or call.place
    call.check("award.read", at_place(where))
    found = _read(call, call.house.read.cases.of_place(where, state=state or "", limit=limit))
    names = ("id", "household", "rule", "item", "points", "occurred_on")
    rows = [
        (*(each[name] for name in names), str(CASES[each["state"]]), each["evidence"] or "")
        for each in found
    ]
    titles = ("编号", "户", "代码", "项目", "分值", "发生日", "状态", "依据")
    call.say({"awards": found}, table(titles, rows))


@award.command("propose", help="给一户报一笔，等另一人复核 / a credit or deduction for HOUSEHOLD.")
@click.argument("household")
@click.argument("rule")
@click.option("--on", "occurred_on", type=DAY, required=True, help="哪天的事 / the day of it.")
@click.option("--points", type=int, help="分值，细则有幅度时 / where the rule leaves a choice.")
@click.option("--minutes", type=int, help="多少分钟，按时间计分时 / for rules by the hour.")
@click.option("--evidence", default="", help="依据，加密保存 / kept sealed.")
@click.option("--photo", "photos", type=FILE, multiple=True, help="照片 / where the rule asks it.")
@acts
def award_propose(
    call: Call,
    household: str,
    rule: str,
    occurred_on: datetime,
    points: int | None,
    minutes: int | None,
    evidence: str,
    photos: Sequence[Path],
) -> None:
    number = call.number(household, "award.propose")
    if len(photos) > PHOTOS_MAX:
        raise TooManyPhotos(limit=PHOTOS_MAX)
    names = tuple(call.house.evidence.put(photo.read_bytes()) for photo in photos)
    proposal = Proposal(
        number,
        rule.upper(),
        occurred_on.date(),
        points,
        minutes,
        evidence=evidence,
        photos=tuple(dict.fromkeys(names)),
    )
    with call.acting():
        made = call.house.ledger.propose(proposal)
    _show(call, made)


@award.command("sign", help="复核签字，一件不成不碍别的 / review; one refused holds no other back.")
@click.argument("cases", nargs=-1, required=True, type=click.UUID, metavar="CASE...")
@acts
def award_sign(call: Call, cases: tuple[UUID, ...]) -> None:
    """Every case is looked at before any is signed."""
    asked = tuple(dict.fromkeys(cases))
    for case in asked:
        _check(call, case, "award.sign")
    refused: dict[UUID, Refusal] = {}
    for case in asked:
        try:
            with call.acting():
                call.house.ledger.sign(case)
        except Refusal as refusal:
            refused[case] = refusal
    signed = [case for case in asked if case not in refused]
    noes = [
        {"case": str(case), "code": no.code, "message": sentence(no), "facts": no.facts}
        for case, no in refused.items()
    ]
    call.say(
        {"signed": signed, "refused": noes},
        f"签好了 {len(signed)} 件，没有办成 {len(refused)} 件。",
        *(f"{no['case']}：{no['message']}（{no['code']}）" for no in noes),
    )
    if refused:
        raise click.exceptions.Exit(1)


@award.command("refuse", help="复核不同意，退回 / a reviewer says no.")
@click.argument("case", type=click.UUID)
@click.option("--reason", required=True, help="为什么，加密保存 / kept sealed.")
@acts
def award_refuse(call: Call, case: UUID, reason: str) -> None:
    _check(call, case, "award.sign")
    with call.acting():
        call.house.ledger.refuse(case, reason=reason)
    _show(call, case)


@award.command("withdraw", help="报的人自己撤回 / its proposer takes it back.")
@click.argument("case", type=click.UUID)
@acts
def award_withdraw(call: Call, case: UUID) -> None:
    _check(call, case, "award.propose")
    with call.acting():
        call.house.ledger.withdraw(case)
    _show(call, case)


def _check(call: Call, case: UUID, action: str) -> None:
    """Raises `UnknownCase` or `NotAllowed`."""
    call.check(action, at_household(_found(call, case)["household"]))


def _found(call: Call, case: UUID) -> dict[str, Any]:
    found = call.house.read.cases.one(case)
    if found is None:
        raise UnknownCase(case=str(case))
    return found


def _show(call: Call, case: UUID) -> None:
    (told,) = _read(call, [_found(call, case)])
    call.say(
        told,
        f"{told['id']} {told['household']} {told['item']} {told['points']} 分："
        f"{CASES[told['state']]}",
    )


def _read(call: Call, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Cases as the API tells them, each with its evidence."""
    notes = Notes(call.house.county, call.house.vault)
    texts = notes.texts([row["note"] for row in rows if row["note"]])
    told: list[dict[str, Any]] = CaseRead(many=True).dump(
        [row | {"evidence": texts.get(row["note"])} for row in rows]
    )
    return told
