"""Every case, request, redemption, shop, shelf and book goes its way step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from points.award import WHYS, AwardCase
from points.calendar import WORKED_AHEAD, Calendar
from points.checks.books import Books
from points.checks.findings import Finding, one_of, unequal, unless
from points.checks.looks import about
from points.checks.reads import Read
from points.kinship import Kinship
from points.notice import Notice
from points.objection import Objection
from points.pricelist import PriceList
from points.procedure import OPINIONS, Step, check_step, next_step
from points.redemption import Redemption
from points.refusals import Refusal
from points.rulebook import RuleBook
from points.shop import Shop, ShopDay
from points.signoff import SignOff
from points.stock import Stock
from points.undo import Undo

TOLD = (
    AwardCase,
    Calendar,
    Kinship,
    Notice,
    Objection,
    PriceList,
    Redemption,
    RuleBook,
    Shop,
    ShopDay,
    SignOff,
    Stock,
    Undo,
)

_ORDER = {
    AwardCase.Signed: ("proposed",),
    AwardCase.Withdrawn: ("proposed", "reviewed"),
    AwardCase.Refused: ("proposed", "reviewed", "on_notice"),
    AwardCase.Noticed: ("reviewed",),
    Objection.Decided: ("open",),
    Objection.Appealed: ("decided",),
    Objection.Settled: ("appealed",),
}
"""What a case or an objection must be when this happens; a case must else be on notice."""


@about(
    AwardCase,
    Calendar,
    Notice,
    Objection,
    Undo,
    SignOff,
    Redemption,
    Shop,
    ShopDay,
    Stock,
    RuleBook,
    PriceList,
)
def look(before: Any, read: Read, _: Books) -> Iterator[Finding]:
    event, place = read.event, read.place
    if own := _OWN_ID.get(type(event)):
        yield from unequal("procedures", place, stream=(read.stream, own(event)))
    if isinstance(event, Notice.Created):
        yield from one_of("procedures", place, stream=(read.stream, _ids(event)))
    if before is None:
        return
    match before:
        case AwardCase() | Objection():
            in_turn = before.state in _ORDER.get(type(event), ("on_notice",))
            yield from unless("procedures", place, it_was_its_turn=in_turn)
            if isinstance(before, AwardCase):
                yield from _ended(before, read)
        case Notice():
            yield from _notice(before, read)
        case Calendar() if isinstance(event, Calendar.DayDeclared) and event.working:
            ahead = date.fromisoformat(event.day) - date.fromisoformat(read.day) >= WORKED_AHEAD
            yield from unless("procedures", place, it_was_declared_long_before=ahead)
        case Undo():
            wanted = ("opened", "refused") if isinstance(event, Undo.Asked) else ("asked",)
            yield from unless("procedures", place, it_was_its_turn=before.state in wanted)
        case SignOff():
            uncorrected = before.corrected_by is None
            yield from unless("procedures", place, it_stood=uncorrected)
        case Redemption():
            yield from unless("procedures", place, it_stood=before.state == "completed")
        case Shop():
            yield from _keepers(before, event, place)
        case RuleBook() | PriceList():
            yield from _versions(before, read)


def _ended(before: AwardCase, read: Read) -> Iterator[Finding]:
    """Posted when nothing holds it. A reviewer says no before it hangs, an answer or its cap
    afterwards."""
    event, place = read.event, read.place
    if isinstance(event, AwardCase.Posted):
        over = read.day > max(before.closes_on, before.post_after)
        signed = len(before.signers) == before.signatures_needed
        free = over and signed and not before.held
        yield from unless("procedures", place, it_was_free_to_be_posted=free)
    if isinstance(event, AwardCase.Refused):
        hung = before.state == "on_notice"
        right = event.why in WHYS and hung == (event.why != "review")
        yield from unless("procedures", place, it_has_its_reason=right)


def _ids(event: Any) -> list[UUID]:
    """What a notice's stream may be: of both kinds' one series, as it was, or of its own."""
    place = (event.village, event.month, event.number)
    return [Notice.id_of(*place), Notice.id_of(*place, event.kind)]


def _notice(before: Notice, read: Read) -> Iterator[Finding]:
    event, place = read.event, read.place
    if isinstance(event, Notice.Corrected):
        version = (event.version, before.version_shown + 1)
        yield from unequal("procedures", place, version=version)
        return
    over = read.day > before.closes_on and before.state == "open"
    yield from unless("procedures", place, its_days_were_over=over)


_OWN_ID: dict[type, Callable[[Any], UUID]] = {
    Calendar.Created: lambda _: Calendar.the_id(),
    Kinship.Created: lambda event: Kinship.id_of(event.person),
    PriceList.Created: lambda _: PriceList.the_id(),
    RuleBook.Created: lambda _: RuleBook.the_id(),
    Shop.Created: lambda event: Shop.id_of(event.code),
    ShopDay.Created: lambda event: ShopDay.id_of(event.shop, date.fromisoformat(event.day)),
    SignOff.Created: lambda event: SignOff.id_of(
        event.signer, event.place, event.period, event.number
    ),
    Stock.Created: lambda event: Stock.id_of(event.shop, event.sku),
    Undo.Created: lambda event: Undo.id_of(event.kind, event.entry),
}
"""The stream that a first event belongs to, where its fields say so."""


def _keepers(shop: Shop, event: Any, place: str) -> Iterator[Finding]:
    serves = event.keeper in shop.keepers
    wanted = isinstance(event, Shop.KeeperReleased)
    yield from unequal("procedures", place, keeper_served_before=(serves, wanted))


def _versions(book: RuleBook | PriceList, read: Read) -> Iterator[Finding]:
    event = read.event
    if isinstance(event, (RuleBook.Drafted, PriceList.Drafted)):
        version = (event.version, len(book.versions) + 1)
        yield from unequal("procedures", read.place, version=version)
        return
    found = book.versions[str(event.version)]
    if isinstance(event, RuleBook.LegallyChecked):
        yield from unless("procedures", read.place, it_says_one=event.opinion in OPINIONS)
        return
    if isinstance(event, RuleBook.StepRecorded):
        yield from _step(book, event, read, draft=found["effective_from"] is None)
        return
    if isinstance(event, RuleBook.Adopted):
        missing = next_step(found.get("steps", []))
        yield from unless("procedures", read.place, its_steps_were_taken=missing is None)
    yield from unless(
        "procedures",
        read.place,
        it_was_a_draft=found["effective_from"] is None,
        it_holds_from_that_day_on=event.effective_from >= read.day,
    )


def _step(book: Any, event: Any, read: Read, *, draft: bool) -> Iterator[Finding]:
    """A step of the procedure: the next one of a draft, by enough people, on a day that was."""
    until = event.until and date.fromisoformat(event.until)
    people = (event.entitled, event.present, event.in_favour)
    day = date.fromisoformat(event.day)
    step = Step(event.step, day, event.number, event.body, *people, event.place, until)
    try:
        check_step(step, book.steps_of(event.version), date.fromisoformat(read.day))
    except Refusal as refusal:
        yield Finding("procedures", read.place, f"{event.step}: {refusal.code} {refusal.facts}")
    yield from unless("procedures", read.place, it_was_a_draft=draft)


@about(Stock)
def look_at_shelves(before: Any, read: Read, _: Books) -> Iterator[Finding]:
    """Goods on hand are the sum of movements, lot by lot, and never less than nothing."""
    event, place = read.event, read.place
    if not isinstance(before, Stock):
        return
    if isinstance(event, Stock.Received):
        new = event.lot not in before.lots
        yield from unless("stock", place, the_lot_is_new=new, goods_came=event.quantity > 0)
        return
    yield from unequal("stock", place, quantity=(event.quantity, sum(n for _, n in event.takes)))
    if isinstance(event, Stock.Issued):
        for lot, quantity in event.takes:
            left = before.lots[lot]["left"] - quantity
            there = quantity > 0 and left >= 0
            yield from unless("stock", place, **{f"lot_{lot}_holds_what_is_taken": there})


@about(ShopDay)
def look_at_receipts(before: Any, read: Read, _: Books) -> Iterator[Finding]:
    """Receipts of a shop's day are numbered without a gap (rulings 15)."""
    if isinstance(before, ShopDay):
        yield from unequal("receipts", read.place, number=(read.event.number, before.last + 1))
