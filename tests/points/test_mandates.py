"""Who has a device of her own is in the books with what it signed, and with nothing else (P4)."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from points.checks import check
from points.clock import business_day
from points.envelope import Actor
from points.ledger import Answer, Done, Proposal
from points.ledger.keys import ReasonUnknown
from points.ledger.shops import Delivered
from points.mandates import (
    CHARACTERS_MAX,
    Mandate,
    MandateBad,
    MandateKeyUnknown,
    MandateMissing,
    MandateOther,
)
from points.objection import UPHELD
from points.signing_key import DeviceKnown, DeviceUnknown, KeyKnown, SigningKey
from points.stock import Stock
from points.undo import Undo
from tests.support.cast import DORA, NIGHT
from tests.support.chain import Crew, hang_up, review
from tests.support.device import Device, asking
from tests.support.house import (
    MAKER,
    OPENER,
    SHOP,
    SIGNER,
    VILLAGE,
    ZHAO,
    Place,
    make_tables,
    settings_for,
)

pytestmark = pytest.mark.row("P4")

AN_HOUR = {"hours": 1}


@pytest.fixture
def place(tmp_path: Any) -> Iterator[Place]:
    settings = settings_for(f"sqlite:///{tmp_path}/mandates.db")
    make_tables(settings)
    made = Place(settings)
    made.settle()
    made.earn(ZHAO, 40)
    yield made
    made.close()


@pytest.fixture
def device(place: Place) -> Device:
    made = Device()
    made.register(place, MAKER)
    place.watch.later(**AN_HOUR)
    return made


def today(place: Place) -> str:
    return business_day(place.watch()).isoformat()


def wish(place: Place, points: int = 30) -> Proposal:
    return Proposal(ZHAO, "E01", business_day(place.watch()), points)


def proposed(place: Place, points: int = 30) -> list[Any]:
    return ["award.proposed", ZHAO, "E01", points, today(place)]


def found(place: Place) -> list[str]:
    return [each.detail for each in check(place.house.county) if each.check == "authorship"]


def test_nothing_is_entered_in_her_name_without_her_device(place: Place, device: Device) -> None:
    with place.by(MAKER) as ledger, pytest.raises(MandateMissing) as no:
        ledger.propose(wish(place))
    assert no.value.facts == {"name": "手机"}

    with asking(place, MAKER, "n1", device.mandate("maker", "n1", proposed(place))) as ledger:
        case = ledger.propose(wish(place))

    with place.by(SIGNER) as ledger:  # who has no device signs as before
        ledger.sign(case)
    place.in_public(case)
    assert place.balance(ZHAO) == 70
    assert check(place.house.county) == []


def altered(written: str, **fields: str) -> str:
    return json.dumps(json.loads(written) | fields)


def test_what_it_signed_is_what_is_entered_and_nothing_else(place: Place, device: Device) -> None:
    good, other = proposed(place), Device()
    right = device.mandate("maker", "n", good)
    wrong = [
        (MandateOther, device.mandate("maker", "n", proposed(place, 31))),
        (MandateOther, device.mandate("maker", "n", good, good)),
        (MandateOther, device.mandate("maker", "n")),
        (MandateBad, device.mandate("signer", "n", good)),
        (MandateBad, device.mandate("maker", "m", good)),
        (MandateBad, device.mandate("maker", "n", good, county="999902")),
        (MandateBad, altered(right, signature=device.sign("another text"))),
        (MandateBad, altered(right, signature=b64encode(b"x" * 63).decode())),
        (MandateKeyUnknown, other.mandate("maker", "n", good)),
        (MandateKeyUnknown, altered(right, key=other.key)),
    ]
    for why, written in wrong:
        with asking(place, MAKER, "n", written) as ledger, pytest.raises(why):
            ledger.propose(wish(place))
    assert place.house.read.cases.waiting("999901", 10) == []


@pytest.mark.parametrize(
    "written",
    [
        "",
        "[]",
        "{",
        '{"key": "", "signature": ""}',
        '{"key": "", "signature": "", "text": 3}',
        '{"key": "", "signature": "", "text": "jiamei-mandate/v1"}',
        '{"key": "", "signature": "", "text": "jiamei-mandate/v2\\n\\n\\n\\n[]\\n"}',
        '{"key": "", "signature": "", "text": "jiamei-mandate/v1\\n\\n\\n\\n{}\\n"}',
        '{"key": "", "signature": "", "text": "jiamei-mandate/v1\\n\\n\\n\\n[]"}',
        '{"key": "", "signature": "!", "text": "jiamei-mandate/v1\\n\\n\\n\\n[]\\n"}',
        '{"key": "", "signature": "AB==", "text": "jiamei-mandate/v1\\n\\n\\n\\n[]\\n"}',
        '{"key": "", "signature": "", "text": "jiamei-mandate/v1\\n\\n\\n/\\ud800\\n[]\\n"}',
        '{"key": 1, "signature": "", "text": "jiamei-mandate/v1\\n\\n\\n\\n[]\\n"}',
        '{"key": "", "signature": "", "more": 1, "text": "jiamei-mandate/v1\\n\\n\\n\\n[]\\n"}',
        '{"key": "", "signature": "", "text": "' + "[" * CHARACTERS_MAX + '"}',
    ],
)
def test_a_mandate_is_written_in_one_way(written: str) -> None:
    with pytest.raises(MandateBad):
        Mandate.parse(written)


def test_who_has_no_device_cannot_sign_with_one(place: Place) -> None:
    written = Device().mandate("maker", "n", proposed(place))
    with asking(place, MAKER, "n", written) as ledger, pytest.raises(MandateKeyUnknown):
        ledger.propose(wish(place))


def test_every_kind_of_act_is_signed(place: Place, device: Device) -> None:
    """Sign, refuse, deliver, redeem, void, ask to undo, sign that, refuse that."""
    with place.by(SIGNER) as ledger:
        first, second = (ledger.propose(wish(place, points)) for points in (25, 26))
    at_till = Device()
    keeper = place.house.tokens.create(
        "till", role="keeper", place="999901", shop=SHOP, made_by="x"
    )[0]
    till = Actor(keeper.id, "keeper", "999901")
    with place.by(SIGNER) as ledger:
        ledger.assign_keeper(SHOP, keeper=till.id)
    at_till.register(place, till)
    place.watch.later(**AN_HOUR)
    card = place.house.cards.read(place.card(ZHAO).token)

    def as_(hers: Device, actor: Actor, *claim: Any) -> Any:
        nonce = uuid4().hex
        return asking(place, actor, nonce, hers.mandate(actor.id, f"{nonce}/0", list(claim)))

    with as_(device, MAKER, "award.signed", str(first)) as ledger:
        ledger.sign(first)
    with as_(device, MAKER, "award.refused", str(second)) as ledger:
        ledger.refuse(second, reason="没有做")
    place.in_public(first)
    shelf = str(Stock.id_of(SHOP, "G01"))
    with as_(device, MAKER, "stock.received", shelf, 7) as ledger:
        ledger.receive_delivery(SHOP, [Delivered("G01", 7)], source="donation")
    goods = [("G01", 2)]
    price = place.house.ledger.goods_on(business_day(place.watch()))[1]["G01"].points
    redeemed = "redemption.completed", SHOP, ZHAO, 2 * price, {"G01": 2}
    with as_(at_till, till, *redeemed) as ledger:
        slip = ledger.redeem(shop=SHOP, card=card, lines=goods, pin_checked=True)
    with as_(at_till, till, "redemption.voided", str(slip.redemption)) as ledger:
        ledger.void(slip.receipt_no)
    lot = place.house.read.lots.of(ZHAO)[0]["lot"]
    undo = Undo.id_of("credit", lot)
    for act in ("refuse", "sign"):
        with place.by(SIGNER) as ledger:
            ledger.ask_reversal(ZHAO, entry=lot, reason="记错了")
        topic = {"refuse": "undo.refused", "sign": "undo.signed"}[act]
        with as_(device, MAKER, topic, str(undo)) as ledger:
            if act == "sign":
                ledger.sign_undo(undo)
            else:
                ledger.refuse_undo(undo, reason="没有错")
    (other,) = (each["lot"] for each in place.house.read.lots.of(ZHAO))
    with as_(device, MAKER, "undo.asked", str(Undo.id_of("credit", other))) as ledger:
        ledger.ask_reversal(ZHAO, entry=other, reason="记错了")

    with place.house.county.read() as sql:
        signed = sql.scalar(text("SELECT count(*) FROM events WHERE mandate IS NOT NULL"))
    assert signed == 8
    assert check(place.house.county) == []


def test_one_device_signs_for_a_person_and_another_takes_its_place(
    place: Place, device: Device
) -> None:
    second = Device()
    with place.by(MAKER) as ledger, pytest.raises(DeviceKnown):
        ledger.register_device_key(second.public_key, name="另一台")
    with place.by(MAKER) as ledger, pytest.raises(ReasonUnknown):
        ledger.revoke_own_device(why="")
    with place.by(MAKER) as ledger:
        ledger.revoke_own_device(why="lost")
    with place.by(MAKER) as ledger, pytest.raises(DeviceUnknown):
        ledger.revoke_own_device(why="lost")
    with place.by(MAKER) as ledger, pytest.raises(KeyKnown):
        ledger.register_device_key(device.public_key, name="又是它")
    with place.by(MAKER) as ledger:  # none in force: the process answers for her again
        ledger.propose(wish(place, 21))
    second.register(place, MAKER)
    place.watch.later(**AN_HOUR)
    old = device.mandate("maker", "n", proposed(place))
    with asking(place, MAKER, "n", old) as ledger, pytest.raises(MandateKeyUnknown):
        ledger.propose(wish(place))
    new = second.mandate("maker", "n", proposed(place))
    with asking(place, MAKER, "n", new) as ledger:
        ledger.propose(wish(place))
    assert check(place.house.county) == []


def test_what_was_under_way_when_the_device_came_or_went_stands(place: Place) -> None:
    """It began before and ended after: neither is an alarm, a minute later both are."""
    device = Device()
    device.register(place, MAKER)
    rewritten = Tampered(place)
    place.watch.later(seconds=30)
    rewritten.propose(None)
    assert found(place) == []
    place.watch.later(seconds=31)
    rewritten.propose(None)
    assert found(place) == ["her device did not sign it"]

    with place.by(MAKER) as ledger:
        ledger.revoke_own_device(why="replaced")
    place.watch.later(seconds=60)
    rewritten.propose(device)
    assert len(found(place)) == 1
    place.watch.later(seconds=1)
    rewritten.propose(device)
    assert found(place)[1:] == [f"the device {device.key} may not sign for her"]


def test_a_date_that_was_put_back_opens_no_minute_again(place: Place, device: Device) -> None:
    """What was entered meanwhile, whoever's, says that the minute is over."""
    with place.by(SIGNER) as ledger:
        ledger.propose(wish(place, 21))
    place.watch.later(hours=-1)
    place.watch.later(seconds=30)
    Tampered(place).propose(None)
    assert found(place) == ["her device did not sign it"]


class Tampered:
    """The process itself, with its key, writes what it likes into her name."""

    def __init__(self, place: Place) -> None:
        self.place = place

    def propose(self, device: Device | None, *claims: Any, actor: str = "maker") -> UUID:
        ledger, place = self.place.house.ledger, self.place
        nonce = uuid4().hex
        asked = claims or (proposed(place),)
        written = device.mandate(actor, nonce, *asked) if device else None
        return self.with_mandate(ledger, written)

    def with_mandate(self, ledger: Any, written: str | None) -> UUID:
        ours = type(ledger).mandated

        def forged(_: Any, stored: list[Any]) -> list[Any]:
            first = stored[0]
            stamp = first.stamp._replace(mandate=written)
            return [replace(first, stamp=stamp), *stored[1:]]

        type(ledger).mandated = forged
        try:
            with self.place.by(MAKER):
                made: UUID = ledger.propose(wish(self.place))
            return made
        finally:
            type(ledger).mandated = ours


def test_the_process_cannot_forge_what_her_device_did_not_sign(
    place: Place, device: Device
) -> None:
    forger = Tampered(place)
    forger.propose(device, proposed(place, 31))
    forger.propose(device, actor="signer")
    forger.propose(Device())
    written = device.mandate("maker", "n", proposed(place))
    for _ in range(2):  # the second is a replay
        forger.with_mandate(place.house.ledger, written)
    forger.with_mandate(place.house.ledger, "{}")
    forger.with_mandate(place.house.ledger, altered(written, signature=device.sign("another text")))
    told = found(place)
    assert told[0] == told[1] == "its mandate is for something else"
    assert told[2].endswith("may not sign for her")
    assert told[3:] == [
        "its mandate was used before",
        "its mandate cannot be read",
        "the device signed something else",
    ]


def test_a_line_that_is_struck_or_over_its_cap_asks_for_no_more_signatures(
    place: Place, device: Device
) -> None:
    """She signs the notice and the answer; what follows from them follows, also at night."""
    monthly = Proposal(ZHAO, "C01", business_day(place.watch()))
    cases = review(place.by, Crew(OPENER, (SIGNER,), MAKER), place.watch(), [monthly, monthly])
    month = today(place)[:7]
    claim = ["notice.opened", VILLAGE, month, sorted(map(str, cases))]
    with asking(place, MAKER, "n1", device.mandate("maker", "n1", claim)) as ledger:
        ledger.open_notice(VILLAGE, month, cases)
    others = review(place.by, Crew(SIGNER, (OPENER,), DORA), place.watch(), [wish(place)])
    (notice,) = hang_up(place.by, DORA, place.watch(), others, month)
    with place.by(OPENER) as ledger:
        made = ledger.object_to(notice, about="line", line=1, text="不对", way="page")
    claim = ["objection.decided", str(made), UPHELD, None]
    with asking(place, MAKER, "n2", device.mandate("maker", "n2", claim)) as ledger:
        ledger.decide_objection(made, Answer(UPHELD, "查了"))
    place.watch.later(days=14)
    with place.by(NIGHT) as ledger:
        done = ledger.close_and_post(business_day(place.watch()))
    assert done == Done(closed=2, posted=1, refused=1, waits=0)
    assert check(place.house.county) == []


def test_a_key_is_registered_once_for_its_holder_and_by_her(place: Place, device: Device) -> None:
    """Else whoever has the process key takes her device away, or signs for her with another."""
    ledger, new = place.house.ledger, Device()
    fields = {"kind": "device", "algorithm": "es256", "name": "手机"}
    hers = fields | {"key_id": device.key, "public_key": device.public_key}
    other = fields | {"key_id": new.key, "public_key": new.public_key}
    forged = [
        (uuid4(), hers | {"holder": "signer"}),
        (SigningKey.id_of(new.key), other | {"holder": "maker"}),
    ]
    for stream, said in forged:
        with place.by(SIGNER):
            ledger.save(SigningKey.begin(SigningKey.Created, stream, **said))
    Tampered(place).propose(None)
    Tampered(place).propose(new)
    assert found(place) == [
        "a key that is not hers, or not new",
        "a key that is not hers, or not new",
        "her device did not sign it",
        f"the device {new.key} may not sign for her",
    ]
