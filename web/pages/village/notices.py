"""One notice: its list in each version and its sheets, while it hangs, or was corrected of late."""

from __future__ import annotations

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from points.notice import PUBLIC, UnknownNotice
from web.pages.village.blueprint import open_to_all, pages
from web.pages.village.forms import blank
from web.village.addresses import full_address
from web.village.drawing import KINDS, SHEETS
from web.village.listed import Listed, listed, notice_id
from web.village.papers import papers
from web.village.shown import check_village, corrected_rows
from web.village.wording import message, named
from web.wiring import house


@pages.get("/<village>/notice/<month>/<int:number>")
@open_to_all
def notice(village: str, month: str, number: int) -> ResponseReturnValue:
    """The list; `?v=1` in its first version. Raises `UnknownPlace` or `UnknownNotice`."""
    name = check_village(house(), village)
    found = _shown(village, month, number)
    if found is None:
        return _gone(village, name)
    newest = listed(house(), found.id)
    return render_template(
        "village/notice.html",
        village=village,
        name=name,
        notice=found,
        title=named(found),
        message=message(found, name, full_address(house(), village)),
        kept=papers(house(), found.id, found.version),
        form=blank([newest]) if newest.hangs else None,
    )


@pages.get("/<village>/notice/<month>/<int:number>/<sheet>")
@open_to_all
def sheet(village: str, month: str, number: int, sheet: str) -> ResponseReturnValue:
    """A kept sheet, as its first reader saw it. Raises like `notice`."""
    name = check_village(house(), village)
    found = _shown(village, month, number)
    if found is None:
        return _gone(village, name)
    if sheet not in SHEETS:
        raise UnknownNotice(notice=sheet)
    kept = papers(house(), found.id, found.version)[sheet]
    answer = Response(kept.content(), content_type=KINDS[sheet.partition(".")[2]])
    file = f"{village}-{month}-{number}-v{found.version}-{sheet}"
    answer.headers["Content-Disposition"] = f'inline; filename="{file}"'
    return answer


def _shown(village: str, month: str, number: int) -> Listed | None:
    """The notice in the version asked for, None once it is taken down; raises `UnknownNotice`."""
    notice = notice_id(village, month, number)
    row = house().read.notices.one(notice)
    if row is None or row["kind"] != PUBLIC:
        raise UnknownNotice(notice=f"{month}-{number}")
    found = listed(house(), notice, request.args.get("v", type=int))
    if found.hangs or any(one["notice_id"] == notice for one in corrected_rows(house(), village)):
        return found
    return None


def _gone(village: str, name: str) -> ResponseReturnValue:
    return render_template("village/gone.html", village=village, name=name), 410
