"""What a page lists as a file for spreadsheets: the same filters, the same power, the same rows.

A list is read at one moment and written whole before the first byte of it is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import TextIOWrapper
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from flask import Response, g, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from points.views.statements import Statement
from web.access.declared import mine, needs
from web.access.find import household as in_address
from web.access.find import shop as shop_in_address
from web.pages.staff.blueprint import pages
from web.pages.staff.entries import wish_asked
from web.pages.staff.forms import day_asked
from web.pages.staff.households import statement_asked
from web.pages.staff.shown import place_asked, today
from web.pages.staff.watched_entries import watched
from web.sheets import folder, lists, shop_lists, writing
from web.sheets.source import Source
from web.wiring import house
from web.words.babel import LANGUAGES

IN_MEMORY = 1 << 20
"""Bytes of a file that are not put on the disk."""
PIECE = 1 << 16


@pages.get("/entries.csv")
@needs("household.trace", of=mine)
def entries_file() -> ResponseReturnValue:
    """Every entry under the filters of the page, not one page of them."""
    wish, _ = wish_asked()
    return in_a_file(lambda source: lists.entries(source, wish))


@pages.get("/watch/entries.csv")
@needs("household.trace", of=mine)
def watched_entries_file() -> ResponseReturnValue:
    wish, _ = watched()
    return in_a_file(lambda source: lists.entries(source, wish))


@pages.get("/accounts.csv")
@needs("household.trace", of=mine)
def accounts_file() -> ResponseReturnValue:
    return in_a_file(lists.households, place_asked("household.trace"))


@pages.get("/households/<no>/statement.csv")
@needs("household.trace", of=in_address())
def statement_file(no: str) -> ResponseReturnValue:
    found: Statement = statement_asked(g.thing.household)["statement"]
    return in_a_file(lambda source: lists.statement(source, found))


@pages.get("/sign.csv")
@needs("award.read", of=mine)
def sign_file() -> ResponseReturnValue:
    """The cases that wait for a signature."""
    return in_a_file(lambda source: lists.cases(source, "proposed"), place_asked("award.read"))


@pages.get("/shops.csv")
@needs("shop.read", of=mine)
def shops_file() -> ResponseReturnValue:
    """A keeper's own shop, or those of the place."""
    only = g.actor.shop if g.actor.role == "keeper" else None
    return in_a_file(lambda source: shop_lists.shops(source, only), place_asked("shop.read"))


@pages.get("/shops/<code>/stock.csv")
@needs("shop.read", of=shop_in_address())
def stock_file(code: str) -> ResponseReturnValue:
    return in_a_file(lambda source: shop_lists.stock(source, code))


@pages.get("/shops/<code>/moves.csv")
@needs("shop.read", of=shop_in_address())
def moves_file(code: str) -> ResponseReturnValue:
    return in_a_file(lambda source: shop_lists.moves(source, code, request.args.get("sku") or None))


@pages.get("/shops/<code>/redemptions.csv")
@needs("shop.read", of=shop_in_address())
def redemptions_file(code: str) -> ResponseReturnValue:
    """Those of one day."""
    on = day_asked("on") or today()

    def made(source: Source) -> writing.Sheet:
        done: list[dict[str, Any]] = source.read.redemptions.of_day(code, on)
        return shop_lists.redemptions(source, [row | line for row in done for line in row["lines"]])

    return in_a_file(made)


def in_a_file(
    made: Callable[[Source], writing.Sheet], place: str | None = None
) -> ResponseReturnValue:
    """`place`: whose rows; by default the visitor's own."""
    where = g.actor.place if place is None else place
    out = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # closed when it has been sent
    written = TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    with force_locale(LANGUAGES[0]), folder.source_of(house(), str, where) as source:
        sheet = made(source)
        writing.write(sheet, written)
    written.detach()
    name = f"jiamei-{sheet.name}-{where or house().county.code}-{today()}.csv"
    answer = Response(_sent(out), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.content_length = out.tell()
    answer.call_on_close(out.close)
    return answer


def _sent(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while some := file.read(PIECE):
            yield some
