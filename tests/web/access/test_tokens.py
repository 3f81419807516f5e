"""Tokens of devices and programs."""

from __future__ import annotations

import pytest

from tests.support.house import SHOP, VILLAGE, Place, Program
from web.access.roles import UnknownPlace
from web.access.tokens import ShopNeeded, UnknownToken
from web.access.users import UnknownRole


def test_it_is_shown_once_and_kept_as_a_hash(place: Place) -> None:
    made, secret = place.house.tokens.create(
        "一号收银机", role="keeper", place=VILLAGE, shop=SHOP, made_by="ada"
    )
    with place.house.shared.read() as sql:
        rows = sql.exec_driver_sql("SELECT * FROM tokens").all()

    assert secret.startswith("jm_")
    assert secret not in repr(rows)
    assert place.house.tokens.find(secret) == made


def test_a_use_is_noted_once_a_minute(place: Place) -> None:
    made, secret = place.house.tokens.create("t", role="village", place=VILLAGE, made_by="ada")
    place.house.tokens.find(secret)
    first = place.house.tokens.by_id(made.id).used_at
    place.watch.later(seconds=30)
    place.house.tokens.find(secret)
    same = place.house.tokens.by_id(made.id).used_at
    place.watch.later(seconds=40)
    place.house.tokens.find(secret)

    assert made.used_at is None
    assert first == same == "2026-11-24T01:00:00.000000Z"
    assert place.house.tokens.by_id(made.id).used_at == "2026-11-24T01:01:10.000000Z"


def test_an_ended_one_opens_nothing(place: Place) -> None:
    program = place.program("village", VILLAGE)
    (made,) = place.house.tokens.all(VILLAGE)
    assert program.get("/api/v1/households/A001/balance").status_code == 200

    place.house.tokens.end(made.id)

    answer = program.get("/api/v1/households/A001/balance")
    assert (answer.status_code, answer.json["code"]) == (401, "not-signed-in")


@pytest.mark.parametrize("token", ["jm_wrong", "", "x" * 300])
def test_a_wrong_one_is_nobody_even_where_all_may_come(place: Place, token: str) -> None:
    answer = place.app.test_client().get("/healthz", headers={"Authorization": f"Bearer {token}"})

    assert (answer.status_code, answer.headers["Content-Type"]) == (303, "text/html; charset=utf-8")
    assert (
        Program(place.app.test_client(), token or "-").get("/api/v1/shops/mine").status_code == 401
    )


def test_a_keeper_s_device_stands_in_a_shop(place: Place) -> None:
    with pytest.raises(ShopNeeded):
        place.house.tokens.create("t", role="keeper", place=VILLAGE, made_by="ada")


@pytest.mark.parametrize(
    ("role", "where", "refusal"),
    [("villager", VILLAGE, UnknownRole), ("king", VILLAGE, UnknownRole), ("village", "9999", None),
     ("village", "99990", UnknownPlace), ("village", "", UnknownPlace)],
)  # fmt: skip
def test_role_and_place_are_real(
    place: Place, role: str, where: str, refusal: type[Exception] | None
) -> None:
    if refusal is None:
        place.house.tokens.create("t", role=role, place=where, made_by="ada")
        return
    with pytest.raises(refusal):
        place.house.tokens.create("t", role=role, place=where, made_by="ada")


def test_an_unknown_one_cannot_be_ended(place: Place) -> None:
    with pytest.raises(UnknownToken):
        place.house.tokens.end("nobody")
