"""`check`, `rebuild` and `due`: what a timer runs each morning."""

from __future__ import annotations

from dataclasses import asdict
from uuid import uuid4

import click

from points.store.engine import open_engine
from web.access.log import AccessLog
from web.access.shared import Shared
from web.cli.call import Call, acts
from web.registers.uploads import Uploads


@click.command(help="核对全部不变量；不对时退出码 1 / all invariants; exit 1 names what fails.")
@acts
def check(call: Call) -> None:
    from points.checks import CHECKS
    from points.checks import check as check_county

    found = list(check_county(call.house.county))
    failures = [asdict(finding) for finding in found]
    call.say(
        {"checks": list(CHECKS), "failures": failures},
        *(str(finding) for finding in found),
        f"有 {len(found)} 处不对。" if found else f"全部 {len(CHECKS)} 项都对。",
    )
    if found:
        raise click.exceptions.Exit(1)


@click.command(help="按事件重算所有视图，报告差异 / views from events; reports differences.")
@acts
def rebuild(call: Call) -> None:
    from points.rebuild import rebuild as rebuild_views

    done = rebuild_views(call.house.county)
    differences = [asdict(one) for one in done.differences]
    count = len(differences) + done.untold
    call.say(
        {
            "events": done.events,
            "differences": differences,
            "untold": done.untold,
            "tables": done.tables,
        },
        f"已按 {done.events} 个事件重算，差异 {count} 处。",
        *(str(one) for one in done.differences),
        *([f"另有 {done.untold} 处没有列出。"] if done.untold else []),
    )


SESSION_DAYS = 30
"""Sessions last hours; their rows go after so many days."""


@click.command(help="今天到期该办的事；重复运行无妨 / deadline work; twice has no effect.")
@acts
def due(call: Call) -> None:
    from web.village.papers import keep_hanging

    with call.acting(channel="job") as envelope:
        expired = call.house.ledger.expire_due(envelope.today)
        done = call.house.ledger.close_and_post(envelope.today)
        slips = call.house.ledger.count_slips(envelope.today)
    forgotten = _forget_old_log(call)
    hanging = keep_hanging(call.house)
    call.house.sessions.forget_older(SESSION_DAYS)
    Uploads(call.house.county, call.house.vault).forget_all()
    call.say(
        {
            "day": call.today.isoformat(),
            "households_expired": expired,
            "notices_closed": done.closed,
            "cases_posted": done.posted,
            "cases_refused": done.refused,
            "cases_waiting": done.waits,
            "slips": slips,
            "notices_hanging": hanging,
            "log_lines": forgotten,
        },
        f"{call.today}：{expired} 户有积分到期，访问日志清理 {forgotten} 行。",
        f"公示截止 {done.closed} 份，入账 {done.posted} 笔；超过上限、不再入账 {done.refused} 笔，"
        f"暂时不能入账 {done.waits} 笔。",
    )


def _forget_old_log(call: Call) -> int:
    """On PostgreSQL only the owner of the tables may; without her address the log is kept."""
    settings, house = call.settings, call.house
    if settings.on_sqlite:
        return house.access_log.forget_older(settings.log_days)
    if settings.migration_url is None:
        return 0
    engine = open_engine(settings.migration_url)
    try:
        log = AccessLog(Shared(engine), house.clock, new_id=lambda: uuid4().hex)
        return log.forget_older(settings.log_days)
    finally:
        engine.dispose()
