"""`serve`: the application behind its own server; a witness behind the same."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from web.cli.call import Call, acts

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from flask import Flask

THREADS = 16
"""Requests at once. One process, so that group commit and limits see all of them."""


@click.command(help="启动服务 / serve pages and API.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--host", default="127.0.0.1", show_default=True, help="0.0.0.0: 对外 / for others.")
@click.option("--threads", default=THREADS, show_default=True, type=click.IntRange(1, 256))
@acts
def serve(call: Call, port: int, host: str, threads: int) -> None:
    from web.migrate import unmigrated

    behind = unmigrated(call.house.county, call.house.shared)
    if behind:
        call.fail(
            "not-migrated", {"behind": behind}, "表结构不是这个版本的，请先运行 jiamei migrate。"
        )
    call.house.ledger.check_signer()
    os.environ["JIAMEI_COUNTY"] = call.house.county.code
    call.house.close()
    call.say(
        {"address": f"http://{host}:{port}", "county": os.environ["JIAMEI_COUNTY"]},
        f"已启动：http://{host}:{port}（按 Ctrl+C 停止）",
    )
    _serve("application", host, port, threads)


def serve_witness(folder: Path, host: str, port: int, threads: int) -> None:
    """Until it is stopped."""
    os.environ["JIAMEI_WITNESS_DIR"] = str(folder.absolute())
    _serve("witness", host, port, threads)


def _serve(what: str, host: str, port: int, threads: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        f"web.cli.serving:{what}",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        blocking_threads=threads,
        backpressure=threads * 4,
        log_enabled=False,
    ).serve()


def application() -> Flask:
    """What the server's process runs."""
    from web import create_app
    from web.http import logs
    from web.settings import read_settings
    from web.wiring import build_house

    settings = read_settings()
    logs.configure(settings.log_level)
    return create_app(build_house(settings))


def witness() -> WSGIApplication:
    """What the process of a witness runs: no database, no vault."""
    from points.audit.witness_app import application
    from points.clock import utc_now
    from web.audit import witness_in
    from web.settings import read_settings

    found = witness_in(read_settings(), utc_now)
    assert found is not None
    return application(found)
