"""`backup`, `restore` and `drill`: a copy, the way back, and the proof that it works."""

from __future__ import annotations

import tempfile
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from web.cli.call import Call, acts
from web.cli.importing import FILE

if TYPE_CHECKING:
    from points.audit.checkpoint import Checkpoint
    from web.backup.restoring import Restored

FOLDER = click.Path(file_okay=False, path_type=Path)

BOARD = click.option("--board", type=FILE, help="墙上公示的检查点 / a published checkpoint.")
POLICY = click.option("--policy", type=FILE, help="谁的签名算数 / whose signatures count.")


@click.command(help="备份 SQLite 的库和公开日志，服务不用停 / copy databases and public log.")
@click.argument("folder", type=FOLDER)
@click.option("--follow", is_flag=True, help="一直跟着，一秒内送到 / a copy that follows.")
@click.option("--with-keys", type=FOLDER, help="钥匙另存到别处 / keys, into another place.")
@acts
def backup(call: Call, folder: Path, follow: bool, with_keys: Path | None) -> None:
    from points.clock import utc_now
    from web.backup.following import follow as follow_on
    from web.backup.places import places_of
    from web.backup.taking import copy_keys, take

    keys = copy_keys(call.settings, with_keys, folder) if with_keys else []
    if follow:
        raise click.exceptions.Exit(follow_on(places_of(call.settings), folder))
    made = take(call.settings, folder, utc_now())
    size = sum(file.bytes for file in made.files.values())
    call.say(
        asdict(made) | {"folder": str(folder), "bytes": size, "keys": keys},
        f"已备份到 {folder}：{len(made.files)} 个文件，{size} 字节。",
        *(f"县 {code}：{one.last_id} 条记录，根 {one.root}" for code, one in made.counties.items()),
        f"钥匙另存在 {with_keys}：{'、'.join(keys)}。"
        if keys
        else "钥匙不在里面：另外保管，用 --with-keys。",
    )


@click.command(help="从备份恢复到空处；先核对，不对就不放 / into an empty place, proven first.")
@click.argument("folder", type=FOLDER)
@BOARD
@POLICY
@click.option(
    "--accept-missing", default=0, type=click.IntRange(0), help="认可缺少的条数 / so many."
)
@click.option(
    "--serve-first", is_flag=True, help="先开门，规则随后查完 / all rules after it is in place."
)
@acts
def restore(
    call: Call,
    folder: Path,
    board: Path | None,
    policy: Path | None,
    accept_missing: int,
    serve_first: bool,
) -> None:
    from web.backup.restoring import check_in_place
    from web.backup.restoring import restore as put_back

    began = time.monotonic()
    boards = _boards(board, policy)
    done = put_back(folder, call.settings, boards, accept_missing, whole=not serve_first)
    seconds = round(time.monotonic() - began, 2)
    told = {"seconds": seconds, "counties": [asdict(one) for one in done], "board": bool(boards)}
    if not serve_first:
        call.say(
            told | {"checked_seconds": seconds},
            *_lines(done, compared=bool(boards)),
            f"恢复好了，用了 {seconds} 秒，规则全部核对过。",
        )
        return
    ready = f"{seconds} 秒：根和余额已核对，可以开门了；全部规则还在核对，请等它说完。"
    click.echo(ready, err=True)
    found = [each for one in done for each in check_in_place(call.settings, one.county)]
    checked = round(time.monotonic() - began, 2)
    call.say(
        told | {"checked_seconds": checked, "failures": [asdict(each) for each in found]},
        *_lines(done, compared=bool(boards)),
        *(str(each) for each in found),
        f"放好用了 {seconds} 秒，规则全部核对完是 {checked} 秒，"
        + (f"有 {len(found)} 处不对：请关门，换一份备份。" if found else "都对。"),
    )
    if found:
        raise click.exceptions.Exit(1)


@click.command(help="演练：备份、恢复到别处、核对，说出用时和缺少 / restore elsewhere and compare.")
@click.argument("folder", type=FOLDER, required=False)
@BOARD
@POLICY
@click.option("--in", "place", type=FOLDER, help="在哪里练 / where there is room for a copy.")
@acts
def drill(
    call: Call, folder: Path | None, board: Path | None, policy: Path | None, place: Path | None
) -> None:
    """`folder`: an existing backup, also one that follows; without it a fresh one is taken."""
    from points.clock import utc_now
    from web.backup.places import places_of
    from web.backup.proving import published
    from web.backup.restoring import restore as put_back
    from web.backup.taking import take

    places = places_of(call.settings)
    boards = _boards(board, policy)
    if folder is None:  # a fresh copy holds all that is published; an older one may not
        boards += [each for log in places.logs.values() for each in published(log)]
    with tempfile.TemporaryDirectory(prefix="jiamei-drill-", dir=place) as scratch:
        began = time.monotonic()
        if folder is None:
            folder = Path(scratch) / "backup"
            take(call.settings, folder, utc_now())
        taken = time.monotonic()
        name = "{county}" if "{county}" in call.settings.database_url else "jiamei"
        url = f"sqlite:///{scratch}/restored/{name}.db"
        there = replace(
            call.settings,
            database_url=url,
            log_dir=f"{scratch}/log/{{county}}",
            archive_dir=None,
            evidence_dir=None,
        )
        done = put_back(folder, there, boards)
        ended = time.monotonic()
    behind = sum(_last_id(call, one.county) - one.events for one in done)
    call.say(
        {
            "backup_seconds": round(taken - began, 2),
            "restore_seconds": round(ended - taken, 2),
            "counties": [asdict(one) for one in done],
            "events_behind": behind,
            "board": bool(boards),
        },
        *_lines(done, compared=bool(boards)),
        f"备份 {taken - began:.1f} 秒，恢复并核对 {(ended - taken) / 60:.2f} 分钟。",
        f"比现在少 {behind} 条记录。",
    )


@click.command(help="和公示的检查点比对，任何数据库 / this history against a published checkpoint.")
@click.argument("board", type=FILE)
@POLICY
@acts
def compare(call: Call, board: Path, policy: Path | None) -> None:
    from web.backup.proving import compare as compare_with
    from web.backup.proving import tree_of

    (found,) = _boards(board, policy)
    county = call.house.county
    tree = tree_of(county, {found.size})
    compare_with(county.code, tree, [found])
    call.say(
        {"county": county.code, "events": tree.size, "board": found.size},
        f"前 {found.size} 条和公示的一致；现在有 {tree.size} 条。",
    )


def _boards(board: Path | None, policy: Path | None) -> list[Checkpoint]:
    from web.backup.proving import read_board

    if board is None:
        return []
    rules = policy.read_text("utf-8") if policy else None
    return [read_board(board.read_text("utf-8"), rules)]


def _lines(done: list[Restored], *, compared: bool) -> list[str]:
    lines = []
    for one in done:
        lines.append(f"县 {one.county}：{one.events} 条记录，根 {one.root}，核对无误。")
        lines += [f"和公示的 {size} 条一致。" for size in one.compared]
        lines += [f"比公示少 {one.missing} 条。"] if one.missing else []
    return lines if compared else [*lines, "没有和墙上的公示比对：用 --board 给出公示的检查点。"]


def _last_id(call: Call, code: str) -> int:
    from points.store.county import dsn_for
    from web.backup.proving import county_at

    with county_at(dsn_for(call.settings.database_url, code), code) as county:
        return county.recorder().max_notification_id() or 0
