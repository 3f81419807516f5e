"""核对回执: anybody types the code of a receipt and learns whether the log has it.

Works without script. Shows what the slip itself says, never a name nor a household.
"""

from __future__ import annotations

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from points.audit.receipts import Code
from points.audit.strict import Unproven
from web import receipts
from web.access.declared import public
from web.wiring import house
from web.words.i18n import _

pages = Blueprint("receipts", __name__)

TYPED_MAX = 100  # characters


@pages.before_request
def _for_villagers() -> None:
    g.audience = "villager"


@pages.get("/audit/receipt")
@public
def ask() -> ResponseReturnValue:
    """The form; with `?code=` on to the answer."""
    typed = request.args.get("code", "").strip()[:TYPED_MAX]
    if not typed:
        return render_template("audit/receipt.html", typed="", error="")
    try:
        return redirect(url_for("receipts.show", receipt_code=Code.read(typed).plain))
    except Unproven:
        return _unreadable(typed)


@pages.get("/R/<receipt_code>", endpoint="show_upper")
@pages.get("/r/<receipt_code>")
@public
def show(receipt_code: str) -> ResponseReturnValue:
    """Yes, no, or not yet."""
    try:
        found = receipts.checked(house(), receipt_code)
    except Unproven:
        return _unreadable(receipt_code[:TYPED_MAX])
    return render_template("audit/checked.html", found=found)


@pages.get("/audit/receipt/<receipt_code>.tlog-proof")
@public
def proof(receipt_code: str) -> ResponseReturnValue:
    """The proof file (c2sp.org/tlog-proof); 404 until the log has the record."""
    found = _found(receipt_code)
    if found is None:
        return _unreadable(receipt_code[:TYPED_MAX], 404)
    return _file(receipts.proof_of(house(), found), f"{found.code.plain}.tlog-proof")


@pages.get("/audit/receipt/<receipt_code>.note")
@public
def note(receipt_code: str) -> ResponseReturnValue:
    """The signed promise once more: who keeps it can show it when the log does not."""
    found = _found(receipt_code)
    if found is None:
        return _unreadable(receipt_code[:TYPED_MAX], 404)
    return _file(receipts.note_of(house(), found), f"{found.code.plain}.note")


@pages.get("/audit/receipt/<receipt_code>.svg")
@public
def picture(receipt_code: str) -> ResponseReturnValue:
    """The code's address as a picture, for the slip. Asks no database."""
    try:
        code = Code.read(receipt_code)
    except Unproven:
        return _unreadable(receipt_code[:TYPED_MAX], 404)
    return Response(receipts.picture(house(), code), content_type="image/svg+xml")


def _found(typed: str) -> receipts.Finding | None:
    """The redemption of this code, where its record still fits."""
    try:
        found = receipts.checked(house(), typed)
    except Unproven:
        return None
    return found if found.promise else None


def _unreadable(typed: str, status: int = 400) -> ResponseReturnValue:
    error = _("这不像回执码。回执码有 16 个字母和数字，请对着小票再看一看。")
    return render_template("audit/receipt.html", typed=typed, error=error), status


def _file(text: str, name: str) -> Response:
    answer = Response(text, content_type="text/plain; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
