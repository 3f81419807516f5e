"""A shop: opened, filled, kept; its devices enrolled and ended."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from tests.support.house import VILLAGE, Program
from tests.support.office import Office
from tests.web.pages.desk import Desk, words

SHOP = "/staff/shops/100201"


def delivery(*lines: tuple[str, str], **more: str) -> dict[str, str]:
    form = {"source": "donation", "note": "县供销社捐"} | more
    for row, (sku, quantity) in enumerate(lines):
        form |= {f"{row}.sku": sku, f"{row}.quantity": quantity}
    return form


def test_several_goods_come_in_by_one_form(office: Office, wang: Desk) -> None:
    before = office.house.read.stock.levels("100201")
    key = uuid4().hex
    form = delivery(("G01", "10"), ("G30", "2")) | {
        "1.unit_cost_fen": "118.50",
        "1.best_before": "2027-01-31",
    }
    assert "入库 2 样" in wang.follow(wang.send(f"{SHOP}/receive", key=key, **form))
    assert wang.send(f"{SHOP}/receive", key=key, **form).status_code == 303

    after = office.house.read.stock.levels("100201")
    assert (after["G01"], after["G30"]) == (before["G01"] + 10, 2)
    moves = wang.read(f"{SHOP}/moves?sku=G30")
    for told in ("入库 · 捐赠", "县供销社捐", "保质期到 2027年1月31日", "王桂兰", "+2"):
        assert told in moves


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (delivery(("G01", "10"), ("G02", "many")), "请填整数"),
        (delivery(("G01", "10"), ("G99", "1")), "没有 G99 这样东西"),
        (delivery(("G01", "10")) | {"source": ""}, "请选一个"),
        (delivery(("G01", "10")) | {"0.unit_cost_fen": "viel"}, "请填金额"),
        (delivery(), "请至少填一行"),
    ],
)
def test_a_wrong_line_books_nothing_and_loses_nothing(
    office: Office, wang: Desk, form: dict[str, str], said: str
) -> None:
    before = office.house.read.stock.levels("100201")
    answer = wang.send(f"{SHOP}/receive", **form)

    assert answer.status_code in (400, 409)
    assert said in words(answer)
    assert "县供销社捐" in answer.text
    assert office.house.read.stock.levels("100201") == before


def test_what_runs_low_is_listed(wang: Desk) -> None:
    page = wang.read("/staff/shops/low")

    assert "菜籽油5L" in page
    assert "牙刷" not in page


def test_a_shop_is_opened_under_its_village_s_code(office: Office, zhao: Desk) -> None:
    form = {"name": "示例02村超市", "village": "999901100202"}
    assert "超市开好了" in zhao.follow(zhao.send("/staff/shops", **form))
    assert office.house.read.shops.one("100202") is not None

    again = zhao.send("/staff/shops", **form)
    assert again.status_code == 409
    assert 'value="示例02村超市"' in again.text
    elsewhere = zhao.send("/staff/shops", name="别处", village="999901101201")
    assert elsewhere.status_code in (403, 404)


def test_a_keeper_is_put_in_and_taken_out(office: Office, wang: Desk) -> None:
    new = office.person("xin", "新店主", "keeper", VILLAGE)
    assert "新店主可以在这里收银了" in wang.follow(wang.send(f"{SHOP}/keepers", keeper=new.id))
    assert new.id in office.house.read.shops.keepers("100201")
    assert office.house.users.by_id(new.id).shop == "100201"

    done = wang.send(f"{SHOP}/keepers/{new.id}/release")
    assert "不再在这里收银" in wang.follow(done)
    assert new.id not in office.house.read.shops.keepers("100201")
    assert office.house.users.by_id(new.id).shop is None


def test_only_a_keeper_of_the_village_keeps_the_shop(office: Office, wang: Desk) -> None:
    for login in ("li", "zhao"):
        answer = wang.send(f"{SHOP}/keepers", keeper=office.user(login).id)
        assert answer.status_code == 404, login


def test_a_device_s_code_is_shown_once_and_opens_the_till(office: Office, wang: Desk) -> None:
    answer = wang.send(f"{SHOP}/devices", name="柜台手机")
    found = re.search(r'<p class="secret code">(jm_[^<]+)</p>', answer.text)
    assert found
    assert "只显示这一次" in words(answer)
    assert found[1] not in wang.page(SHOP).text

    till = Program(office.place.app.test_client(), found[1])
    assert till.get("/api/v1/shops/mine").json["code"] == "100201"
    (device,) = [token for token in office.house.tokens.all() if token.name == "柜台手机"]
    assert "停用了" in wang.follow(wang.send(f"{SHOP}/devices/{device.id}/end"))
    assert till.get("/api/v1/shops/mine").status_code == 401
    assert device.id not in office.house.read.shops.keepers("100201")


def test_a_device_enrolled_twice_by_mistake_is_one(office: Office, wang: Desk) -> None:
    for _ in range(2):
        wang.send(f"{SHOP}/devices", name="柜台手机")

    good = [token for token in office.house.tokens.all() if not token.ended_at]
    assert [token.name for token in good] == ["柜台手机"]


def test_the_list_of_devices_ends_them_too(office: Office, wang: Desk) -> None:
    wang.send(f"{SHOP}/devices", name="柜台手机")
    (device,) = office.house.tokens.all()
    assert "柜台手机" in wang.read("/staff/devices")

    assert "停用了" in wang.follow(wang.send(f"/staff/devices/{device.id}/end"))
    assert "已停用" in wang.read("/staff/devices")


def test_a_receipt_leads_to_its_entry(office: Office, wang: Desk) -> None:
    answer = wang.page("/staff/receipts/100201-20261124-0001")

    assert answer.status_code == 303
    assert "菜籽油5L × 1 桶" in wang.read(answer.headers["Location"])
