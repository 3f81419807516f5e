"""The till: two pages whose scripts talk to `/api/v1`.

The pages hold nothing secret and open for everybody: a keeper's session or this device's token
is asked for by the API. So an enrolled device opens straight to the camera, without signing in.
"""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from web.access.declared import public

pages = Blueprint("till", __name__, url_prefix="/till")


@pages.get("")
@public
def show() -> ResponseReturnValue:
    return render_template("till/show.html", sign_in=url_for("sign_in.form", next="/till"))


@pages.get("/today")
@public
def today() -> ResponseReturnValue:
    return render_template("till/today.html")
