"""Evaluation rounds, for programs: opened, scored sheet by sheet, closed by a meeting."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import g
from marshmallow import Schema, fields, validate

from points.evaluation import UnknownRound
from points.scoring import ITEMS, JUDGES, KINDS, TOTAL_MAX, Meeting, Row, Terms
from web.access.authorize import at_place
from web.access.declared import in_body, mine, needs
from web.access.find import evaluation as in_address
from web.access.gate import check
from web.access.roles import check_place
from web.api.blueprint import ApiBlueprint
from web.api.schemas import NUMBER, text
from web.http.envelopes import once
from web.members import member
from web.wiring import house

api = ApiBlueprint("api_evaluations", __name__)

PEOPLE = validate.Range(1, 1000)
ROWS_MAX = 500
HOUSEHOLDS = validate.Length(0, ROWS_MAX)


class RoundWish(Schema):
    """`judges`: three, logins of the village's staff or numbers of households; `by_item`: each
    gives five scores and not one total."""

    village = fields.String(required=True, validate=text(12))
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    period = fields.String(required=True, validate=text(7), metadata={"example": "2026-Q4"})
    judges = fields.List(
        fields.String(validate=text(60)), required=True, validate=validate.Length(equal=JUDGES)
    )
    by_item = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class ScoresWish(Schema):
    """`scores`: a list for each judge, in their order: one total, five items, or null where she
    gave nothing."""

    household = fields.String(required=True, validate=text(40), metadata=NUMBER)
    scores = fields.List(
        fields.List(
            fields.Integer(strict=True, validate=validate.Range(0, TOTAL_MAX)),
            allow_none=True,
            validate=validate.Length(1, len(ITEMS)),
        ),
        required=True,
        validate=validate.Length(equal=JUDGES),
    )


class SheetWish(Schema):
    """`corrects`: its households stand on an earlier sheet."""

    rows = fields.List(
        fields.Nested(ScoresWish), required=True, validate=validate.Length(1, ROWS_MAX)
    )
    corrects = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class ClosingWish(Schema):
    """`required`: how many belong to the meeting; `chosen`: who of a cleanest round gets points."""

    minutes = fields.String(required=True, validate=text(40))
    place = fields.String(required=True, validate=text(60))
    present = fields.Integer(required=True, strict=True, validate=PEOPLE)
    required = fields.Integer(required=True, strict=True, validate=PEOPLE)
    chosen = fields.List(
        fields.String(validate=text(40), metadata=NUMBER), load_default=list, validate=HOUSEHOLDS
    )


class RoundShown(Schema):
    """`state`: open or closed; what the meeting was is null before."""

    id = fields.UUID(attribute="round_id", required=True)
    village = fields.String(required=True)
    kind = fields.String(required=True)
    period = fields.String(required=True)
    opened_on = fields.String(required=True)
    state = fields.String(required=True)
    sheets = fields.Integer(required=True)
    minutes = fields.String(required=True, allow_none=True)
    place = fields.String(required=True, allow_none=True)
    present = fields.Integer(required=True, allow_none=True)
    required = fields.Integer(required=True, allow_none=True)
    closed_on = fields.String(required=True, allow_none=True)


class ResultShown(Schema):
    """`counted` scores made the `median`; `recused` are judges' ids; `case`: what was proposed."""

    household = fields.String(required=True, metadata=NUMBER)
    median = fields.Integer(required=True, allow_none=True)
    spread = fields.Integer(required=True, allow_none=True)
    counted = fields.Integer(required=True)
    recused = fields.List(fields.String(), required=True)
    star = fields.Integer(required=True, allow_none=True)
    case = fields.UUID(required=True, allow_none=True)


class RoundRead(RoundShown):
    """`judges` are ids, in the order of their scores; `results` as the meeting adopted them, or
    as the sheets come to by now."""

    judges = fields.List(fields.String(), required=True)
    results = fields.List(fields.Nested(ResultShown), required=True)


class RoundsShown(Schema):
    evaluations = fields.List(fields.Nested(RoundShown), required=True)


@api.get("/evaluations")
@needs("evaluation.read", of=mine)
@api.response(200, RoundsShown)
def evaluations() -> Any:
    """Rounds of the token's place, the open and the newest first."""
    return {"evaluations": house().read.evaluations.of(g.actor.place)}


@api.post("/evaluations")
@needs("evaluation.hold", of=in_body)
@api.arguments(RoundWish)
@api.response(201, RoundRead)
def open_round(wish: dict[str, Any]) -> Any:
    """Open a round: one of a kind in a village and period, with three judges."""
    village = wish["village"]
    check_place(village)
    check("evaluation.hold", at_place(village))
    judges = [member(house(), each, village) for each in wish["judges"]]
    with once(wish):
        made = house().ledger.open_round(
            village,
            wish["kind"],
            wish["period"],
            judges=judges,
            terms=Terms(by_item=wish["by_item"]),
        )
    return _one(made)


@api.get("/evaluations/<uuid:round_id>")
@needs("evaluation.read", of=in_address())
@api.response(200, RoundRead)
def one_round(round_id: UUID) -> Any:
    """One round: its judges and what it comes to."""
    return _one(round_id)


@api.post("/evaluations/<uuid:round_id>/sheet")
@needs("evaluation.hold", of=in_address())
@api.arguments(SheetWish)
@api.response(200, RoundRead)
def score_sheet(wish: dict[str, Any], round_id: UUID) -> Any:
    """A whole sheet at once: all of its rows, or none."""
    meant, village = house().registry.resolve_own, g.thing.place
    rows = [
        Row(
            meant(row["household"], village),
            tuple(tuple(each) if each is not None else None for each in row["scores"]),
        )
        for row in wish["rows"]
    ]
    with once(wish):
        house().ledger.score_sheet(round_id, rows, corrects=wish["corrects"])
    return _one(round_id)


@api.post("/evaluations/<uuid:round_id>/closing")
@needs("evaluation.hold", of=in_address())
@api.arguments(ClosingWish)
@api.response(200, RoundRead)
def close_round(wish: dict[str, Any], round_id: UUID) -> Any:
    """The meeting adopts the results; in the same save a case for each household that earned
    one."""
    same = ("minutes", "place", "present", "required")
    meeting = Meeting(**{name: wish[name] for name in same})
    meant, village = house().registry.resolve_own, g.thing.place
    chosen = list(dict.fromkeys(meant(each, village) for each in wish["chosen"]))
    with once(wish):
        house().ledger.close_round(round_id, meeting, chosen=chosen)
    return _one(round_id)


def _one(round_id: UUID) -> dict[str, Any]:
    found = house().read.evaluations.one(round_id)
    if found is None:
        raise UnknownRound(round=str(round_id))
    judges = [each["judge"] for each in house().read.evaluations.judges(round_id)]
    return found | {"judges": judges, "results": _results(round_id, found["state"])}


def _results(round_id: UUID, state: str) -> list[dict[str, Any]]:
    if state == "open":
        return [asdict(each) for each in house().ledger.results(round_id)]
    return [
        row | {"recused": row["recused"].split(), "case": row["case_id"]}
        for row in house().read.evaluations.results(round_id)
    ]
