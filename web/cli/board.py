"""`board`: the sheet for the village board, as a file to be printed."""

from __future__ import annotations

from pathlib import Path

import click

from web.cli.call import Call, acts


@click.command(help="写出公告栏的一张（HTML，A4）/ the sheet for the village board.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@acts
def board(call: Call, file: Path) -> None:
    """The same as `/audit/board`: public, so nobody's leave is asked. Exits with 1 where it is
    stale, written all the same."""
    from web import create_app
    from web.board import board_of
    from web.pages.board import sheet

    app = create_app(call.house)
    with app.test_request_context("/audit/board", base_url=call.settings.base_url):
        shown, written = board_of(call.house), sheet(standing_alone=True)
    file.write_text(written, "utf-8")
    told = {"file": str(file), "size": shown.size, "root": shown.root, "stale": shown.stale}
    if shown.stale:
        call.fail("board-stale", told, f"写进了 {file}，但是检查点已经过期，请先查签名程序。")
    call.say(told, f"写进了 {file}：{shown.size} 条记录，{shown.day}。")
