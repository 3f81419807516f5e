"""Price list and rule book from files: whole or not at all, by two people."""

from __future__ import annotations

import pytest

from points.envelope import SamePerson
from points.versions import AlreadyAdopted
from tests.web.registers.conftest import ADMIN, CONFIRMER, DATA, As
from web.registers.pending import UnknownImport
from web.registers.service import Imports
from web.wiring import House

GOODS = "sku,name,unit,points,unit_cost_yuan,barcode"


@pytest.fixture
def goods() -> str:
    return (DATA / "goods.csv").read_text()


def test_the_starting_content_is_in_force(house: House, imports: Imports) -> None:
    today = house.clock().date()

    assert len(house.ledger.rules_on(today)[1]) == 28
    goods = house.ledger.goods_on(today)[1]
    assert len(goods) == 30
    assert (goods["G24"].name, goods["G24"].points) == ("面粉5kg", 26)
    assert (goods["G24"].unit_cost_fen, goods["G24"].barcode) == (2600, "2000000000244")


@pytest.mark.parametrize("kind", ["goods", "rules"])
def test_what_is_in_force_changes_nothing(
    house: House, imports: Imports, acting: As, kind: str
) -> None:
    before = house.ledger.recorder.max_notification_id()
    content = (DATA / f"{kind}.csv").read_bytes()
    with acting(ADMIN):
        answer = imports.books[kind].ask(content)

    assert (answer.imported, answer.state, answer.pending) == (0, "done", None)
    assert answer.unchanged == {"goods": 30, "rules": 28}[kind]
    assert house.ledger.recorder.max_notification_id() == before


def test_a_change_is_drafted_once_and_adopted_by_another(
    house: House, imports: Imports, acting: As, goods: str
) -> None:
    changed = goods.replace("G24,面粉5kg,袋,26", "G24,面粉5kg,袋,28")
    changed = "\n".join(line for line in changed.splitlines() if not line.startswith("G30"))
    for _ in range(2):
        with acting(ADMIN):
            asked = imports.books["goods"].ask(changed.encode())
        assert (asked.imported, asked.unchanged, asked.pending) == (1, 28, "goods-2")
        assert asked.extra == {"removed": 1}
    assert house.ledger.goods_on(house.clock().date())[1]["G24"].points == 26

    with acting(ADMIN), pytest.raises(SamePerson):
        imports.confirm("goods-2")
    with acting(CONFIRMER):
        answer = imports.confirm("goods-2")
    with acting(CONFIRMER), pytest.raises(AlreadyAdopted):
        imports.confirm("goods-2")
    assert (answer.imported, answer.unchanged, answer.extra) == (1, 28, {"removed": 1})
    assert house.ledger.goods_on(house.clock().date())[1]["G24"].points == 28


def test_a_dry_run_drafts_nothing(house: House, imports: Imports, acting: As, goods: str) -> None:
    before = house.ledger.recorder.max_notification_id()
    with acting(ADMIN):
        answer = imports.books["goods"].ask(goods.replace("袋,26", "袋,28").encode(), dry_run=True)

    assert (answer.imported, answer.state) == (1, "dry-run")
    assert house.ledger.recorder.max_notification_id() == before


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("G 1!,牙刷,支,2,2.00,", "code-invalid"),
        ("G02,,支,2,2.00,", "name-missing"),
        ("G02,牙刷,,2,2.00,", "unit-missing"),
        ("G02,牙刷,支,二,2.00,", "points-not-a-number"),
        ("G02,牙刷,支,0,2.00,", "points-out-of-range"),
        ("G02,牙刷,支,2,2.005,", "cost-invalid"),
        ("G02,牙刷,支,2,两元,", "cost-invalid"),
        ("G02,牙刷,支,2,NaN,", "cost-invalid"),
        ("G02,牙刷,支,2,2.00,2000000000016", "barcode-invalid"),
        ("G01,牙刷,支,2,2.00,", "code-duplicate"),
        ("G02,牙刷,支,=1+1,2.00,", "formula"),
    ],
)
def test_one_bad_row_holds_the_file_back(imports: Imports, acting: As, row: str, code: str) -> None:
    content = f"{GOODS}\nG01,肥皂,块,3,3.00,\n{row}\n".encode()
    with acting(ADMIN):
        answer = imports.books["goods"].ask(content)

    assert answer.state == "refused"
    assert answer.imported == answer.unchanged == 0
    assert [(refused.row, refused.code) for refused in answer.refused] == [(3, code)]
    assert answer.refused[0].message


@pytest.mark.parametrize("pending", ["goods-x", "shops-1", "nothing", "", "-"])
def test_what_does_not_wait_is_unknown(imports: Imports, acting: As, pending: str) -> None:
    with acting(CONFIRMER), pytest.raises(UnknownImport):
        imports.confirm(pending)
