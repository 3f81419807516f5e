"""The worksheet of a sampled check, to be printed and ticked; what was found becomes a sign-off."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, g, request
from flask.typing import ResponseReturnValue

from points.ledger import Checked
from points.signoff import UnknownSignOff
from web.access.authorize import Thing, at_place
from web.access.declared import in_body, mine, needs
from web.access.gate import allowed, check
from web.access.roles import check_place
from web.pages.staff.blueprint import pages
from web.pages.staff.forms import (
    NOTHING,
    Form,
    Nays,
    No,
    loaded,
    once_by_form,
    refused,
    show,
    text,
    whole,
)
from web.pages.staff.shown import back_to, homes, notes, people, place_asked, place_name, today
from web.pages.staff.watching import count_asked, hands_of, month_asked
from web.supervision import Sheet, sheet_of
from web.wiring import house
from web.words.codes import FINDINGS
from web.words.i18n import _


class Signing(Form):
    place = text(12, required=True)
    month = text(7, required=True)
    n = whole(1, 50, required=True)
    note = text(500)
    corrects = text(36)


@pages.get("/watch/sheet")
@needs("signoff.read", of=mine)
def worksheet() -> ResponseReturnValue:
    """`?place=&month=&n=`: the same sample for everybody once the month is over."""
    place = place_asked("signoff.read")
    return _page(sheet_of(house(), place, month_asked(last=True), count_asked(), today()))


def _page(sheet: Sheet, said: No = NOTHING) -> ResponseReturnValue:
    hands = hands_of(sheet.lines)
    mine_ = [
        each
        for each in house().read.signoffs.of(sheet.place, sheet.month)
        if each["signer"] == g.actor.id
        and each["place"] == sheet.place
        and not each["corrected_by"]
    ]
    acting = [line["actor"] for line in sheet.lines]
    return show(
        "worksheet",
        said,
        sheet=sheet,
        count=count_asked(),
        place_name=place_name(sheet.place),
        hands=hands,
        homes=homes(line["household"] for line in sheet.lines),
        names=people([*acting, *(case["proposer"] for case in hands.values())]),
        notes=notes(line["note"] for line in sheet.lines),
        findings=list(FINDINGS.items()),
        own=g.actor.household,
        may_sign=allowed("signoff.make", at_place(sheet.place)),
        before=mine_[0] if mine_ else None,
        today=today(),
    )


@pages.post("/watch/sheet")
@needs("signoff.make", of=in_body)
def sign_sheet() -> ResponseReturnValue:
    """The sample is drawn again here: nobody signs for entries of her own choice."""
    check("signoff.make", _place_of_form())
    wish: dict[str, Any] = {}
    try:
        wish = loaded(Signing)
        sheet = _sheet(wish)
        with once_by_form({**wish, **_answers(sheet)}):
            _sign(sheet, wish)
    except Nays as error:
        return _page(_sheet(wish), refused(error, "sheet"))
    flash(_("签认好了。"))
    return back_to("watch", place=wish["place"])


def _place_of_form() -> Thing:
    place = request.form.get("place", "").strip()
    check_place(place)
    return at_place(place)


def _sheet(wish: dict[str, Any]) -> Sheet:
    place = request.form.get("place", "").strip()
    month = month_asked(last=True)
    return sheet_of(house(), place, month, wish.get("n") or count_asked(), today())


def _answers(sheet: Sheet) -> dict[str, str]:
    """What was chosen for each entry that she may judge: not those of her own household."""
    return {
        str(line["id"]): request.form.get(f"finding-{line['id']}", "")
        for line in sheet.lines
        if line["household"] != g.actor.household
    }


def _sign(sheet: Sheet, wish: dict[str, Any]) -> None:
    answers = _answers(sheet)
    checked = Checked(
        [int(each) for each in answers],
        [(int(entry), code) for entry, code in answers.items() if code],
        seed=sheet.seed.text if sheet.seed else "",
        note=wish["note"],
    )
    if wish["corrects"]:
        house().ledger.correct_sign_off(_id(wish["corrects"]), checked)
    else:
        house().ledger.sign_off(sheet.place, sheet.month, checked)


def _id(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        raise UnknownSignOff(id=typed) from None
