"""Nobody signs for whoever gave her the password: the sock puppet's signature is refused."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from points.award import AwardCase
from points.clock import business_day
from points.envelope import Actor, AppointedByProposer, Envelope, opened
from points.ledger import Proposal
from tests.support.house import COUNTY, NEXT_VILLAGE, PASSWORD, TOWNSHIP, VILLAGE, ZHAO, Place
from web.access.recognise import of_user
from web.access.users import User
from web.access.visitor import Visitor
from web.registers.service import Imports


def actor(place: Place, user: User) -> Visitor:
    return of_user(place.house.users.by_id(user.id), place.house)


def made_by(place: Place, maker: User, login: str, role: str = "village") -> User:
    return place.house.users.add(
        login,
        name=login,
        password=PASSWORD,
        role=role,
        place=VILLAGE if role == "village" else TOWNSHIP,
        must_change=False,
        by=maker.id,
    )


def proposed(place: Place, by: Actor) -> UUID:
    with place.by(by) as ledger:
        found: UUID = ledger.propose(Proposal(ZHAO, "E01", business_day(place.watch()), 20))
    return found


def sign(place: Place, case: UUID, by: Actor) -> str:
    with place.by(by) as ledger:
        ledger.sign(case)
        return str(ledger.load(AwardCase, case).state)


def test_a_user_does_not_sign_for_who_made_her(place: Place) -> None:
    maker = place.staff("township", TOWNSHIP)
    case = proposed(place, actor(place, maker))
    puppet = made_by(place, maker, "puppet")

    with pytest.raises(AppointedByProposer):
        sign(place, case, actor(place, puppet))
    place.house.users.change_password(puppet.id, old=PASSWORD, new="bie-de-mi-ma")
    with pytest.raises(AppointedByProposer):
        sign(place, case, actor(place, puppet))
    assert sign(place, case, actor(place, place.staff("village", VILLAGE))) == "reviewed"


def test_a_user_does_not_sign_for_who_reset_her_password(place: Place) -> None:
    maker, other = place.staff("township", TOWNSHIP), place.staff("county", COUNTY)
    signer = place.staff("village", VILLAGE)
    case = proposed(place, actor(place, maker))

    place.house.users.reset_password(signer.id, password="xin-de-mi-ma", by=maker.id)
    with pytest.raises(AppointedByProposer):
        sign(place, case, actor(place, signer))
    place.house.users.reset_password(signer.id, password="zai-yi-ge-xin", by=other.id)
    assert sign(place, case, actor(place, signer)) == "reviewed"


def test_a_puppet_of_a_puppet_is_found(place: Place) -> None:
    maker = place.staff("county", COUNTY)
    middle = made_by(place, maker, "middle", "township")
    case = proposed(place, actor(place, maker))

    with pytest.raises(AppointedByProposer):
        sign(place, case, actor(place, made_by(place, middle, "last")))


def test_two_who_set_each_other_s_password_end_somewhere(place: Place) -> None:
    one, other = place.staff("township", TOWNSHIP), place.staff("county", COUNTY)
    place.house.users.reset_password(one.id, password="xin-de-mi-ma", by=other.id)
    place.house.users.reset_password(other.id, password="xin-de-mi-ma", by=one.id)

    assert actor(place, one).appointed_by() == {one.id, other.id}


def test_the_pages_refuse_it_with_a_sentence(place: Place) -> None:
    """Making the user on the page is enough: the page notes who did."""
    boss = place.staff("township", TOWNSHIP)
    browser = place.opened_by(boss)
    answer = browser.post(
        "/staff/users/new",
        page="/staff/users/new",
        login="gu",
        name="顾",
        role="village",
        place=VILLAGE,
    )
    assert answer.status_code == 200
    puppet = place.house.users.by_login("gu")
    assert puppet.credentials_by == boss.id
    place.house.users.change(puppet.id, must_change=False)
    case = proposed(place, actor(place, boss))

    hers = place.opened_by(puppet)
    refused = hers.post("/staff/sign", page="/staff/sign", case=str(case), act="sign")
    assert refused.status_code == 409
    assert "您的账号或密码是申报人设的" in refused.text


def test_a_program_does_not_sign_for_who_made_its_token(place: Place) -> None:
    boss = place.staff("township", TOWNSHIP)
    case = proposed(place, actor(place, boss))
    made, secret = place.house.tokens.create("t", role="village", place=VILLAGE, made_by=boss.id)
    answer = place.app.test_client().post(
        f"/api/v1/credits/{case}/signature",
        headers={"Authorization": f"Bearer {secret}"},
        json={},
    )
    assert answer.status_code == 409
    assert answer.get_json()["code"] == "appointed-by-proposer"
    assert made.made_by == boss.id


def test_undoing_imports_and_books_ask_the_same(place: Place) -> None:
    boss = place.staff("county", COUNTY)
    puppet = actor(place, made_by(place, boss, "puppet", "township"))
    place.earn(ZHAO, 20)
    lot = place.house.read.lots.of(ZHAO)[0]["lot"]
    with place.by(actor(place, boss)) as ledger:
        undo = ledger.ask_reversal(ZHAO, entry=lot, reason="记错了")
        goods = ledger.goods_on(business_day(place.watch()))[1]
        version = ledger.draft_prices(list(goods.values()))
    with opened(Envelope(actor(place, boss), place.watch(), "page", "register")):
        register = Imports(place.house).posting.pendings.ask(
            [], kind="credits", sha256="0" * 64, name="登记表.xlsx", place=NEXT_VILLAGE
        )
    tomorrow = business_day(place.watch()) + timedelta(days=1)
    with place.by(puppet) as ledger:
        for sign_it in (
            lambda: ledger.sign_undo(undo),
            lambda: ledger.adopt_prices(version, effective_from=tomorrow),
            lambda: Imports(place.house).posting.confirm(register),
        ):
            with pytest.raises(AppointedByProposer):
                sign_it()
