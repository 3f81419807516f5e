"""`federation`: a log of the counties' checkpoints, for the city or the province.

Like a witness it needs a folder of its own and nothing else.
"""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from points.audit.federation import ALARMS, Federation
from points.audit.policy import Policy
from points.audit.signed_note import PLAIN, Key
from points.audit.strict import Unproven
from web.cli.call import Call, acts
from web.cli.exporting import FileThere
from web.cli.log import failures
from web.cli.witness import FOLDER, NoPolicy
from web.words.sentences import sentence_for


@click.group(help="联合日志：收各县的检查点 / a log of the counties' checkpoints.")
def federation() -> None:
    """See the module."""


@federation.command(help="建立联合日志，写出信任文件的一行 / make its key, print its line.")
@FOLDER
@click.option("--name", required=True, help="像网址，不带空格 / like an address, without blanks.")
@acts
def init(call: Call, folder: Path, name: str) -> None:
    from web.audit import write_new

    kept = Federation(folder)
    if kept.key_file.exists():
        raise FileThere(file=str(kept.key_file))
    try:
        key = Key.of(name, PLAIN, secrets.token_bytes(32))
    except Unproven as error:
        raise click.BadParameter(str(error), param_hint="--name") from error
    write_new(kept.key_file, key.private)
    line = f"log {key.vkey}"
    call.say({"folder": str(folder), "vkey": str(key.vkey), "policy": line}, line)


@federation.command(help="收各县的新检查点，签名；接不上的不收，退出码 1 / gather, check and sign.")
@FOLDER
@click.argument("policy", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@acts
def sign(call: Call, folder: Path, policy: Path) -> None:
    """POLICY names the counties' logs, each with its address or its folder on this machine. Exits
    with 1 where a county's log does not continue what it showed before; the others are taken all
    the same."""
    from points.clock import utc_now
    from web.audit import witnessing_of

    kept = Federation(folder)
    witnessing = witnessing_of(call.settings, utc_now, kept.published)
    try:
        counties = Policy.parse(policy.read_text("utf-8"))
    except (OSError, UnicodeError, Unproven) as error:
        raise NoPolicy(why=str(error)) from error
    done = kept.sign(counties, witnessing)
    refused = [
        {"origin": origin, "code": each.code, "message": sentence_for(each.code, each.facts)}
        for origin, each in done.refused.items()
    ]
    told = {
        "size": done.done.size,
        "added": [{"origin": point.origin, "size": point.size} for point in done.added],
        "refused": refused,
        "cosigned": done.done.cosigned,
        "not_cosigned": failures(witnessing),
    }
    call.say(
        told,
        f"联合日志 {done.done.size} 条，新收 {len(done.added)} 条。",
        f"见证人 {done.done.cosigned} 个。",
        *(one["message"] for one in refused),
        *(f"见证人 {one['witness']} 没有签：{one['message']}" for one in failures(witnessing)),
    )
    if any(isinstance(each, ALARMS) for each in done.refused.values()):
        raise click.exceptions.Exit(1)


@federation.command(help="一个县的检查点在不在里面；在就写出证明 / is it in there? Its proof.")
@FOLDER
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@acts
def check(call: Call, folder: Path, file: Path) -> None:
    try:
        proof = Federation(folder).proof(file.read_text("utf-8"))
    except (UnicodeError, Unproven) as error:
        raise NoPolicy(why=str(error)) from error
    call.say({"proof": proof}, proof.rstrip("\n"))
