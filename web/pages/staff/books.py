"""The rule book and the price list: versions, and a draft that another person adopts."""

from __future__ import annotations

from typing import Any

from flask import flash, g
from flask.typing import ResponseReturnValue

from points.pricelist import Good
from points.procedure import STEPS, next_step
from points.rulebook import Policy, Rule
from points.versions import NothingInForce, UnknownVersion, VersionedBook
from web.access.declared import mine, needs
from web.access.gate import allowed
from web.pages.staff.blueprint import pages
from web.pages.staff.compared import compared
from web.pages.staff.drafts import KEYS, LINES, Draft, draft_asked, draft_of
from web.pages.staff.forms import (
    NOTHING,
    Form,
    Nays,
    No,
    day,
    loaded,
    number_asked,
    once_by_form,
    refused,
    show,
)
from web.pages.staff.shown import back_to, notes, people, today
from web.wiring import house
from web.words.codes import STEPS as STEP_WORDS
from web.words.i18n import _

BOOKS = "<any(rules, prices):book>"


class Adoption(Form):
    effective_from = day(required=True)


@pages.get("/rules")
@needs("rule.read", of=mine)
def rules() -> ResponseReturnValue:
    """Both books, every version of each."""
    books = {name: the_book(name) for name in LINES}
    drafters = {found["drafter"] for book in books.values() for found in book.versions.values()}
    return show(
        "books",
        books={name: versions(book) for name, book in books.items()},
        names=people(drafters),
    )


def the_book(name: str) -> VersionedBook:
    ledger = house().ledger
    return ledger.rule_book() if name == "rules" else ledger.price_list()


def versions(book: VersionedBook) -> list[dict[str, Any]]:
    """Every version, the newest first; `state`: draft, coming, in-force or past."""
    current = in_force(book)
    return [
        {**found, "number": int(number), "state": _state(found, int(number), current)}
        for number, found in reversed(book.versions.items())
    ]


def in_force(book: VersionedBook) -> int | None:
    try:
        return book.in_force(today())[0]
    except NothingInForce:
        return None


def _state(found: dict[str, Any], number: int, current: int | None) -> str:
    if found["effective_from"] is None:
        return "draft"
    if found["effective_from"] > today().isoformat():
        return "coming"
    return "in-force" if number == current else "past"


@pages.get(f"/books/{BOOKS}/<int:version>")
@needs("rule.read", of=mine)
def version(book: str, version: int) -> ResponseReturnValue:
    return _version(book, version)


def _version(name: str, number: int, said: No = NOTHING) -> ResponseReturnValue:
    book = the_book(name)
    found = next((each for each in versions(book) if each["number"] == number), None)
    if found is None:
        raise UnknownVersion(book=name, version=number)
    current = in_force(book)
    before = book.versions[str(current)]["lines"] if current else []
    return show(
        "book",
        said,
        book=name,
        found=found,
        current=current,
        changes=compared(name, KEYS[name], found["lines"], before)
        if found["state"] == "draft"
        else None,
        steps=STEPS,
        names=people([found["drafter"], *(each["checker"] for each in found.get("legal", []))]),
        notes=notes(each["note"] for each in _with_notes(found)),
        today=today(),
        why_not=_why_not(name, found),
    )


def _with_notes(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Steps and legal checks of a version."""
    return [*found.get("steps", []), *found.get("legal", [])]


def _why_not(name: str, found: dict[str, Any]) -> str:
    """Why the reader may not adopt a draft; empty where she may."""
    missing = next_step(found.get("steps", [])) if name == "rules" else None
    if missing:
        return _("还差“%(step)s”，六步走完才能通过", step=STEP_WORDS[missing])
    if not allowed("rule.adopt"):
        return _("由县妇联通过")
    if found["drafter"] == g.actor.id:
        return _("您起草的，要另一个人通过")
    return ""


@pages.get(f"/books/{BOOKS}/<int:version>/compare")
@needs("rule.read", of=mine)
def compare(book: str, version: int) -> ResponseReturnValue:
    """Beside another version, by default the one in force, else the one before."""
    found = the_book(book)
    now = _one(book, found, version)
    other = number_asked("before") or in_force(found) or version
    if other == version:
        other = max(version - 1, 1)
    before = _one(book, found, other)
    return show(
        "book_compare",
        book=book,
        version=version,
        before=other,
        others=[number for number in map(int, found.versions) if number != version],
        changes=compared(book, KEYS[book], now["lines"], before["lines"]),
        policies=None if now["policy"] == before["policy"] else (before["policy"], now["policy"]),
    )


def _one(name: str, book: VersionedBook, number: int) -> dict[str, Any]:
    if str(number) not in book.versions:
        raise UnknownVersion(book=name, version=number)
    return book.versions[str(number)]


@pages.post(f"/books/{BOOKS}/<int:version>/adopt")
@needs("rule.adopt", of=mine)
def adopt(book: str, version: int) -> ResponseReturnValue:
    """In force from a day on, by another person than who drafted it."""
    ledger = house().ledger
    act = ledger.adopt_rules if book == "rules" else ledger.adopt_prices
    try:
        wish = loaded(Adoption)
        with once_by_form(wish):
            act(version, effective_from=wish["effective_from"])
    except Nays as error:
        return _version(book, version, refused(error, "adopt"))
    flash(_("通过了，从 %(day)s 起生效。", day=wish["effective_from"].isoformat()))
    return back_to("version", book=book, version=version)


@pages.get(f"/books/{BOOKS}/draft")
@needs("rule.draft", of=mine)
def edit(book: str) -> ResponseReturnValue:
    """The version in force as a table to be changed."""
    return _edit(book, draft_of(book, the_book(book), today()))


def _edit(book: str, draft: Draft, said: No = NOTHING) -> ResponseReturnValue:
    return show("draft", said, book=book, draft=draft)


@pages.post(f"/books/{BOOKS}/draft")
@needs("rule.draft", of=mine)
def save_draft(book: str) -> ResponseReturnValue:
    """A new version beside the others; it binds nobody before it is adopted."""
    draft = draft_asked(book)
    try:
        draft.check()
        with once_by_form({"lines": draft.lines, "policy": draft.policy}):
            made = _drafted(book, draft)
    except Nays as error:
        return _edit(book, draft, refused(error, "draft"))
    if book == "rules":
        flash(_("第 %(number)s 版草稿存好了，请走完六步，再由另一个人通过。", number=made))
    else:
        flash(_("第 %(number)s 版草稿存好了，请另一个人通过。", number=made))
    return back_to("version", book=book, version=made)


def _drafted(book: str, draft: Draft) -> int:
    ledger = house().ledger
    if book == "prices":
        return ledger.draft_prices([Good(**line) for line in draft.lines])
    rules = [Rule(**line) for line in draft.lines]
    return ledger.draft_rules(rules, policy=Policy(**draft.policy))
