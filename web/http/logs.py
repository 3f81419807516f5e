"""The running log: one JSON line per request on standard error, without personal data.

A line names the route as it is declared, never the address: card tokens stand in addresses. Where
somebody may speak without a name there is no line at all (rulings 24).
"""

from __future__ import annotations

import io
import logging
import re
import sys
import time
from typing import TextIO, cast
from uuid import uuid4

import structlog
from flask import Flask, Response, current_app, g, request

from web.access.declared import is_untraced

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")

_log = structlog.get_logger()


class _StandardError(io.TextIOBase):
    """Wherever standard error goes when a line is written, not when logging was set up."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def configure(level: str) -> None:
    """Once per process. Levels: DEBUG, INFO, WARNING, ERROR."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", _StandardError())),
        cache_logger_on_first_use=False,
    )


def install(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    structlog.contextvars.clear_contextvars()
    if not traced():
        return
    g.began = time.perf_counter()
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if _REQUEST_ID.fullmatch(given) else uuid4().hex
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    if not traced():
        return response
    response.headers["X-Request-ID"] = g.get("request_id", "")
    actor = g.get("actor")
    _log.info(
        "request",
        method=request.method,
        route=route(),
        status=response.status_code,
        ms=round((time.perf_counter() - g.began) * 1000, 1) if "began" in g else None,
        actor=actor.id if actor else None,
        refused=g.get("refused"),
    )
    return response


def traced() -> bool:
    """Whether this request may leave a line."""
    return not is_untraced(current_app.view_functions.get(request.endpoint or ""))


def route() -> str:
    """The address as it is declared: `/c/<token>`."""
    return request.url_rule.rule if request.url_rule else "unknown"
