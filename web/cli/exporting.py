"""`export`: the books for outsiders, to be checked with tools of their own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
from sqlalchemy import Connection

from points.ledger.base import UnknownAccount
from points.refusals import Refusal
from web.access.authorize import at_place
from web.cli.call import Call, acts
from web.wiring import House

if TYPE_CHECKING:
    from web.sheets.source import Source
    from web.sheets.writing import Sheet


class FileThere(Refusal):
    """Nothing is written over."""

    code = "file-there"


@click.group(help="导出，供外人核对 / for outsiders, to be checked with their own tools.")
def export() -> None:
    """See the module."""


@export.command(help="全部记录和核对程序，放进一个新文件夹 / every event, and the verifier.")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@acts
def events(call: Call, folder: Path) -> None:
    from points.audit.export.events import export_events

    call.check("log.read", at_place(call.house.county.code))
    done = export_events(call.house.county, call.house.log, folder)
    call.say(
        {"events": done.events, "size": done.size, "folder": str(done.folder)},
        f"写好 {done.events} 条，其中 {done.size} 条已签进公开日志。",
        f"核对：python3 {done.folder}/verify.py {done.folder}",
    )


HOUSEHOLDS = "原样写户编号，只给自己人 / for staff: real household numbers instead of codes."


@export.command(help="全部分录，给 hledger 核算 / every entry, for hledger.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--household-numbers", is_flag=True, help=HOUSEHOLDS)
@acts
def hledger(call: Call, file: Path, household_numbers: bool) -> None:
    from points.audit.export import journal

    _write(call, file, journal.hledger, household_numbers)


@export.command(help="全部分录，给 Beancount 核算 / every entry, for Beancount.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--household-numbers", is_flag=True, help=HOUSEHOLDS)
@acts
def beancount(call: Call, file: Path, household_numbers: bool) -> None:
    from points.audit.export import journal

    _write(call, file, journal.beancount, household_numbers)


@export.command("csv", help="所有列表，Excel 能打开，放进新文件夹 / every list, for spreadsheets.")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--household-numbers", is_flag=True, help=HOUSEHOLDS)
@click.option("--statement", "number", help="再加这一户的台账 / also this household's statement.")
@acts
def lists(call: Call, folder: Path, household_numbers: bool, number: str | None) -> None:
    from web.sheets.folder import export as written

    call.check("log.read", at_place(call.house.county.code))
    more = [_statement(call, number)] if number else []
    told = written(call.house, folder, _named(call.house, household_numbers), *more)
    call.say(
        {"folder": str(folder), "files": [asdict(each) for each in told]},
        *(_line(each.name, each.rows, each.totals) for each in told),
    )


def _statement(call: Call, number: str) -> Callable[[Source], Sheet]:
    """From the day on which the account was opened."""
    from web.sheets.lists import statement

    household = call.number(number, "household.read")

    def made(source: Source) -> Sheet:
        account = source.read.accounts.one(household)
        if account is None:
            raise UnknownAccount(household=number)
        first = date.fromisoformat(str(account["opened_on"]))
        return statement(source, source.read.statements.of(household, first, call.today))

    return made


def _line(name: str, rows: int, totals: dict[str, int]) -> str:
    sums = "，".join(f"{title} {number}" for title, number in totals.items())
    return f"{name}.csv  {rows} 行" + (f"  合计：{sums}" if sums else "")


def _named(house: House, household_numbers: bool) -> Callable[[str], str]:
    """Codes instead of household numbers, unless staff ask for the numbers."""
    from points.audit.export.pseudonyms import code_of

    return str if household_numbers else lambda number: code_of(number, house.vault.blind)


def _write(
    call: Call,
    file: Path,
    texts: Callable[[Connection, Callable[[str], str], str], Iterator[str]],
    household_numbers: bool,
) -> None:
    house = call.house
    call.check("log.read", at_place(house.county.code))
    name = _named(house, household_numbers)
    head = f"Jiamei {house.county.code}, {'numbers' if household_numbers else 'codes'}"
    draft = file.with_name(f".{file.name}.part")
    try:
        with house.county.moment() as sql, draft.open("w", encoding="utf-8", newline="") as out:
            out.writelines(texts(sql, name, head))
        os.link(draft, file)
    except FileExistsError:
        raise FileThere(file=str(file)) from None
    finally:
        draft.unlink(missing_ok=True)
    call.say({"file": str(file)}, f"写好了：{file}")
