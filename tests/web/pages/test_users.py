"""People who sign in: added, changed and locked by those above them, never by themselves."""

from __future__ import annotations

import re

import pytest
from werkzeug.test import TestResponse

from tests.support.house import PASSWORD, VILLAGE
from tests.support.office import Office
from tests.web.pages.desk import Desk, words

NEW = {"login": "xinlai", "name": "新来的", "role": "village", "place": VILLAGE}


def secret(answer: TestResponse) -> str:
    found = re.search(r'<p class="secret code">([^<]+)</p>', answer.text)
    assert found, words(answer)
    return found[1]


def test_a_person_is_added_and_her_password_shown_once(office: Office, zhao: Desk) -> None:
    answer = zhao.send("/staff/users/new", **NEW, household="a003")
    password = secret(answer)
    user = office.user("xinlai")

    assert user.household == office.numbers[2]
    assert user.must_change
    assert office.house.users.sign_in("xinlai", password).id == user.id
    assert password not in zhao.page(f"/staff/users/{user.id}").text


def test_the_same_form_twice_is_one_person(office: Office, zhao: Desk) -> None:
    zhao.send("/staff/users/new", **NEW)
    again = zhao.send("/staff/users/new", **NEW)

    assert "刚才已经加好了" in zhao.follow(again)
    taken = zhao.send("/staff/users/new", **NEW | {"name": "另一个人"})
    assert taken.status_code == 409
    assert "已经有人用了" in words(taken)
    assert 'value="另一个人"' in taken.text


@pytest.mark.parametrize(
    "change",
    [
        {"role": "administrator"},
        {"role": "county"},
        {"role": "township"},
        {"place": "999901101201"},
        {"place": "999901"},
    ],
)
def test_nobody_makes_her_equal_or_works_elsewhere(
    office: Office, zhao: Desk, change: dict[str, str]
) -> None:
    answer = zhao.send("/staff/users/new", **NEW | change)

    assert answer.status_code == 403
    assert "没有办这件事的权限" in words(answer)
    assert "xinlai" not in [user.login for user in office.house.users.all()]


def test_a_person_is_changed_and_signed_out(office: Office, zhao: Desk) -> None:
    li = Desk(office, "li")
    path = f"/staff/users/{li.user.id}"
    form = {"name": "李玉梅", "role": "supervisor", "place": VILLAGE}

    assert "改好了" in zhao.follow(zhao.send(path, **form))
    assert office.user("li").role == "supervisor"
    assert li.page("/staff").status_code == 303


def test_a_password_is_reset_and_a_lock_opens(office: Office, zhao: Desk) -> None:
    li = Desk(office, "li")
    password = secret(zhao.send(f"/staff/users/{li.user.id}/password"))

    assert li.page("/staff").status_code == 303
    assert office.house.users.sign_in("li", password).must_change
    assert password != PASSWORD


def test_a_person_is_locked_and_let_in_again(office: Office, guan: Desk) -> None:
    li = Desk(office, "li")
    path = f"/staff/users/{li.user.id}"

    guan.send(f"{path}/lock")
    assert li.page("/staff").status_code == 303
    assert "停用" in guan.read(path)
    guan.send(f"{path}/unlock")
    assert office.user("li").active
    assert Desk(office, "li").page("/staff").status_code == 200
    Desk(office, "li").page("/staff")
    guan.send(f"{path}/sign_out")
    assert office.house.sessions.open_of("user", li.user.id) == []


def test_nobody_changes_herself_or_those_above(office: Office, zhao: Desk, guan: Desk) -> None:
    own = guan.send(f"/staff/users/{guan.user.id}/lock")
    assert own.status_code == 409
    assert "不能改自己的账号" in words(own)
    above = zhao.send(f"/staff/users/{office.user('xian').id}/password")
    assert above.status_code == 403
    peer = office.person("peer", "同级", "township", VILLAGE[:9])
    assert zhao.send(f"/staff/users/{peer.id}/lock").status_code == 403
    assert "停用这个账号" not in zhao.read(f"/staff/users/{peer.id}")


def test_people_are_listed_by_role(zhao: Desk) -> None:
    page = zhao.read("/staff/users?role=keeper")

    assert "刘店长" in page
    assert "王桂兰" not in page


def test_the_village_has_no_such_page(office: Office) -> None:
    wang = Desk(office, "wang")
    assert wang.page("/staff/users").status_code == 403
    assert wang.page(f"/staff/users/{office.user('li').id}").status_code == 403


def test_a_keeper_who_is_moved_leaves_her_shop(office: Office, zhao: Desk) -> None:
    keeper = office.user("dian")
    assert office.house.read.shops.kept_by(keeper.id)
    moved = {"name": keeper.name, "role": "keeper", "place": "999901100203"}

    zhao.follow(zhao.send(f"/staff/users/{keeper.id}", **moved))

    assert office.house.read.shops.kept_by(keeper.id) == []
    assert office.user("dian").shop is None
    there = office.place.opened_by(office.user("dian"))
    assert there.get("/api/v1/shops/mine").status_code == 403
