"""`init`, `migrate` and `demo`: from nothing to a county that can be used."""

from __future__ import annotations

from dataclasses import asdict
from importlib import import_module
from pathlib import Path

import click

from web.cli.call import Call, acts
from web.cli.importing import FILE
from web.cli.progress import progress_bar
from web.cli.starting import Started, county_of, start

PROFILES = ("mini", "county", "stress")
LEVELS = {"township": "个乡镇", "village": "个村", "community": "个社区"}


@click.command(help="建库，载入区划，建管理员和超市；可重复运行 / safe to run twice.")
@click.option("--regions", type=FILE, required=True, help="区划 / code,name,parent,level.")
@click.option("--rules", type=FILE, help="积分细则，不给就用自带的 / the first rule book.")
@click.option(
    "--procedure",
    type=FILE,
    help="细则的四议两公开六步，不给就只起草 / its six steps, else a draft.",
)
@click.option("--goods", type=FILE, help="价目，不给就用自带的 / the first price list.")
@acts
def init(
    call: Call, regions: Path, rules: Path | None, procedure: Path | None, goods: Path | None
) -> None:
    call.county = county_of(call.settings, regions)
    call.__dict__.pop("settings", None)
    with progress_bar("建店", call.json) as progress:
        started = start(
            call, regions, rules=rules, procedure=procedure, goods=goods, progress=progress
        )
    call.say(_told(started), *_lines(started))


@click.command(help="升级表结构；不需要时什么也不做 / bring the tables to this version.")
@acts
def migrate(call: Call) -> None:
    from web.migrate import migrate_county, migrate_shared

    shared = migrate_shared(call.settings)
    county = migrate_county(call.settings, call.house.county.code)
    call.say(
        {"shared": asdict(shared), "county": asdict(county)},
        f"公共表 {shared.before or '无'} → {shared.now}",
        f"县表 {county.before or '无'} → {county.now}"
        + (f"，重算 {county.folded} 个事件" if county.folded is not None else ""),
    )


def _told(started: Started) -> dict[str, object]:
    levels = started.regions
    return {
        "county": started.county,
        "townships": levels.get("township", 0),
        "villages": levels.get("village", 0),
        "communities": levels.get("community", 0),
        "regions": levels,
        "users": [{"login": login, "password": word} for login, word in started.users.items()],
        "shops": started.shops,
        "rules": started.rules and started.rules.as_json(),
        "goods": started.goods and started.goods.as_json(),
    }


def _lines(started: Started) -> list[str]:
    levels = [f"{started.regions.get(level, 0)}{word}" for level, word in LEVELS.items()]
    lines = [f"县 {started.county}：{'、'.join(levels)}。", f"新开 {started.shops} 个超市。"]
    for title, answer in (("积分细则", started.rules), ("价目", started.goods)):
        if answer:
            lines.append(f"{title}：新 {answer.imported} 条，原有 {answer.unchanged} 条。")
            if answer.pending:
                lines.append(f"  {title}还是草稿（{answer.pending}），走完四议两公开再生效。")
            lines += [f"  第 {row.row} 行：{row.message}" for row in answer.refused]
    return lines


@click.command(help="灌入示例数据，积分守恒 / an invented county; prints that points add up.")
@click.option("--profile", type=click.Choice(PROFILES), default=PROFILES[0], show_default=True)
@click.option("--seed", default=1, show_default=True)
@acts
def demo(call: Call, profile: str, seed: int) -> None:
    fill = import_module("web.demo").fill
    with progress_bar("示例", call.json) as progress:
        filled = fill(call.house, profile=profile, seed=seed, progress=progress)
    call.say(filled.as_json(), *filled.lines())
