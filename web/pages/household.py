"""The household's page behind its card's code: no password, a masked name (rulings 16).

Whoever holds the card sees the balance and the last changes. The address is a secret: these pages
send no Referer and are kept by no cache.
"""

from __future__ import annotations

from typing import Any

import segno
from flask import Blueprint, Response, g, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from points.account import CardBlocked, CardUnknown
from points.refusals import Refusal
from web.access.declared import public
from web.cards import Card
from web.pages import homes
from web.wiring import house
from web.words import aloud
from web.words.i18n import _
from web.words.sentences import sentence


def card_pages(name: str) -> Blueprint:
    """A blueprint for pages below `/C/<token>`: big letters, secret address, kind refusals."""
    made = Blueprint(name, __name__)
    made.before_request(_for_villagers)
    made.after_request(_keep_secret)
    made.register_error_handler(CardUnknown, no_card)
    made.register_error_handler(CardBlocked, no_card)
    return made


def _for_villagers() -> None:
    g.audience = "villager"


def _keep_secret(response: Response) -> Response:
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def no_card(refusal: Refusal) -> ResponseReturnValue:
    """What is the matter with this card, and what to do now."""
    g.refused = refusal.code
    lost = isinstance(refusal, CardBlocked)
    title = _("这张卡已经停用") if lost else _("没有找到这张卡")
    said = sentence(refusal)
    page = render_template("household/no_card.html", title=title, sentence=said, lost=lost)
    return page, 410 if lost else 404


def home_behind(token: str) -> homes.Home:
    """Raises `CardUnknown`, or `CardBlocked` for a card that was reported lost.

    Only the scanned token opens the page: the number to type always needs the PIN.
    """
    use = house().cards.read(token)
    if use.token_hash is None:
        raise CardUnknown
    card = house().read.cards.find(token_hash=use.token_hash)
    if card is None or card["state"] != "active":
        raise CardBlocked
    return homes.home_of(house(), use.household)


def page(which: str, token: str, home: homes.Home, **more: Any) -> str:
    return render_template(f"household/{which}.html", token=token.upper(), home=home, **more)


pages = card_pages("household")


@pages.get("/c/<token>", endpoint="show_lower")
@pages.get("/C/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    home = home_behind(token)
    return page("show", token, home, aloud=aloud.spoken(home))


@pages.get("/C/<token>/code")
@public
def code(token: str) -> ResponseReturnValue:
    home = home_behind(token)
    return page("code", token, home, picture=_picture(Card(home.household, token.upper(), "")))


@pages.get("/C/<token>/goods")
@public
def goods(token: str) -> ResponseReturnValue:
    return page("goods", token, home_behind(token))


@pages.get("/C/<token>/rules")
@public
def rules(token: str) -> ResponseReturnValue:
    return page("rules", token, home_behind(token), rules=homes.rules_of(house()))


def _picture(card: Card) -> Markup:
    """The card's code once more, to be scanned off the screen. A pinned mask is made in 3 ms."""
    made = segno.make(card.link(house().settings.base_url), error="m", mask=3, micro=False)
    svg = made.svg_inline(scale=6, border=4, omitsize=True, dark="#000", light="#fff")
    return Markup(svg)  # noqa: S704 - black and white squares  # nosec B704
