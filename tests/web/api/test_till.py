"""What the till asks beside redeeming: a card, its shop, its day."""

from __future__ import annotations

import pytest

from tests.support.house import NEXT_VILLAGE, PIN, QIAN, SHOP, VILLAGE, ZHAO, Place, Program


@pytest.fixture
def till(place: Place) -> Program:
    place.earn(ZHAO, 100)
    return place.program("keeper", VILLAGE, SHOP)


def test_a_card_shows_a_masked_name_and_what_it_may(place: Place, till: Program) -> None:
    card = place.card(ZHAO)
    till.redeem(card.token, ("G02", 4), key="k1")

    answer = till.post("/api/v1/cards/lookup", {"card": card.token})

    assert answer.json == {
        "household": ZHAO,
        "masked_name": "赵*英",
        "balance": 88,
        "pin_set": False,
        "pin_above": 30,
        "no_pin_left": 18,
        "as_of": "2026-11-24T01:00:00.000000Z",
    }


def test_a_typed_number_needs_the_pin_for_everything(place: Place, till: Program) -> None:
    place.house.pins.set(ZHAO, PIN)

    answer = till.post("/api/v1/cards/lookup", {"card": place.card(ZHAO).shown_number}).json

    assert (answer["pin_above"], answer["no_pin_left"], answer["pin_set"]) == (0, 0, True)


def test_of_a_name_of_two_only_the_first_is_shown(place: Place, till: Program) -> None:
    answer = till.post("/api/v1/cards/lookup", {"card": place.card(QIAN).token})

    assert answer.json["masked_name"] == "钱*"


def test_a_lost_card_says_so(place: Place, till: Program) -> None:
    card = place.card(ZHAO)
    with place.by():
        place.house.cards.block(ZHAO)

    answer = till.post("/api/v1/cards/lookup", {"card": card.token})

    assert (answer.status_code, answer.json["code"]) == (409, "card-blocked")


def test_a_reissued_card_works_and_the_old_one_does_not(place: Place, till: Program) -> None:
    old = place.card(ZHAO)
    with place.by():
        new = place.house.cards.reissue(ZHAO)

    assert till.post("/api/v1/cards/lookup", {"card": old.token}).json["code"] == "card-blocked"
    assert till.post("/api/v1/cards/lookup", {"card": new.token}).status_code == 200


def test_the_shop_shows_its_goods(till: Program) -> None:
    answer = till.get("/api/v1/shops/mine").json

    assert (answer["code"], answer["name"]) == (SHOP, "示例店")
    assert answer["goods"][0] == {
        "sku": "G01",
        "name": "牙刷",
        "unit": "支",
        "points": 2,
        "on_hand": 50,
        "barcode": "2000000000015",
    }


def test_the_day_adds_up_without_what_was_taken_back(place: Place, till: Program) -> None:
    card = place.card(ZHAO).token
    till.redeem(card, ("G01", 2), ("G02", 1), key="k1")
    gone = till.redeem(card, ("G02", 2), key="k2").json["receipt_no"]
    till.post(f"/api/v1/redemptions/{gone}/void")

    answer = till.get("/api/v1/shops/mine/today").json

    assert answer["day"] == "2026-11-24"
    assert {one["status"] for one in answer["redemptions"]} == {"voided", "completed"}
    assert answer["redemptions"][0]["masked_name"] == "赵*英"
    assert answer["totals"] == {
        "points": 7,
        "count": 1,
        "goods": [
            {"sku": "G01", "name": "牙刷", "quantity": 2, "points": 4},
            {"sku": "G02", "name": "肥皂", "quantity": 1, "points": 3},
        ],
    }


def test_a_keeper_in_person_serves_in_her_shop(place: Place) -> None:
    place.earn(ZHAO, 100)
    keeper = place.staff("keeper", VILLAGE)
    with place.by() as ledger:
        ledger.assign_keeper(SHOP, keeper=keeper.id)
    browser = place.opened_by(keeper)
    token = browser.form_token("/own")
    card = place.card(ZHAO).token
    body = {"card": card, "lines": [{"sku": "G01", "quantity": 1}]}
    headers = {"Idempotency-Key": "k1", "X-CSRFToken": token}

    answer = browser.client.post("/api/v1/redemptions", json=body, headers=headers)

    assert answer.status_code == 201
    assert browser.get("/api/v1/shops/mine").json["code"] == SHOP
    place.house.sessions.end_all("user", keeper.id)
    later = place.opened_by(keeper)
    headers["X-CSRFToken"] = later.form_token("/own")
    again = later.client.post("/api/v1/redemptions", json=body, headers=headers)
    assert again.headers["Idempotency-Replayed"] == "true", "signed in anew, she asks the same"


def test_staff_look_up_cards_of_their_own_place_only(place: Place) -> None:
    card = {"card": place.card(ZHAO).token}

    assert place.program("village", VILLAGE).post("/api/v1/cards/lookup", card).status_code == 200
    answer = place.program("village", NEXT_VILLAGE).post("/api/v1/cards/lookup", card)

    assert (answer.status_code, answer.json["code"]) == (403, "not-allowed")
