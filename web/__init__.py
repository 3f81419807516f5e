"""The web front: pages for people, an API for programs, commands for operators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from points.clock import business_day

if TYPE_CHECKING:
    from flask import Flask

    from web.wiring import House


def create_app(house: House) -> Flask:
    """The application of one county's house."""
    from web import api, pages
    from web.access import gate
    from web.http import errors, headers, limits, logs
    from web.http.envelopes import Front
    from web.http.metrics import Metrics
    from web.pages import looks
    from web.words import babel

    app = Front("web")
    app.secret_key = house.secret_key
    app.config.from_mapping(house.settings.flask(), HOUSE=house, METRICS=Metrics())
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Flask's own provider has it
    _trust_proxies(app, house.settings.proxies)
    logs.install(app)
    babel.install(app)
    gate.install(app)
    errors.install(app)
    looks.install(app, lambda: business_day(house.clock()))
    pages.register(app)
    api.register(app)
    limits.install(app, enabled=house.settings.rate_limits)
    headers.install(app, https=house.settings.https)
    app.config["METRICS"].install(app)
    return app


def _trust_proxies(app: Flask, count: int) -> None:
    from werkzeug.middleware.proxy_fix import ProxyFix

    if count:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask's documented way
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )
