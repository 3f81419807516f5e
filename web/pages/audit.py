"""The transparency log for whoever asks: laid out as c2sp.org/tlog-tiles says, and proofs.

Full tiles never change. What may still change is kept a few seconds at most.
"""

from __future__ import annotations

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from points.audit.published import NotPublished
from web.access.declared import public
from web.wiring import house

pages = Blueprint("audit", __name__, url_prefix="/audit")

TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"

FOREVER = "public, max-age=31536000, immutable"
SECONDS = "public, max-age=5"


@pages.get("/checkpoint")
@public
def checkpoint() -> ResponseReturnValue:
    """What the log is now, signed by it and by its witnesses. 404 before the first."""
    text = house().log.checkpoint()
    if text is None:
        raise NotPublished
    return _kept(text, TEXT, SECONDS)


@pages.get("/tile/<path:tile>")
@public
def tile(tile: str) -> ResponseReturnValue:
    """Hashes of the tree or entries, only what a published checkpoint covers. Else 404."""
    return _kept(house().log.tile(tile), BYTES, FOREVER)


@pages.get("/policy")
@public
def policy() -> ResponseReturnValue:
    """Whose signatures to believe. Who checks us takes this from somewhere else than from us."""
    return _kept(house().log.policy(), TEXT, SECONDS)


@pages.get("/proof/<int:event_id>")
@public
def proof(event_id: int) -> ResponseReturnValue:
    """That an event is in the log (tlog-proof). 404 until a checkpoint covers it."""
    answer = _kept(house().log.proof(event_id), TEXT, SECONDS)
    name = f"{event_id}.tlog-proof"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _kept(content: str | bytes, kind: str, cache: str) -> Response:
    answer = Response(content, content_type=kind)
    answer.headers["Cache-Control"] = cache
    return answer
