"""`export`: the books for outsiders, to be checked with tools of their own."""

from __future__ import annotations

from pathlib import Path

import click

from web.access.authorize import at_place
from web.cli.call import Call, acts


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
