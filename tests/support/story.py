"""A small honest history in which everything happens at least once."""

from __future__ import annotations

from base64 import b64encode
from datetime import date
from itertools import product

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from points.envelope import Actor
from points.issuance import quarter_of
from points.ledger import Answer, Checked, OpeningEntry, Proposal
from points.objection import DISMISSED, UPHELD
from points.rulebook import Policy
from points.slip import ABOUT, FACES
from points.store.slips import SlipBox
from tests.support.cast import (
    ADA,
    BEN,
    CLEO,
    DORA,
    FAYE,
    NIGHT,
    QIAN,
    SHOP,
    SUN,
    TINA,
    VILLAGE,
    ZACK,
    ZHAO,
    ZOE,
    card,
    hashes,
    typed,
)
from tests.support.chain import AGO, hang_up, month_due, review
from tests.support.honours import evaluated
from tests.support.town import CREW, Town


def tell(town: Town) -> None:
    """Three households, a year: credits of every kind, goods, undoing, expiry, lost cards."""
    town.books(policy=Policy(expiry_months=6, base_redeemable=False))
    for household in (ZHAO, QIAN, SUN):
        town.household(household)
        town.by(TINA).grant_base(household, document="村委会决议一号")
    town.shop()
    _openings(town)
    _awards(town)
    _goods(town)
    _undoing(town)
    _cards(town)
    _in_public(town)
    town.later(days=180)
    town.by(NIGHT).expire_due(town.today)
    town.earned(ZHAO, 40)
    town.by(CLEO).redeem(shop=SHOP, card=card(ZHAO, 2), lines=[("G02", 4)], pin_checked=False)
    _supervision(town)
    evaluated(town)
    _slips(town)
    _second_books(town)


def _openings(town: Town) -> None:
    lines = [
        OpeningEntry(f"row {n}", household, "E01", 20 + n, date(2026, 3, n), "登记册第三页")
        for n, household in enumerate((ZHAO, ZHAO, QIAN, SUN), start=1)
    ]
    town.by(TINA).post_opening_entries(lines)


def _awards(town: Town) -> None:
    for household in (ZHAO, QIAN):
        town.earned(household, 5, "C01", occurred_on=date(2026, 9, 3))
        town.earned(household, 5, "C01", occurred_on=date(2026, 10, 3))
    for earner in ("p1", "p2"):
        town.earned(SUN, 6, "V01", minutes=190, earner=earner)
    town.earned(QIAN, 12, "G01")
    town.earned(ZHAO, -10, "D02")
    town.earned(SUN, -30, "D02")
    weddings = [
        Proposal(household, "M01", date(2026, 10, 8), evidence="婚礼照片")
        for household in (ZHAO, QIAN, SUN)
    ]
    with town.as_(ADA, town.now - AGO) as ledger:
        waiting = ledger.propose_batch(weddings)
    town.by(BEN).refuse(waiting[0], reason="没有办")
    town.by(ADA).withdraw(waiting[1])
    with town.as_(ZOE, town.now - AGO) as ledger:
        ledger.sign(waiting[2])
    hang_up(town.as_, FAYE, town.now - AGO, waiting[2:], month_due(town.today))
    town.by(NIGHT).close_and_post(town.today)


def _goods(town: Town) -> None:
    for household in (ZHAO, QIAN, SUN):
        town.by(CLEO).redeem(
            shop=SHOP, card=card(household), lines=[("G01", 2), ("G02", 1)], pin_checked=False
        )
        town.later(minutes=5)
    town.by(ZACK).redeem(shop=SHOP, card=typed(QIAN), lines=[("G02", 7)], pin_checked=True)
    receipt = town.by(CLEO).redeem(
        shop=SHOP, card=card(ZHAO), lines=[("G01", 1), ("G01", 1)], pin_checked=False
    )
    town.later(seconds=30)
    town.by(CLEO).void(receipt.receipt_no)


def _undoing(town: Town) -> None:
    town.later(days=1)
    receipt = town.by(CLEO).redeem(
        shop=SHOP, card=card(SUN), lines=[("G02", 2)], pin_checked=True, collected_by="auth 1"
    )
    town.later(days=2)
    town.undone(town.by(ADA).ask_return(receipt.receipt_no, reason="肥皂坏了"))
    spent = town.earned(SUN, 60)
    town.by(CLEO).redeem(shop=SHOP, card=card(SUN), lines=[("G02", 25)], pin_checked=True)
    town.undone(town.by(ADA).ask_reversal(SUN, entry=str(spent), reason="记错了户"))
    wrong = town.by(ADA).ask_reversal(
        ZHAO, entry=str(town.earned(ZHAO, 20, "F02", earner="p9")), reason="重复"
    )
    town.by(BEN).refuse_undo(wrong, reason="没有重复")
    town.by(DORA).ask_reversal(ZHAO, entry=_last_lot(town, ZHAO), reason="再看一次")
    town.by(BEN).sign_undo(wrong)
    case = town.earned(QIAN, -5, "D01")
    town.by(BEN).sign_undo(town.by(ADA).ask_reversal(QIAN, entry=str(case), reason="不是他家"))


def _last_lot(town: Town, household: str) -> str:
    credits = town.read.entries.latest(household, limit=20)
    return next(line["ref"] for line in credits if line["kind"] == "credit")


def _cards(town: Town) -> None:
    town.by(ADA).report_card_lost(QIAN)
    town.by(ADA).issue_card(QIAN, **hashes(QIAN, 2))
    town.by(ADA).reissue_card(ZHAO, **hashes(ZHAO, 2))


def _in_public(town: Town) -> None:
    """A notice is objected to in every way; a deduction is told to its household alone; what is
    over is posted, and what no rule allows any more is not."""
    town.by(TINA).declare_day(date(2026, 12, 1), working=False, document="县政府通知第 8 号")
    done = [Proposal(household, "E01", town.today, 60) for household in (ZHAO, QIAN, SUN)]
    clean = [Proposal(SUN, "C01", town.today)] * 2
    cases = review(town.as_, CREW, town.now, [*done, *clean, Proposal(SUN, "D01", town.today)])
    _private, public = sorted(
        hang_up(town.as_, FAYE, town.now, cases, "2026-11"),
        key=lambda notice: len(town.read.notices.lines([notice])),
    )
    kept, changed, struck = (
        town.by(actor).object_to(public, about="line", line=line, text="那天没有他", way=way, by=by)
        for line, actor, way, by in (
            (1, ANYBODY, "page", None),
            (2, CLEO, "card", SUN),
            (3, TINA, "paper", None),
        )
    )
    missing = town.by(CLEO).object_to(
        public, about="missing", household=QIAN, by=QIAN, text="少了我的", way="card"
    )
    entry = town.by(CLEO).object_to_entry(
        ZHAO, entry=_last_lot(town, ZHAO), text="多了", way="card", by=ZHAO
    )
    town.by(GAIL).decide_objection(kept, Answer(DISMISSED, "有签到表。"))
    town.by(ANYBODY).appeal_objection(kept, text="签到表是后来补的")
    town.by(TINA).settle_objection(kept, Answer(DISMISSED, "查过，没有错。"))
    town.by(GAIL).decide_objection(changed, Answer(UPHELD, "三十分。", points=30))
    town.by(GAIL).decide_objection(struck, Answer(UPHELD, "没有做。"))
    town.by(GAIL).decide_objection(entry, Answer(DISMISSED, "没有多。"))
    wanted = Proposal(QIAN, "C02", town.today)
    town.by(GAIL).decide_objection(missing, Answer(UPHELD, "补上。", instead=wanted))
    linked = town.read.objections.one(missing)
    assert linked
    town.by(BEN).sign(linked["new_case"])
    hang_up(town.as_, FAYE, town.now, [linked["new_case"]], "2026-11")
    town.later(days=20)
    town.by(NIGHT).close_and_post(town.today)


ANYBODY = Actor("anonymous", "public")
GAIL = Actor("gail", "village", VILLAGE)
"""She decides what others object to."""


def _slips(town: Town) -> None:
    """People tap faces; once there are enough, they are counted."""
    box, quarter = SlipBox(town.county), quarter_of(town.today.isoformat())
    for number, (about, face) in enumerate(product(ABOUT, FACES)):
        box.drop(f"slip {number}", village=VILLAGE, quarter=quarter, about=about, face=face)
    town.by(NIGHT).count_slips(town.today)


def _second_books(town: Town) -> None:
    """A lawyer has read them; of two relatives one is none any more."""
    town.books()
    version, _, _ = town.ledger.rules_on(town.today)
    town.by(DORA).check_rules_legally(version, opinion="remarks", note="第三条写得太宽")
    town.by(ADA).declare_kin("j3", QIAN, "other")
    town.by(ADA).end_kin("j3", QIAN)
    town.by(ADA).release_keeper(SHOP, keeper=ZACK.id)
    town.by(ADA).open_shop("S02", name="第二超市", village=VILLAGE)
    town.earned(QIAN, 5, "C01")
    town.by(CLEO).redeem(shop=SHOP, card=card(QIAN, 2), lines=[("G01", 1)], pin_checked=False)


def _supervision(town: Town) -> None:
    """A month is signed off and corrected; a device is registered, lost, and another follows."""
    looked = Checked([11, 12, 13], [(12, "no-paper")], seed="ab" * 32, note="缺签到表")
    sign_off = town.by(ADA).sign_off(VILLAGE, "2026-10", looked)
    town.by(ADA).correct_sign_off(sign_off, Checked([11, 12], seed="ab" * 32, note="补上了"))
    town.by(ZACK).register_device_key(device_key(1), name="手机1")
    town.by(ZACK).revoke_own_device(why="lost")
    town.by(ZACK).register_device_key(device_key(2), name="手机2")


def device_key(number: int) -> str:
    """A device's public key, of a private one that everybody can guess."""
    public = ec.derive_private_key(number, ec.SECP256R1()).public_key()
    point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return b64encode(point).decode()
