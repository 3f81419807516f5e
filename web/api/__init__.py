"""The API for tills and programs: `/api/v1`, described by itself at `/api/v1/openapi.json`."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_smorest import Api

from web.access.declared import public
from web.api import (
    cards,
    credits,
    devices,
    evaluations,
    households,
    kinship,
    notices,
    redemptions,
    shops,
    showcases,
    sittings,
)
from web.api.schemas import Refused
from web.settings import VERSION

MODULES = (
    *(households, credits, sittings, notices, kinship),
    *(evaluations, showcases),
    *(redemptions, cards, shops, devices),
)
"""In the order of the description."""


class OurApi(Api):  # type: ignore[misc]  # flask-smorest ships no types
    """flask-smorest, with the house's one shape of errors instead of its own."""

    ERROR_SCHEMA = Refused

    def _register_error_handlers(self) -> None:
        """`web.http.errors` answers for everybody."""


def register(app: Flask) -> None:
    app.config.from_mapping(
        API_TITLE=app.config["HOUSE"].settings.name,
        API_VERSION=VERSION,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = OurApi(app, spec_kwargs={"info": _ABOUT, "security": [{"token": []}]})
    api.spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    for module in MODULES:
        api.register_blueprint(module.api, url_prefix="/api/v1")
    _open_the_document(app)


_ABOUT = {
    "description": (
        "Tokens of devices and programs: `Authorization: Bearer jm_...`. Errors are always "
        "`{code, message, facts}`; the code is the contract. Points are whole numbers, days are "
        "days in Asia/Shanghai, instants are UTC."
    )
}


def _open_the_document(app: Flask) -> None:
    """The description itself is for everybody."""
    view = app.view_functions["api-docs.openapi_json"]

    @public
    def openapi_json() -> Any:
        return view()

    app.view_functions["api-docs.openapi_json"] = openapi_json
