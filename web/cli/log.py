"""`log sign`, `log status`, `log policy`: the transparency log and its signer.

`log sign` opens the database only to read it, and neither the vault nor the house.
"""

from __future__ import annotations

import time
from typing import Any

import click
from sqlalchemy.exc import OperationalError

from points.audit.disk import Disk
from points.audit.signer import Pass, Signer
from points.audit.strict import encoded
from points.audit.witnessing import Witnessing
from web.cli.call import Call, acts
from web.words.sentences import sentence_for

WHOLE_EVERY_S = 3600


@click.group(help="公开日志：签名、状态、信任文件 / the transparency log.")
def log() -> None:
    """See the module."""


@log.command(help="把新记录写进公开日志并签名；不对就不签，退出码 1 / add, check and sign.")
@click.option("--every", type=click.IntRange(min=1), help="每隔几秒一次 / again each N seconds.")
@click.option("--whole", is_flag=True, help="先核对每一条记录 / compare every record first.")
@acts
def sign(call: Call, every: int | None, whole: bool) -> None:
    """With `--every`, the first pass and one each hour compare every record."""
    from points.clock import utc_now
    from web.audit import county_of, history_of, published, signer_of, witnessing_of

    county = county_of(call.settings)
    witnessing = witnessing_of(call.settings, utc_now, published(call.settings, county))
    history = history_of(call.settings, county)
    try:
        signer = signer_of(call.settings, county, history, witnessing)
        if every is None:
            _say(call, signer.sign(whole=whole), witnessing)
        else:
            _keep_signing(call, signer, witnessing, every)
    finally:
        history.close()


@log.command(help="公开到哪一条、何时 / how far it is published.")
@acts
def status(call: Call) -> None:
    from web.audit import county_of, memory_of, published

    county = county_of(call.settings)
    shown, last = published(call.settings, county), memory_of(call.settings, county).last()
    text = shown.checkpoint()
    told = {
        "county": county,
        "folder": str(shown.directory),
        "origin": shown.origin,
        "published": shown.size,
        "remembered": last.size if last else 0,
        "root": encoded(shown.signed().checkpoint.root) if text else None,
        "signatures": [each.name for each in shown.signed().note.signatures] if text else [],
    }
    call.say(
        told,
        f"公开 {told['published']} 条，签名程序记得 {told['remembered']} 条。",
        *([text.rstrip("\n")] if text else []),
    )


@log.command(help="写出信任文件：日志、见证人和程序的公钥 / whom to believe about this log.")
@acts
def policy(call: Call) -> None:
    from web.audit import county_of, history_of, policy_text, published

    county = county_of(call.settings)
    history = history_of(call.settings, county)
    try:
        with history.moment() as moment:
            text = policy_text(call.settings, county, moment.process_key())
    finally:
        history.close()
    path = published(call.settings, county).directory / "policy"
    Disk().write_safely(path, text.encode())
    call.say({"policy": text, "file": str(path)}, text.rstrip("\n"))


def _keep_signing(call: Call, signer: Signer, witnessing: Witnessing, every: int) -> None:
    """Ends with a refusal only: a database that does not answer is asked again next time. That a
    witness begins to fail, or ends to, is told at once."""
    whole_at = 0.0
    failing: dict[str, str] = {}
    while True:
        now = time.monotonic()
        whole = now >= whole_at
        try:
            done = signer.sign(whole=whole)
        except OperationalError as error:
            click.echo(f"数据库没有回答，下次再试：{error.__class__.__name__}", err=True)
        else:
            whole_at = now + WHOLE_EVERY_S if whole else whole_at
            failed = {name: refusal.code for name, refusal in witnessing.failed.items()}
            if whole or done.size > done.before or failed != failing:
                _say(call, done, witnessing)
            failing = failed
        time.sleep(max(0.0, every - (time.monotonic() - now)))


def _say(call: Call, done: Pass, witnessing: Witnessing) -> None:
    failed = failures(witnessing)
    told = {
        "size": done.size,
        "added": done.size - done.before,
        "root": encoded(done.root),
        "compared": done.compared,
        "cosigned": done.cosigned,
        "not_cosigned": failed,
    }
    compared = f"，核对了 {done.compared} 条" if done.compared else ""
    call.say(
        told,
        f"已签 {done.size} 条（新加 {told['added']} 条{compared}），见证人 {done.cosigned} 个。",
        *(f"见证人 {one['witness']} 没有签：{one['message']}" for one in failed),
    )


def failures(witnessing: Witnessing) -> list[dict[str, Any]]:
    """Which witnesses did not cosign the last time, and why."""
    return [
        {
            "witness": name,
            "code": refusal.code,
            "facts": refusal.facts,
            "message": sentence_for(refusal.code, refusal.facts),
        }
        for name, refusal in witnessing.failed.items()
    ]
