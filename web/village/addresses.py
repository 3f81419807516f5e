"""Where the public page of a village is, for links, sheets and codes elsewhere."""

from __future__ import annotations

import segno
from markupsafe import Markup

from web.wiring import House


def address(village: str) -> str:
    """The path of the public page."""
    return f"/village/{village}"


def full_address(house: House, village: str) -> str:
    """The address to be printed or put into a code."""
    return house.settings.base_url + address(village)


def full_index(house: House) -> str:
    """The list of all villages."""
    return house.settings.base_url + "/village"


def picture(house: House, village: str) -> Markup:
    """The full address as a code, to be scanned off a sheet or a screen."""
    made = segno.make(full_address(house, village), error="m", mask=3, micro=False)
    svg = made.svg_inline(scale=4, border=4, omitsize=True, dark="#000", light="#fff")
    return Markup(svg)  # noqa: S704 - black and white squares  # nosec B704
