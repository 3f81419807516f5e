"""The whole of a household's statement: behind the PIN, or for staff of the place."""

from __future__ import annotations

from datetime import date

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from points.clock import business_day
from points.refusals import Refusal
from points.views.statements import Statement
from web.access.authorize import at_household
from web.access.declared import limited, public
from web.access.gate import allowed, log_line
from web.access.recognise import begin_session, cookie_secret, take_cookie
from web.http.errors import STATUS
from web.pages import homes
from web.pages.household import card_pages, home_behind, page
from web.wiring import house
from web.words.i18n import _
from web.words.sentences import sentence

YEARS_SHOWN = 3

pages = card_pages("statement")


@pages.get("/C/<token>/all")
@public
def show(token: str) -> ResponseReturnValue:
    home = home_behind(token)
    if not allowed("household.read", at_household(home.household)):
        return _ask_pin(token, home)
    return _statement(token, home)


@pages.post("/C/<token>/all")
@public
@limited("10 per minute")
def open_it(token: str) -> ResponseReturnValue:
    """The right PIN opens a short session of the household on this phone."""
    home = home_behind(token)
    if _at_work():
        return _ask_pin(token, home)
    try:
        house().pins.check(home.household, request.form.get("pin", ""))
    except Refusal as no:
        log_line("household.pin", home.household, no.code)
        g.refused = no.code
        return _ask_pin(token, home, error=sentence(no)), STATUS.get(no.code, 409)
    log_line("household.pin", home.household, "ok")
    return begin_session(redirect(url_for(".show", token=token), 303), "card", home.household)


@pages.post("/C/<token>/leave")
@public
def leave(token: str) -> ResponseReturnValue:
    """Seen enough: who takes this phone next sees the card's page only."""
    back = redirect(url_for("household.show", token=token), 303)
    if g.actor is None or g.actor.door != "card":
        return back
    house().sessions.end(cookie_secret() or "")
    return take_cookie(back)


def _at_work() -> bool:
    """Somebody is signed in here with a work account, which a PIN must not sign out."""
    return g.actor is not None and g.actor.door == "session"


def _ask_pin(token: str, home: homes.Home, error: str = "") -> str:
    if _at_work():
        error = _("您现在用工作账号登录着。请在户主自己的手机上看。")
    elif not house().pins.is_set(home.household):
        error = _("家里还没有设密码。请户主到村妇联设一个。")
    else:
        return page("pin", token, home, error=error, can_try=True)
    return page("pin", token, home, error=error, can_try=False)


def _statement(token: str, home: homes.Home) -> str:
    today = business_day(house().clock())
    years = [today.year - ago for ago in range(YEARS_SHOWN)]
    wish = request.args.get("year", type=int)
    year = wish if wish in years else today.year
    found = house().read.statements.of(
        home.household, date(year, 1, 1), min(date(year, 12, 31), today)
    )
    return page(
        "statement",
        token,
        home,
        statement=found,
        rows=_with_balance(found),
        name=_name(home),
        year=year,
        years=years,
        own=g.actor.door == "card",
    )


def _with_balance(found: Statement) -> list[tuple[homes.Change, int]]:
    """Each line with the balance after it, newest first."""
    rows, left = [], found.opening
    told = homes.with_ways(house(), found.household, found.lines)
    for line, change in zip(found.lines, told, strict=True):
        left += line["spendable"]
        rows.append((change, left))
    return rows[::-1]


def _name(home: homes.Home) -> str:
    """The head in clear for whoever may read it, else as on the card's page."""
    if not allowed("household.name", at_household(home.household)):
        return home.name
    person = house().registry.find(home.household)
    return person.head if person and person.head else home.name
