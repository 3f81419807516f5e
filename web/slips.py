"""Tokens for satisfaction slips: one for one redemption, and nothing that leads back to it (Q6).

A token is a random nonce and a keyed hash (HMAC) of the nonce, the village and what the slip is
about. It goes out once, with the first answer to a redemption, and is noted nowhere: not with the
receipt, not in a log. A retry gets none, so that a till cannot ask for more tokens than it made
redemptions. When it comes back the hash shows that this house gave it out; another keyed hash of
the nonce goes among those that are used up. Neither the receipt nor the history has the nonce, so
from a slip, or from a token that was used, nothing leads to the receipt. What is left to a keeper
is to tap herself, once for each redemption that the books show.

The token for the answer to an objection is made from the objection's id, so that its page can be
read again without there being a second slip. With its key this house could tell whether a slip
was given for it; which face it had, nothing tells (`points/store/slips.py`).
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from secrets import token_bytes
from uuid import UUID

from points.clock import business_day
from points.issuance import quarter_of
from points.refusals import Refusal
from points.slip import SlipSpent, check_face
from points.store.slips import SlipBox
from web.wiring import House

NONCE_BYTES = 16


class SlipUnknown(Refusal):
    """This house gave out no such token."""

    code = "slip-unknown"


def for_redemption(house: House, village: str) -> str:
    return _token(house, village, "redemption", token_bytes(NONCE_BYTES))


def for_decision(house: House, village: str, objection: UUID) -> str:
    nonce = house.keyed.slip("nonce", objection.bytes)[:NONCE_BYTES]
    return _token(house, village, "decision", nonce)


def give(house: House, token: str, face: str) -> str:
    """Throw one slip into the box; returns its village. Raises `FaceUnknown`, `SlipUnknown` or
    `SlipSpent`."""
    village, about, spent = _read(house, token)
    check_face(about, face)
    quarter = quarter_of(business_day(house.clock()).isoformat())
    box = SlipBox(house.county)
    if not box.drop(spent, village=village, quarter=quarter, about=about, face=face):
        raise SlipSpent(about=about)
    return village


def was_given(house: House, token: str) -> bool:
    """Whether this token was used; raises `SlipUnknown`."""
    return SlipBox(house.county).was_used(_read(house, token)[2])


def _read(house: House, token: str) -> tuple[str, str, str]:
    """Village, what it is about, and the hash that says that it is used up; raises
    `SlipUnknown`."""
    try:
        village, about, text = token.split(".")
        nonce = urlsafe_b64decode(text.encode("ascii"))[:NONCE_BYTES]
    except ValueError:
        raise SlipUnknown from None
    if not hmac.compare_digest(_token(house, village, about, nonce).encode(), token.encode()):
        raise SlipUnknown
    return village, about, house.keyed.slip("spent", nonce).hex()


def _token(house: House, village: str, about: str, nonce: bytes) -> str:
    mark = house.keyed.slip("mark", nonce + f"{village} {about}".encode())
    return f"{village}.{about}.{urlsafe_b64encode(nonce + mark).decode()}"
