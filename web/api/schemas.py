"""What programs send and what they get. Points are whole numbers; days are `YYYY-MM-DD`."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

DAY = {"format": "date", "example": "2026-11-24"}
NUMBER = {"example": "999901100201-A001"}
QUANTITY_MAX = 99
LINES_MAX = 50
PERSON = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


_PLAIN = {"pattern": r"^[^\u0000-\u001f\u007f]*$"}
_PLAIN_LINES = {"pattern": r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$"}
"""Patterns as the description says them; the validators below are stricter at the end: `\\Z`."""


def text(maximum: int, *, minimum: int = 1) -> list[validate.Validator]:
    """One line of visible text, of so many characters."""
    return [
        validate.Length(minimum, maximum, error=f"{minimum}-{maximum}"),
        validate.Regexp(r"[^\x00-\x1f\x7f]*\Z", error="control characters"),
    ]


class Refused(Schema):
    """Every answer of 400 and above."""

    code = fields.String(required=True, metadata={"description": "the contract: what is wrong"})
    message = fields.String(required=True, metadata={"description": "a sentence for people"})
    facts = fields.Dict(required=True, metadata={"description": "what the sentence is about"})


# Asking.


class OnDay(Schema):
    on = fields.Date(metadata={"description": "balance at the end of that day; default: now"})


class Period(Schema):
    """Both days are included. Default: from the account's opening to today."""

    start = fields.Date(data_key="from")
    end = fields.Date(data_key="to")


class CreditWish(Schema):
    """Propose a credit or deduction by a rule in force; another person signs it."""

    household = fields.String(required=True, validate=text(40), metadata=NUMBER | _PLAIN)
    rule = fields.String(required=True, validate=text(20), metadata={"example": "V01"} | _PLAIN)
    occurred_on = fields.Date(required=True)
    points = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=validate.Range(-10_000, 10_000),
        metadata={"description": "only where the rule leaves a choice"},
    )
    minutes = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=validate.Range(1, 24 * 60),
        metadata={"description": "only for rules by the hour"},
    )
    earner = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Regexp(rf"{PERSON}\Z", error="id"),
        metadata={
            "description": "the opaque id of who earned it, one of the household's that has a "
            "login; without one a cap for each person counts for the whole household",
            "pattern": f"^{PERSON}$",
        },
    )
    evidence = fields.String(
        load_default="",
        validate=[
            validate.Length(0, 500, error="0-500"),
            validate.Regexp(r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*\Z", error="control characters"),
        ],
        metadata={"description": "free text; kept sealed, never in the history"} | _PLAIN_LINES,
    )


class LineWish(Schema):
    sku = fields.String(required=True, validate=text(40), metadata={"example": "G01"} | _PLAIN)
    quantity = fields.Integer(
        required=True, strict=True, validate=validate.Range(1, QUANTITY_MAX, error="1-99")
    )


class RedemptionWish(Schema):
    """Goods for points. The shop is the token's. The same good in two lines is added up, to at
    most 99 of one good."""

    card = fields.String(
        required=True,
        validate=text(300),
        metadata={"description": "what was scanned, or the number as it was typed"} | _PLAIN,
    )
    lines = fields.List(
        fields.Nested(LineWish), required=True, validate=validate.Length(1, LINES_MAX)
    )
    pin = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Regexp(r"[0-9]{4,6}\Z", error="4-6"),
        metadata={
            "description": "above the threshold, and with a typed number",
            "pattern": "^[0-9]{4,6}$",
        },
    )
    collected_by = fields.UUID(
        load_default=None,
        allow_none=True,
        metadata={"description": "the authorisation of whoever collects for the household"},
    )


class Nothing(Schema):
    """An empty body, `{}` or none."""


class CardWish(Schema):
    card = fields.String(required=True, validate=text(300), metadata=_PLAIN)


# Answering.


class Buckets(Schema):
    base = fields.Integer(required=True)
    earned = fields.Integer(required=True)
    gift = fields.Integer(required=True)


class BalanceShown(Schema):
    """`balance` can be spent; the buckets hold all points; `pending` waits for a signature;
    `frozen` is held by an objection; `receivable` is owed. `version` is the account's, as ETag."""

    household = fields.String(required=True, metadata=NUMBER)
    on = fields.String(required=True, metadata=DAY)
    balance = fields.Integer(required=True)
    buckets = fields.Nested(Buckets, required=True)
    pending = fields.Integer(required=True)
    frozen = fields.Integer(required=True)
    receivable = fields.Integer(required=True)
    version = fields.Integer(required=True)


class StatementLine(Schema):
    """One entry. `points` is its signed effect on the balance."""

    id = fields.Integer(required=True)
    day = fields.String(required=True, metadata=DAY)
    at = fields.String(required=True)
    kind = fields.String(required=True)
    points = fields.Integer(required=True)
    rule = fields.String(required=True, allow_none=True)
    rule_version = fields.Integer(required=True, allow_none=True)
    item = fields.String(required=True, allow_none=True)
    occurred_on = fields.String(required=True, allow_none=True)
    expires_on = fields.String(required=True, allow_none=True)
    receipt_no = fields.String(required=True, allow_none=True)
    shop = fields.String(required=True, allow_none=True)


class StatementShown(Schema):
    """Opening plus lines is closing. `totals`: points by kind of entry."""

    household = fields.String(required=True, metadata=NUMBER)
    start = fields.String(data_key="from", required=True, metadata=DAY)
    end = fields.String(data_key="to", required=True, metadata=DAY)
    opening = fields.Integer(required=True)
    lines = fields.List(fields.Nested(StatementLine), required=True)
    closing = fields.Integer(required=True)
    totals = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class CaseShown(Schema):
    """`state`: proposed, reviewed, on_notice, posted, refused or withdrawn."""

    id = fields.UUID(required=True)
    household = fields.String(required=True, metadata=NUMBER)
    rule = fields.String(required=True)
    points = fields.Integer(required=True)
    state = fields.String(required=True)
    signatures_missing = fields.Integer(required=True)


class LineShown(Schema):
    """`price` is one unit's, `points` the line's."""

    sku = fields.String(required=True)
    name = fields.String(required=True)
    unit = fields.String(required=True)
    quantity = fields.Integer(required=True)
    price = fields.Integer(required=True)
    points = fields.Integer(required=True)


class ProofShown(Schema):
    """Whoever keeps it can show later that the redemption was registered, and how. `code` is for
    paper, `url` for the picture; `promise` is a signed note: event `event` is in the transparency
    log within 60 seconds, with the digest that stands there."""

    code = fields.String(required=True, metadata={"example": "0000-01Z8-4KQ2-9XWM"})
    url = fields.String(required=True)
    event = fields.Integer(required=True)
    promise = fields.String(required=True)


class ReceiptShown(Schema):
    """`balance` and `version` are the account's right after it; `redemption` is its id, which a
    mandate to void it names."""

    redemption = fields.UUID(required=True)
    receipt_no = fields.String(required=True)
    points = fields.Integer(required=True)
    balance = fields.Integer(required=True)
    version = fields.Integer(required=True)
    lines = fields.List(fields.Nested(LineShown), required=True)
    proof = fields.Nested(ProofShown, required=True)


class CardShown(Schema):
    """What the till shows before goods are picked. `pin_above`: a redemption above so many points
    needs the PIN; `no_pin_left`: points that may still go without it today."""

    household = fields.String(required=True, metadata=NUMBER)
    masked_name = fields.String(required=True)
    balance = fields.Integer(required=True)
    pin_set = fields.Boolean(required=True)
    pin_above = fields.Integer(required=True)
    no_pin_left = fields.Integer(required=True)
    as_of = fields.String(required=True)


class GoodShown(Schema):
    sku = fields.String(required=True)
    name = fields.String(required=True)
    unit = fields.String(required=True)
    points = fields.Integer(required=True)
    on_hand = fields.Integer(required=True)
    barcode = fields.String(required=True)


class ShopShown(Schema):
    """The shop and the goods that ever stood on its shelves, at today's prices."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    goods = fields.List(fields.Nested(GoodShown), required=True)


class RedemptionOfDay(Schema):
    """`status`: completed, voided or returned."""

    redemption = fields.UUID(required=True)
    receipt_no = fields.String(required=True)
    at = fields.String(required=True)
    household = fields.String(required=True, metadata=NUMBER)
    masked_name = fields.String(required=True)
    points = fields.Integer(required=True)
    status = fields.String(required=True)
    code = fields.String(required=True, metadata={"description": "the receipt's code, see `proof`"})
    lines = fields.List(fields.Nested(LineShown), required=True)


class GoodOfDay(Schema):
    sku = fields.String(required=True)
    name = fields.String(required=True)
    quantity = fields.Integer(required=True)
    points = fields.Integer(required=True)


class TotalsOfDay(Schema):
    """Of what was not taken back."""

    points = fields.Integer(required=True)
    count = fields.Integer(required=True)
    goods = fields.List(fields.Nested(GoodOfDay), required=True)


class DayShown(Schema):
    """A shop's business day, newest first."""

    day = fields.String(required=True, metadata=DAY)
    redemptions = fields.List(fields.Nested(RedemptionOfDay), required=True)
    totals = fields.Nested(TotalsOfDay, required=True)
