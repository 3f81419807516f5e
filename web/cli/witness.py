"""`witness`: sees for other people's logs that they only grow, and cosigns what does.

It needs a folder of its own and nothing else: no database, no vault, no county.
"""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from points.audit.policy import Policy
from points.audit.signed_note import COSIGNATURE, Key, VKey
from points.audit.strict import Unproven, encoded
from points.audit.witness_folder import WitnessFolder
from points.refusals import Refusal
from web.cli.call import Call, acts
from web.cli.exporting import FileThere

HERE = "http://127.0.0.1:8010"
"""Where `serve` listens unless told otherwise."""

FOLDER = click.argument("folder", type=click.Path(path_type=Path, file_okay=False))


class NoPolicy(Refusal):
    """Neither a policy nor the key of a log. Fact: `why`."""

    code = "policy-wrong"


@click.group(help="见证人：给别家的公开日志签字 / a witness of other people's logs.")
def witness() -> None:
    """See the module."""


@witness.command(help="建立见证人，写出给信任文件的一行 / make its key; prints a policy's line.")
@FOLDER
@click.option("--name", required=True, help="像网址，不带空格 / like an address, without blanks.")
@click.option("--url", default=HERE, show_default=True, help="在哪里找到它 / where it is asked.")
@acts
def init(call: Call, folder: Path, name: str, url: str) -> None:
    from web.audit import write_new

    kept = WitnessFolder(folder)
    if kept.key_file.exists():
        raise FileThere(file=str(kept.key_file))
    try:
        key = Key.of(name, COSIGNATURE, secrets.token_bytes(32))
    except Unproven as error:
        raise click.BadParameter(str(error), param_hint="--name") from error
    write_new(kept.key_file, key.private)
    line = f"witness {name} {key.vkey} {url}"
    call.say({"folder": str(folder), "vkey": str(key.vkey), "policy": line}, line)


@witness.command(help="看哪些日志：信任文件，或者一把公钥 / which logs it watches.")
@FOLDER
@click.argument("policy_or_key")
@acts
def trust(call: Call, folder: Path, policy_or_key: str) -> None:
    kept = WitnessFolder(folder)
    try:
        new = kept.trust(_logs(policy_or_key))
    except (OSError, UnicodeError, Unproven) as error:
        raise NoPolicy(why=str(error)) from error
    told = {"added": [str(log) for log in new], "logs": [str(log) for log in kept.logs()]}
    call.say(told, *(f"新加：{log.name}" for log in new), f"一共看 {len(told['logs'])} 把公钥。")


@witness.command(help="启动见证人 / serve it.")
@FOLDER
@click.option("--port", default=8010, show_default=True, type=click.IntRange(1, 65535))
@click.option("--host", default="127.0.0.1", show_default=True, help="0.0.0.0: 对外 / for others.")
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1, 64))
@acts
def serve(call: Call, folder: Path, port: int, host: str, threads: int) -> None:
    from web.cli.serving import serve_witness

    name = WitnessFolder(folder).key().vkey.name
    address = f"http://{host}:{port}"
    call.say({"address": address, "name": name}, f"{name} 已启动：{address}（按 Ctrl+C 停止）")
    serve_witness(folder, host, port, threads)


@witness.command(help="看着哪些日志，签到哪里 / what it cosigned last.")
@FOLDER
@acts
def status(call: Call, folder: Path) -> None:
    kept = WitnessFolder(folder)
    key = kept.key().vkey
    watched = dict.fromkeys(log.name for log in kept.logs())
    last = [kept.last(origin) for origin in watched]
    forked = {origin: [str(path) for path in kept.evidence(origin)] for origin in watched}
    logs = [
        {
            "origin": point.origin,
            "size": point.size,
            "root": encoded(point.root),
            "forked": forked[point.origin],
        }
        for point in last
    ]
    call.say(
        {"name": key.name, "vkey": str(key), "logs": logs},
        str(key),
        *(
            f"{point.origin}：签到 {point.size} 条，两本账的证据 {len(forked[point.origin])} 份"
            for point in last
        ),
        *(path for paths in forked.values() for path in paths),
    )


def _logs(policy_or_key: str) -> list[VKey]:
    """Raises `Unproven`."""
    path = Path(policy_or_key)
    if path.is_file():
        return [log.vkey for log in Policy.parse(path.read_text("utf-8")).logs]
    return [VKey.parse(policy_or_key)]
