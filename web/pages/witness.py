"""Neighbouring counties witness each other: this county's witness, for their logs.

What is asked and answered is c2sp.org/tlog-witness. The request is judged by the signature in it,
so nobody signs in; no cookie speaks, so there is no form's token.
"""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from structlog import get_logger

from points.audit.published import NotPublished
from points.audit.witness import ADDRESS, BODY_BYTES_MAX, TEXT
from points.audit.witness_app import witnessed
from points.audit.witness_folder import NoWitness
from web.access.declared import for_programs, limited, public
from web.audit import witness_in
from web.wiring import house

pages = Blueprint("witness", __name__, url_prefix="/witness")

_log = get_logger()


@pages.post(ADDRESS)
@public
@for_programs
@limited("120 per minute")
def add_checkpoint() -> ResponseReturnValue:
    """404 where this county is no witness."""
    try:
        found = witness_in(house().settings, house().clock)
    except NoWitness as refusal:
        _log.exception("witness", **refusal.facts)
        return Response(f"{refusal.code}\n", status=503, content_type=TEXT)
    if found is None:
        raise NotPublished
    request.max_content_length = BODY_BYTES_MAX
    answer, trouble = witnessed(found, request.get_data())
    if trouble:
        _log.error("witness", trouble=trouble)
    return Response(answer.body, status=answer.status, content_type=answer.kind)
