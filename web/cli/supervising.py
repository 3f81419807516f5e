"""`packet`: a month of a place for the township, in one file."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import click

from points.audit.sample import first_and_last
from web.access.authorize import at_place
from web.cli.call import Call, acts


@click.command(help="移交材料：一个月的台账、抽查表、签认、检查点 / a month for the township.")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--month", required=True, help="月份 / 2026-11.")
@click.option("--place", help="地区的代码 / default: the acting user's own.")
@acts
def packet(call: Call, out: Path, month: str, place: str | None) -> None:
    from web.packet import packet as packed

    try:
        first_and_last(month)
    except ValueError:
        raise click.BadParameter(month, param_hint="--month") from None
    place = place or call.place
    call.check("signoff.read", at_place(place))
    content = packed(call.house, place, month, call.today)
    out.write_bytes(content)
    digest = sha256(content).hexdigest()
    call.say(
        {"file": str(out), "bytes": len(content), "sha256": digest},
        f"{out}：{len(content)} 字节，摘要 {digest}",
    )
