"""A household's card and PIN, over the counter of the village's federation; cards on A4."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import segno
from flask import flash, g, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from points.account import CardInUse
from points.envelope import not_for_own
from points.refusals import Refusal
from web.access.authorize import at_household
from web.access.declared import mine, needs
from web.access.find import household as in_address
from web.access.gate import check
from web.cards import Card
from web.pages.staff.blueprint import pages
from web.pages.staff.forms import Form, Nays, loaded, once_by_form, refused, show, text
from web.pages.staff.households import household_page
from web.pages.staff.shown import (
    back_to,
    homes,
    is_village,
    place_asked,
    place_name,
    places_below,
)
from web.wiring import house
from web.words.formats import in_order
from web.words.i18n import _

ON_A_SHEET = 10
AT_ONCE = 100
"""Cards that one form makes, and one address prints."""


class NewPin(Form):
    pin = text(6, required=True)
    again = text(6, required=True)


class PinsDiffer(Refusal):
    """A new PIN is typed twice."""

    code = "pins-differ"


@pages.post("/households/<no>/card")
@needs("card.issue", of=in_address())
def issue_card(no: str) -> ResponseReturnValue:
    """The first card, or another in place of the last (`again`)."""
    number, again = g.thing.household, request.form.get("again") == "1"
    make = house().cards.reissue if again else house().cards.issue
    try:
        not_for_own(number)
        with once_by_form({"again": again}):
            make(number)
        house().sessions.end_all("card", number)
    except Refusal as error:
        return household_page(number, refused(error, "card"))
    flash(_("新卡做好了，请打印。旧卡已经不能用。") if again else _("卡做好了，请打印。"))
    return back_to("card_sheet", no=number)


@pages.post("/households/<no>/card/lost")
@needs("card.block", of=in_address())
def card_lost(no: str) -> ResponseReturnValue:
    """The card opens nothing from now on."""
    number = g.thing.household
    try:
        with once_by_form({}):
            house().cards.block(number)
        house().sessions.end_all("card", number)
    except Refusal as error:
        return household_page(number, refused(error, "card"))
    flash(_("挂失好了，这张卡现在不能用了。"))
    return back_to("household", no=number)


@pages.post("/households/<no>/pin")
@needs("household.pin", of=in_address())
def set_pin(no: str) -> ResponseReturnValue:
    """A PIN that the household chooses and types itself, twice; opens a lock."""
    number = g.thing.household
    try:
        not_for_own(number)
        wish = loaded(NewPin)
        if wish["pin"] != wish["again"]:
            raise PinsDiffer  # answered like the others
        house().pins.set(number, wish["pin"])
        house().sessions.end_all("card", number)
    except Nays as error:
        return household_page(number, refused(error, "pin"))
    flash(_("密码设好了。"))
    return back_to("household", no=number)


@pages.post("/households/<no>/pin/reset")
@needs("household.pin", of=in_address())
def reset_pin(no: str) -> ResponseReturnValue:
    number = g.thing.household
    try:
        not_for_own(number)
    except Refusal as error:
        return household_page(number, refused(error, "pin"))
    house().pins.reset(number)
    house().sessions.end_all("card", number)
    flash(_("密码取消了，要用时再设一个。"))
    return back_to("household", no=number)


# Many cards: made and printed for a village, a villagers' group, or some households.


@pages.get("/cards")
@needs("card.issue", of=mine)
def cards() -> ResponseReturnValue:
    """Who holds a card and who does not, of a place or one villagers' group."""
    asked = _of_group()
    return show("cards", homes=homes(asked["without"][:AT_ONCE]).values(), **asked)


@pages.post("/cards")
@needs("card.issue", of=mine)
def issue_cards() -> ResponseReturnValue:
    """A first card for each of the ticked households."""
    numbers = request.form.getlist("no")[:AT_ONCE]
    for number in numbers:
        check("card.issue", at_household(number))
    made = []
    with once_by_form({"no": numbers}):
        for number in numbers:
            with suppress(CardInUse):  # somebody was quicker
                not_for_own(number)
                made.append(house().cards.issue(number))
    flash(_("做好了 %(count)s 张卡，请打印。", count=len(made)))
    return back_to("cards", **request.args)


def _of_group() -> dict[str, Any]:
    place = place_asked("card.issue")
    groups = house().registry.groups(place) if is_village(place) else {}
    group = request.args.get("group", "")
    numbers = [number for number, its in groups.items() if not group or its == group]
    holders = house().read.cards.holders(place) if numbers else set()
    with_card = [number for number in numbers if number in holders]
    return {
        "place": place,
        "place_name": place_name(place),
        "group": group,
        "groups": in_order(groups.values()),
        "with_card": with_card,
        "without": [
            number for number in numbers if number not in holders and number != g.actor.household
        ],
        "at_once": AT_ONCE,
        "parts": -(-len(with_card) // AT_ONCE),
        "places": places_below(place),
    }


@pages.get("/cards/sheet")
@needs("card.issue", of=mine)
def card_sheet() -> ResponseReturnValue:
    """Ten cards a page, read back from the vault: of `?no=` (several), else of a group."""
    numbers = request.args.getlist("no")
    for number in numbers:
        check("card.issue", at_household(number))
    part = max(request.args.get("part", 1, type=int), 1)
    numbers = numbers or _of_group()["with_card"]
    some = numbers[(part - 1) * AT_ONCE : part * AT_ONCE]
    found = list(house().cards.of_all(some).values())
    return show(
        "card_sheet",
        sheets=[found[at : at + ON_A_SHEET] for at in range(0, len(found), ON_A_SHEET)],
        homes=homes(card.household for card in found),
        name=house().settings.name,
        place_names={code: place_name(code) for code in {card.household[:12] for card in found}},
        picture=picture,
        missing=len(some) - len(found),
        number=part,
        count=-(-len(numbers) // AT_ONCE),
    )


def picture(card: Card) -> Markup:
    """The code to scan, with its quiet zone of four; a pinned mask is made in 3 ms."""
    made = segno.make(card.link(house().settings.base_url), error="m", mask=3, micro=False)
    svg = made.svg_inline(border=4, omitsize=True, dark="#000", light="#fff")
    return Markup(svg)  # noqa: S704  # black and white squares  # nosec B704
