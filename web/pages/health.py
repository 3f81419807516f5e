"""What machines ask: is it alive, is it ready, how is it doing."""

from __future__ import annotations

from flask import Blueprint, Response, current_app
from flask.typing import ResponseReturnValue

from web.access.declared import public
from web.http.metrics import KIND
from web.wiring import house

pages = Blueprint("health", __name__)


@pages.get("/healthz")
@public
def alive() -> ResponseReturnValue:
    """The process answers."""
    return {"status": "ok"}


@pages.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """The history can be read; `position` is the id of its last event. Else 503."""
    return {"status": "ok", "position": house().position()}


@pages.get("/metrics")
@public
def metrics() -> ResponseReturnValue:
    """Counts only. A proxy to the outside does not pass this on."""
    return Response(current_app.config["METRICS"].text(), content_type=KIND)
