"""A word against an entry of her own that was posted (B4), behind the card: at the shop, or on her
own phone. What the card's page does not show needs the PIN here too.
"""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from points.account import UnknownEntry
from points.refusals import Refusal
from points.views.entries import Line
from web.access.authorize import at_household
from web.access.declared import limited, public
from web.access.gate import allowed
from web.access.visitor import of_household
from web.http.envelopes import once
from web.http.errors import STATUS
from web.pages.homes import LATEST, Home, changes
from web.pages.household import card_pages, home_behind, page
from web.village.doubting import entry_of
from web.wiring import house
from web.words.sentences import sentence

pages = card_pages("card_doubts")

TEXT_MAX = 500


@pages.get("/C/<token>/entries/<int:entry>")
@public
def show(token: str, entry: int) -> ResponseReturnValue:
    home = home_behind(token)
    try:
        return _page(token, home, _line(home, entry))
    except UnknownEntry as no:
        return _none(token, home, no)


@pages.post("/C/<token>/entries/<int:entry>")
@public
@limited("10 per minute")
def object_to(token: str, entry: int) -> ResponseReturnValue:
    """Her household's own objection, under its number."""
    home = home_behind(token)
    text = request.form.get("text", "").strip()[:TEXT_MAX]
    try:
        line = _line(home, entry)
    except UnknownEntry as no:
        return _none(token, home, no)
    try:
        visitor = of_household(home.household)
        with once({"text": text}, key=request.form.get("key", ""), visitor=visitor):
            house().ledger.object_to_entry(
                home.household, entry=line["ref"], text=text, way="card", by=home.household
            )
    except Refusal as no:
        return _page(token, home, line, error=sentence(no)), STATUS.get(no.code, 409)
    return redirect(url_for("card_notices.show", token=token, _anchor="mine"), 303)


def _line(home: Home, entry: int) -> Line:
    """Raises `UnknownEntry`."""
    found = entry_of(house(), home.household, entry)
    shown = {one["id"] for one in house().read.entries.latest(home.household, LATEST)}
    if entry not in shown and not allowed("household.read", at_household(home.household)):
        raise UnknownEntry(entry=str(entry))
    return found


def _page(token: str, home: Home, line: Line, error: str = "") -> str:
    (one,) = changes(house(), home.household, [line])
    more: dict[str, Any] = {"error": error, "sent": request.form, "key": token_hex(12)}
    return page("doubt", token, home, one=one, entry=line["id"], **more)


def _none(token: str, home: Home, no: Refusal) -> ResponseReturnValue:
    return page("doubt", token, home, one=None, error=sentence(no)), STATUS.get(no.code, 409)
