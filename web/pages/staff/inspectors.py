"""Links for inspectors: given out by who supervises or by the county, read-only, for a time."""

from __future__ import annotations

from flask import flash, g, url_for
from flask.typing import ResponseReturnValue

from web.access.authorize import at_place
from web.access.declared import in_body, mine, needs
from web.access.gate import check
from web.access.inspections import DAYS_MAX
from web.pages.staff import finding
from web.pages.staff.blueprint import pages
from web.pages.staff.forms import NOTHING, Form, Nays, No, loaded, refused, show, text, whole
from web.pages.staff.shown import back_to, people, place_name
from web.wiring import house
from web.words.i18n import _


class NewLink(Form):
    purpose = text(60, required=True)
    place = text(12)
    days = whole(1, DAYS_MAX, required=True)


@pages.get("/inspectors")
@needs("inspect.link", of=mine)
def inspectors() -> ResponseReturnValue:
    return _page()


def _page(said: No = NOTHING) -> ResponseReturnValue:
    place = g.actor.place
    found = house().inspections.all(place)
    regions = house().regions.within(place)
    return show(
        "inspectors",
        said,
        links=[(link, house().inspections.alive(link)) for link in found],
        names=people(link.made_by for link in found),
        places=[(region.code, region.name) for region in regions],
        place=place,
        place_names={region.code: region.name for region in regions},
        days_max=DAYS_MAX,
    )


@pages.post("/inspectors")
@needs("inspect.link", of=in_body)
def add_inspector() -> ResponseReturnValue:
    """The address is shown this once."""
    check("inspect.link", at_place(g.actor.place))
    try:
        wish = loaded(NewLink)
        place = wish["place"] or g.actor.place
        house().regions.get(place)
        check("inspect.link", at_place(place))
        link, token = house().inspections.create(
            place=place, days=wish["days"], purpose=wish["purpose"], made_by=g.actor.id
        )
    except Nays as error:
        return _page(refused(error, "link"))
    address = house().settings.base_url + url_for("inspect.enter", secret=token)
    return show("inspector_made", link=link, address=address, place_name=place_name(place))


@pages.post("/inspectors/<link>/end")
@needs("inspect.link", of=finding.inspection)
def end_inspector(link: str) -> ResponseReturnValue:
    """It opens nothing any more, and who came in by it is out."""
    house().inspections.end(link)
    house().sessions.end_all("inspector", link)
    flash(_("收回了，这个链接打不开了。"))
    return back_to("inspectors")
