"""How often an address may ask: sign-in, card look-ups, PINs. Counted in memory, per process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from web.access.declared import limit_of


def install(app: Flask, *, enabled: bool) -> None:
    """After all routes are registered: hold each to the limit that it declares."""
    if not enabled:
        return
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://")
    for endpoint, view in app.view_functions.items():
        if limit := limit_of(view):
            held: Callable[..., Any] = limiter.limit(limit.often, methods=list(limit.methods))(view)
            app.view_functions[endpoint] = held
