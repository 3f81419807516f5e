"""Pages, one module per audience or errand."""

from __future__ import annotations

from flask import Flask

from web.pages import health, own, sign_in, till


def register(app: Flask) -> None:
    for module in (health, sign_in, own, till):
        app.register_blueprint(module.pages)
