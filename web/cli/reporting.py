"""`cover` and `report quarter`: what the township is told of its villages."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from web.access.authorize import at_place
from web.cli.call import Call, acts
from web.cli.tables import table


@click.command(help="没兑换的积分和店里的货值 / points out against goods, by village.")
@acts
def cover(call: Call) -> None:
    from web.quarterly import covers

    call.check("award.read", at_place(call.place))
    found = covers(call.house, call.place, call.today, villages=True)
    rows = [
        (
            row.name,
            row.cover.out,
            row.cover.hanging,
            row.cover.stock,
            _percent(row.cover.percent),
            "是" if row.warns else "",
            row.used,
        )
        for row in found.rows
    ]
    call.say(
        {
            "day": call.today.isoformat(),
            "policy": asdict(found.policy),
            "quarter": found.quarter,
            "villages": [_cover(row) for row in found.rows],
            "whole": _cover(found.whole),
        },
        table(("村", "没兑换", "公示中", "货值", "占货值", "提醒", "本季已给"), rows),
        f"合计没兑换 {found.whole.cover.out} 分，货值 {found.whole.cover.stock} 分。",
    )


def _percent(percent: int | None) -> str:
    return "" if percent is None else f"{percent}%"


def _cover(row: Any) -> dict[str, Any]:
    return {
        "place": row.place,
        "name": row.name,
        **asdict(row.cover),
        "percent": row.cover.percent,
        "warns": row.warns,
        "used": row.used,
    }


@click.group(help="报告 / reports.")
def report() -> None:
    pass


@report.command("quarter", help="一个季度的报告，交乡镇 / a quarter, by village; nobody is ranked.")
@click.argument("quarter")
@click.option("--csv", "as_csv", is_flag=True, help="输出表格文件 / as a spreadsheet.")
@acts
def report_quarter(call: Call, quarter: str, as_csv: bool) -> None:
    import io

    from web.quarterly import report as report_of
    from web.sheets.village_lists import quarter as sheet_of
    from web.sheets.writing import write

    call.check("award.read", at_place(call.place))
    try:
        found = report_of(call.house, call.place, quarter, call.today, villages=True)
    except ValueError:
        raise click.BadParameter("2026Q4", param_hint="QUARTER") from None
    sheet = sheet_of(found)
    if as_csv:
        out = io.StringIO()
        write(sheet, out)
        click.echo(out.getvalue(), nl=False)
        return
    rows = list(sheet.rows)
    titles = [column.title for column in sheet.columns]
    told = [
        {title: column.of(row) for title, column in zip(titles, sheet.columns, strict=True)}
        for row in rows
    ]
    call.say(
        {"quarter": quarter, "villages": told},
        *(_lines(each) for each in told),
    )


def _lines(row: dict[str, Any]) -> str:
    """A village, and what there is of it."""
    parts = [f"{title} {value}" for title, value in row.items() if value not in (None, 0)]
    return "，".join(parts)
