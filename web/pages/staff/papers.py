"""The sheets of a public notice: to print and hang up, and afterwards the proof of what hung."""

from __future__ import annotations

from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue

from points.notice import UnknownNotice
from web.access.declared import needs
from web.access.find import notice as in_address
from web.pages.staff.blueprint import pages
from web.pages.staff.forms import show
from web.pages.staff.shown import place_name
from web.village.addresses import full_address, picture
from web.village.drawing import KINDS, SHEETS
from web.village.listed import listed
from web.village.papers import papers
from web.village.wording import message
from web.wiring import house


@pages.get("/notices/<uuid:notice>/papers")
@needs("notice.read", of=in_address())
def notice_papers(notice: UUID) -> ResponseReturnValue:
    """Every version with its sheets and their SHA-256; raises `UnknownNotice` for a private one."""
    found = listed(house(), notice)
    name, address = place_name(found.village), full_address(house(), found.village)
    return show(
        "papers",
        notice=found,
        village=name,
        address=address,
        picture=picture(house(), found.village),
        message=message(found, name, address),
        versions=[(v, papers(house(), notice, v)) for v in range(found.versions, 0, -1)],
        sheets=SHEETS,
    )


@pages.get("/notices/<uuid:notice>/papers/<int:version>/<sheet>")
@needs("notice.read", of=in_address())
def notice_paper(notice: UUID, version: int, sheet: str) -> ResponseReturnValue:
    """The kept file, byte for byte. Raises `UnknownNotice`."""
    if sheet not in SHEETS:
        raise UnknownNotice(notice=sheet)
    kept = papers(house(), notice, version)[sheet]
    answer = Response(kept.content(), content_type=KINDS[sheet.partition(".")[2]])
    file = f"{notice}-v{version}-{sheet}"
    answer.headers["Content-Disposition"] = f'inline; filename="{file}"'
    return answer
