"""公开账: what the public proof is, in a villager's words, and the sheet for the village board."""

from __future__ import annotations

from flask import Blueprint, Response, g, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from points.audit.published import NotPublished
from points.audit.standalone import PAGE, VERIFIER
from points.audit.tiles import tile_of
from web.access.declared import public
from web.board import board_of, picture
from web.http.headers import policy_alone
from web.pages.looks import STATIC
from web.village.addresses import full_address, full_index
from web.village.addresses import picture as code_of_page
from web.village.shown import check_village
from web.wiring import house

pages = Blueprint("board", __name__, url_prefix="/audit")

ALONE = PAGE.read_text("utf-8")
ALONE_POLICY = policy_alone(ALONE)


@pages.before_request
def _for_villagers() -> None:
    g.audience = "villager"


@pages.get("")
@public
def index() -> ResponseReturnValue:
    size = house().log.size
    return render_template(
        "audit/index.html",
        published=size > 0,
        first_tile=str(tile_of(0, 0, size)) if size else "",
        base_url=house().settings.base_url,
    )


@pages.get("/board")
@public
def board() -> ResponseReturnValue:
    """The sheet, to be printed on A4; with `?village=` it carries the code of that village's own
    page. 404 before the first checkpoint, and for what is no village (`UnknownPlace`)."""
    village = request.args.get("village", "")
    if village:
        check_village(house(), village)
    try:
        return sheet(standing_alone=False, village=village)
    except NotPublished:
        return render_template("audit/no_board.html"), 404


@pages.get("/verify.py")
@public
def verifier() -> ResponseReturnValue:
    """The program that checks an export, to be read before it is run."""
    answer = Response(VERIFIER.read_bytes(), content_type="text/plain; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="verify.py"'
    return answer


@pages.get("/verify.html")
@public
def verifier_page() -> ResponseReturnValue:
    """The page that checks a receipt or an export by itself; it is meant to be kept as a file."""
    answer = Response(ALONE, content_type="text/html; charset=utf-8")
    answer.headers["Content-Security-Policy"] = ALONE_POLICY
    return answer


def sheet(*, standing_alone: bool, village: str = "") -> str:
    """The page; `standing_alone` as one file with its styles inside. Raises `NotPublished`."""
    found = board_of(house())
    drawn = Markup(picture(found.checkpoint))  # noqa: S704 - squares  # nosec B704
    notices = {
        "address": full_address(house(), village) if village else full_index(house()),
        "code": code_of_page(house(), village) if village else "",
    }
    if not standing_alone:
        return render_template("audit/board.html", board=found, picture=drawn, notices=notices)
    styles = "".join((STATIC / name).read_text("utf-8") for name in ("style.css", "audit.css"))
    return render_template(
        "audit/board_file.html",
        board=found,
        picture=drawn,
        notices=notices,
        styles=Markup(f"<style>{styles}</style>"),  # noqa: S704 - our own files  # nosec B704
    )
