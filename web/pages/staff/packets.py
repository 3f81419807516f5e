"""The packet for the township, as a page of its own and as a file to take away."""

from __future__ import annotations

from flask import Response, g, request
from flask.typing import ResponseReturnValue

from web.access.declared import mine, needs
from web.packet import packet as packed
from web.pages.staff.blueprint import pages
from web.pages.staff.forms import show
from web.pages.staff.shown import place_asked, place_name, places_below, today
from web.pages.staff.watching import month_asked
from web.wiring import house


@pages.get("/watch/packet")
@needs("signoff.read", of=mine)
def packet() -> ResponseReturnValue:
    """What is in it, for which month and place; the button fetches it."""
    place, month = place_asked("signoff.read"), month_asked(last=True)
    return show(
        "packet",
        place=place,
        place_name=place_name(place),
        places=[(each.code, each.name) for each in places_below(place)],
        month=month,
        asked=request.args.get("place", ""),
    )


@pages.get("/watch/packet.zip")
@needs("signoff.read", of=mine)
def packet_file() -> ResponseReturnValue:
    place, month = place_asked("signoff.read"), month_asked(last=True)
    name = f"jiamei-{place or g.actor.place}-{month}.zip"
    return Response(
        packed(house(), place, month, today()),
        mimetype="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
