"""What a request's device signed: in a header of programs, in a hidden field of forms."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error

import orjson
from flask import request

from points.mandates import MandateBad

HEADER, FIELD = "Jiamei-Mandates", "mandates"
MANDATES_MAX = 500


def mandates() -> tuple[str, ...]:
    """A JSON list of mandates, each a text of its own; in the header as base64 of it.

    Raises `MandateBad`.
    """
    try:
        written = b64decode(request.headers.get(HEADER, ""), validate=True)
        found = orjson.loads(written or request.form.get(FIELD) or "[]")
    except (Error, ValueError) as error:
        raise MandateBad from error
    right = isinstance(found, list) and all(isinstance(each, str) for each in found)
    if not right or len(found) > MANDATES_MAX:
        raise MandateBad
    return tuple(found)
