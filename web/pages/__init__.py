"""Pages, one module per audience or errand."""

from __future__ import annotations

from flask import Flask

from web.pages import audit, health, household, log, own, sign_in, staff, statement, till


def register(app: Flask) -> None:
    for module in (health, audit, sign_in, own, log, till, household, statement, staff):
        app.register_blueprint(module.pages)
