"""The least that Flask can do: one route, nothing behind it."""

from __future__ import annotations

from flask import Flask


def application() -> Flask:
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: "")
    return app
