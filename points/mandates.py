"""Mandates: what a person's own device signed for one command (features.csv P4).

A save is signed by the process; a mandate shows besides that this person asked for just this. Her
device signs five lines of text, each with its end:

    jiamei-mandate/v1
    county, six digits
    id of the person or device that acts
    nonce: the request's idempotency key, perhaps with "/" and a number after it
    claims: a JSON list of what shall be recorded

A claim names the topic of an event and what the person saw of it; of an event that does not begin
its stream, which stream. The claims are those of the whole save, no more and no less, in any
order. Where a person has a device in force, her saves of these kinds need a mandate. A case that
ends by an upheld objection is part of the answer, and one that ends by its cap of a timer's work:
both are claimed by nobody.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from points.award import AwardCase
from points.notice import Notice
from points.objection import Objection
from points.redemption import Redemption
from points.refusals import Refusal
from points.sitting import Sitting
from points.stock import Stock
from points.undo import Undo

HEAD = "jiamei-mandate/v1"

JUST_THEN = timedelta(minutes=1)
"""A command may have begun before the device was registered, or revoked, and end after it."""

CHARACTERS_MAX = 100_000

Claim = list[Any]


class MandateMissing(Refusal):
    """She has a device that signs for her: nothing is recorded in her name without it."""

    code = "mandate-missing"


class MandateBad(Refusal):
    """Not written as it must be, for another county, person or request, or wrongly signed."""

    code = "mandate-bad"


class MandateOther(Refusal):
    """The device signed something else than what would be recorded."""

    code = "mandate-other"


class MandateKeyUnknown(Refusal):
    """The device that signed is not registered for this person, or no longer."""

    code = "mandate-key-unknown"


@dataclass(frozen=True)
class Mandate:
    """`key`: id of the device's key. `text`: the five lines, of which `signature` is."""

    key: str
    signature: bytes
    text: str
    county: str
    actor: str
    nonce: str
    claims: tuple[str, ...]

    @classmethod
    def parse(cls, written: str) -> Mandate:
        """From JSON `{"key", "signature" (base64), "text"}`; raises `MandateBad`."""
        try:
            if len(written) > CHARACTERS_MAX:
                raise ValueError(len(written))
            found = json.loads(written)
            key, signature, text = found["key"], found["signature"], found["text"]
            head, county, actor, nonce, claims, end = text.split("\n")
            text.encode()  # no half of a pair stands alone: nobody could sign it
            listed = json.loads(claims)
            asked, raw = canonical(listed), b64decode(signature, validate=True)
        except (ValueError, Error, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise MandateBad from error
        right = head == HEAD and end == "" and isinstance(key, str) and isinstance(listed, list)
        if not right or len(found) != 3 or b64encode(raw).decode() != signature:
            raise MandateBad
        return cls(key, raw, text, county, actor, nonce, asked)


def claims_of(events: Iterable[Any]) -> tuple[str, ...]:
    """What a person must have asked for so that these events may be saved; empty where the
    process may answer for it alone (openings, imports, what a timer does)."""
    return canonical(claim for event in events if (claim := claim_of(event)))


def claim_of(event: Any) -> Claim | None:
    stream = str(event.originator_id)
    match event:
        case AwardCase.Created():
            facts: Claim = [event.household, event.rule, event.points, event.occurred_on]
        case Redemption.Created():
            goods = {line["sku"]: line["quantity"] for line in event.lines}
            facts = [event.shop, event.household, event.points, goods]
        case Stock.Received():
            facts = [stream, event.quantity]
        case Notice.Created():
            listed = sorted(line["case"] for line in event.lines)
            facts = [event.village, event.month, listed]
        case Objection.Decided() | Objection.Settled():
            facts = [stream, event.outcome, event.points]
        case Sitting.Created():
            facts = [stream, *minutes_of(event)]
        case (
            AwardCase.Signed()
            | AwardCase.Refused(why="review")
            | Redemption.Voided()
            | Undo.Asked()
            | Undo.Signed()
            | Undo.Refused()
        ):
            facts = [stream]
        case _:
            return None
    return [type(event).TOPIC, *facts]


def minutes_of(held: Sitting | Sitting.Created) -> Claim:
    """Of a sitting: its day, how many belong to the body, who came, how many were for each case."""
    who = sorted(member["id"] for member in held.members)
    votes = {each["case"]: each["in_favour"] for each in held.decisions}
    return [held.day, held.required, who, votes]


def canonical(claims: Iterable[Claim]) -> tuple[str, ...]:
    """Claims in an order of their own, each written in one way."""
    return tuple(sorted(json.dumps(claim, sort_keys=True) for claim in claims))
