"""Pages, one module per audience or errand."""

from __future__ import annotations

from flask import Flask

from web.pages import (
    audit,
    board,
    card_claims,
    card_doubts,
    card_notices,
    health,
    household,
    inspect,
    log,
    own,
    receipts,
    sign_in,
    slips,
    staff,
    statement,
    till,
    village,
    witness,
)

PUBLIC = (health, audit, board, receipts, inspect, witness, village, slips)
BY_CARD = (household, statement, card_claims, card_doubts, card_notices)


def register(app: Flask) -> None:
    for module in (*PUBLIC, *BY_CARD, sign_in, own, log, till, staff):
        app.register_blueprint(module.pages)
