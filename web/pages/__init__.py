"""Pages, one module per audience or errand."""

from __future__ import annotations

from flask import Flask

from web.pages import (
    audit,
    board,
    health,
    household,
    inspect,
    log,
    own,
    receipts,
    sign_in,
    staff,
    statement,
    till,
    witness,
)

PUBLIC = (health, audit, board, receipts, inspect, witness)


def register(app: Flask) -> None:
    for module in (*PUBLIC, sign_in, own, log, till, household, statement, staff):
        app.register_blueprint(module.pages)
