"""Redeeming over HTTP: asked once, done once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.house import PIN, QIAN, SHOP, VILLAGE, ZHAO, Place, Program

LINES = (("G01", 2), ("G02", 1))


@pytest.fixture
def till(place: Place) -> Program:
    return place.program("keeper", VILLAGE, SHOP)


@pytest.fixture
def card(place: Place) -> str:
    place.earn(ZHAO, 100)
    return place.card(ZHAO).token


def test_a_card_buys_goods(place: Place, till: Program, card: str) -> None:
    answer = till.redeem(card, *LINES, key="k1")

    assert answer.status_code == 201
    assert answer.json == {
        "redemption": answer.json["redemption"],
        "receipt_no": "S01-20261124-0001",
        "points": 7,
        "balance": 93,
        "version": answer.json["version"],
        "lines": [
            {"sku": "G01", "name": "牙刷", "unit": "支", "quantity": 2, "price": 2, "points": 4},
            {"sku": "G02", "name": "肥皂", "unit": "块", "quantity": 1, "price": 3, "points": 3},
        ],
        "proof": answer.json["proof"],  # see tests/web/pages/test_receipts.py
    }
    assert "Idempotency-Replayed" not in answer.headers
    assert place.balance(ZHAO) == 93


def test_the_scanned_address_is_the_card(place: Place, till: Program) -> None:
    place.earn(ZHAO, 20)
    link = place.card(ZHAO).link("https://jf.example.cn")

    assert link.startswith("HTTPS://JF.EXAMPLE.CN/C/")
    assert till.redeem(link, *LINES, key="k1").status_code == 201


def test_the_same_key_and_body_give_the_first_answer_again(
    place: Place, till: Program, card: str
) -> None:
    first = till.redeem(card, *LINES, key="k1")
    till.redeem(card, ("G01", 1), key="k2")
    place.watch.later(minutes=10)

    again = till.redeem(card, *LINES, key="k1")

    assert again.status_code == 201
    assert again.json == first.json
    assert again.headers["Idempotency-Replayed"] == "true"
    assert place.balance(ZHAO) == 91


def test_the_first_answer_stands_after_the_card_is_lost_and_the_pin_locked(
    place: Place, till: Program, card: str
) -> None:
    place.house.pins.set(ZHAO, PIN)
    first = till.redeem(card, *LINES, key="k1", pin=PIN)
    for _ in range(5):
        till.redeem(card, *LINES, key="other", pin="0000")
    with place.by() as ledger:
        ledger.report_card_lost(ZHAO)

    again = till.redeem(card, *LINES, key="k1", pin=PIN)

    assert again.json == first.json
    assert again.headers["Idempotency-Replayed"] == "true"


def test_an_unsaid_default_is_the_same_body(till: Program, card: str) -> None:
    first = till.redeem(card, *LINES, key="k1")
    lines = [{"quantity": 2, "sku": "G01"}, {"quantity": 1, "sku": "G02"}]

    again = till.post("/api/v1/redemptions", {"lines": lines, "card": card}, Idempotency_Key="k1")

    assert again.json == first.json


def test_the_same_key_for_another_body_is_refused(place: Place, till: Program, card: str) -> None:
    till.redeem(card, *LINES, key="k1")

    answer = till.redeem(card, ("G01", 1), key="k1")

    assert (answer.status_code, answer.json["code"]) == (422, "key-reused")
    assert place.balance(ZHAO) == 93


def test_a_key_belongs_to_its_token(place: Place, till: Program, card: str) -> None:
    other = place.program("keeper", VILLAGE, SHOP)

    till.redeem(card, *LINES, key="k1")
    answer = other.redeem(card, *LINES, key="k1")

    assert answer.status_code == 201
    assert "Idempotency-Replayed" not in answer.headers
    assert place.balance(ZHAO) == 86


def test_a_refused_key_may_be_used_again(place: Place, till: Program) -> None:
    token = place.card(ZHAO).token
    assert till.redeem(token, *LINES, key="k1").json["code"] == "not-enough-points"
    place.earn(ZHAO, 20)

    assert till.redeem(token, *LINES, key="k1").status_code == 201


def test_fifty_at_once_are_one_debit(place: Place, till: Program, card: str) -> None:
    def redeem(_: int) -> tuple[int, object, bool]:
        mine = Program(place.app.test_client(), till.token)
        answer = mine.redeem(card, *LINES, key="once")
        return answer.status_code, answer.json, "Idempotency-Replayed" in answer.headers

    with ThreadPoolExecutor(16) as many:
        answers = list(many.map(redeem, range(50)))

    assert {status for status, _, _ in answers} == {201}
    assert all(body == answers[0][1] for _, body, _ in answers)
    assert sum(not again for _, _, again in answers) == 1
    assert place.balance(ZHAO) == 93


def test_the_same_good_twice_is_added_up(till: Program, card: str) -> None:
    answer = till.redeem(card, ("G01", 1), ("G01", 2), key="k1")

    assert [(line["sku"], line["quantity"]) for line in answer.json["lines"]] == [("G01", 3)]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"card": ""}, "card"),
        ({"card": None}, "card"),
        ({"lines": []}, "lines"),
        ({"lines": [{"sku": "G01", "quantity": 0}]}, "lines"),
        ({"lines": [{"sku": "G01", "quantity": 100}]}, "lines"),
        ({"lines": [{"sku": "G01", "quantity": "2"}]}, "lines"),
        ({"lines": [{"sku": "G01", "quantity": 1.5}]}, "lines"),
        ({"lines": [{"sku": "G01"}]}, "lines"),
        ({"pin": "12"}, "pin"),
        ({"collected_by": "somebody"}, "collected_by"),
        ({"extra": 1}, "extra"),
    ],
)
def test_a_malformed_body_names_its_fields(
    till: Program, card: str, change: dict[str, object], field: str
) -> None:
    body = {"card": card, "lines": [{"sku": "G01", "quantity": 1}], "collected_by": None}

    answer = till.post("/api/v1/redemptions", body | change, Idempotency_Key="k1")

    assert answer.status_code == 400
    assert set(answer.json) == {"code", "message", "facts"}
    assert answer.json["code"] == "invalid"
    assert field in answer.json["facts"]


def test_without_a_key_nothing_is_done(place: Place, till: Program, card: str) -> None:
    body = {"card": card, "lines": [{"sku": "G01", "quantity": 1}]}

    answer = till.post("/api/v1/redemptions", body)

    assert (answer.status_code, answer.json["code"]) == (400, "idempotency-key-missing")
    assert place.balance(ZHAO) == 100


@pytest.mark.parametrize(
    ("card_text", "status", "code"),
    [
        ("A" * 26, 404, "card-unknown"),
        ("HTTPS://X.CN/C/" + "A" * 26, 404, "card-unknown"),
        ("hello", 404, "card-unknown"),
        ("2345678923", 409, "card-number-typed"),
    ],
)
def test_a_card_that_is_none(till: Program, card_text: str, status: int, code: str) -> None:
    answer = till.redeem(card_text, ("G01", 1), key="k1")

    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_a_refusal_says_what_is_missing(place: Place, till: Program) -> None:
    place.earn(QIAN, 20)
    place.house.pins.set(QIAN, PIN)

    answer = till.redeem(place.card(QIAN).token, ("G30", 1), key="k1", pin=PIN)

    assert answer.status_code == 409
    assert answer.json == {
        "code": "not-enough-points",
        "message": "积分不够：这次要 120 分，现在能用 20 分。",
        "facts": {"needed": 120, "balance": 20},
    }


def test_a_typed_number_needs_the_pin(place: Place, till: Program) -> None:
    place.earn(ZHAO, 20)
    number = place.card(ZHAO).shown_number
    place.house.pins.set(ZHAO, PIN)

    assert till.redeem(number, ("G01", 1), key="k1").json["code"] == "pin-required"
    assert till.redeem(number, ("G01", 1), key="k1", pin=PIN).status_code == 201


def test_a_wrong_pin_counts_though_the_redemption_is_refused(
    place: Place, till: Program, card: str
) -> None:
    place.house.pins.set(ZHAO, PIN)
    tried = [till.redeem(card, ("G01", 1), key=f"k{n}", pin="1379").json for n in range(5)]

    locked = till.redeem(card, ("G01", 1), key="k9", pin=PIN)

    assert [one["facts"]["tries_left"] for one in tried] == [4, 3, 2, 1, 0]
    assert (locked.status_code, locked.json["code"]) == (409, "pin-locked")
    place.watch.later(minutes=31)
    assert till.redeem(card, ("G01", 1), key="k9", pin=PIN).status_code == 201


def test_a_lost_card_tries_no_pins(place: Place, till: Program, card: str) -> None:
    place.house.pins.set(ZHAO, PIN)
    with place.by() as ledger:
        ledger.report_card_lost(ZHAO)

    codes = {till.redeem(card, ("G01", 1), key="k", pin="1379").json["code"] for _ in range(6)}

    assert codes == {"card-blocked"}
    place.house.pins.check(ZHAO, PIN)


def test_thirty_points_a_day_go_without_pin(till: Program, card: str) -> None:
    assert till.redeem(card, ("G02", 8), key="k1").status_code == 201

    answer = till.redeem(card, ("G02", 3), key="k2")

    assert answer.json["code"] == "pin-required"
    assert answer.json["facts"]["left"] == 6


def test_nobody_collects_without_an_authorisation(till: Program, card: str) -> None:
    someone = "0f8fad5b-d9cb-469f-a165-70867728950e"

    answer = till.redeem(card, ("G01", 1), key="k1", collected_by=someone)

    assert answer.json["code"] == "authorisation-unknown"


def test_the_till_takes_back_within_a_minute(place: Place, till: Program, card: str) -> None:
    receipt = till.redeem(card, *LINES, key="k1").json["receipt_no"]

    answer = till.post(f"/api/v1/redemptions/{receipt}/void", Idempotency_Key="v1")
    again = till.post(f"/api/v1/redemptions/{receipt}/void", Idempotency_Key="v1")

    assert (answer.status_code, answer.json["balance"]) == (200, 100)
    assert again.json == answer.json
    assert again.headers["Idempotency-Replayed"] == "true"
    assert till.post(f"/api/v1/redemptions/{receipt}/void").json["code"] == "already-undone"


def test_later_than_a_minute_is_too_late(place: Place, till: Program, card: str) -> None:
    receipt = till.redeem(card, *LINES, key="k1").json["receipt_no"]
    place.watch.later(seconds=61)

    answer = till.post(f"/api/v1/redemptions/{receipt}/void")

    assert (answer.status_code, answer.json["code"]) == (409, "void-too-late")


def test_an_unknown_receipt_is_404(till: Program) -> None:
    answer = till.post("/api/v1/redemptions/S01-20261124-0099/void")

    assert (answer.status_code, answer.json["code"]) == (404, "receipt-unknown")


def test_a_device_serves_no_keeper_s_own_household(place: Place, till: Program, card: str) -> None:
    """Of a device nobody knows who serves at it: her colleague signs in herself (rulings 13)."""
    keeper = place.staff("keeper", VILLAGE, login="cleo", shop=SHOP, household=ZHAO)
    colleague = place.staff("keeper", VILLAGE, login="zack", shop=SHOP, household=QIAN)
    assert till.redeem(card, ("G01", 1), key="k1").status_code == 201

    for one in (keeper, colleague):
        with place.by() as ledger:
            ledger.assign_keeper(SHOP, keeper=one.id)
    answer = till.redeem(card, ("G01", 1), key="k2")

    assert (answer.status_code, answer.json["code"]) == (409, "own-household")
    assert till.redeem(card, ("G01", 1), key="k1").headers["Idempotency-Replayed"] == "true"
    browser = place.opened_by(colleague)
    body = {"card": card, "lines": [{"sku": "G01", "quantity": 1}]}
    sent = {"Idempotency_Key": "k3", "X_CSRFToken": browser.form_token()}
    assert (
        Program(browser.client, None).post("/api/v1/redemptions", body, **sent).status_code == 201
    )


def test_a_replay_says_so_even_under_the_first_s_request_id(till: Program, card: str) -> None:
    till.redeem(card, *LINES, key="k1")
    body = {"card": card, "lines": [{"sku": "G01", "quantity": 1}]}
    sent = {"Idempotency_Key": "k2", "X_Request_ID": "from-the-till"}

    first = till.post("/api/v1/redemptions", body, **sent)
    again = till.post("/api/v1/redemptions", body, **sent)

    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(
    "body",
    ['{"card": "\\ud800", "lines": [{"sku": "G01", "quantity": 1}]}',
     '{"card": "x", "lines": [{"sku": "\\udfff", "quantity": 1}]}',
     '{"card": "x", "lines": [{"sku": "G01", "quantity": %s}]}' % ("9" * 5000),
     '{"card": "x", "lines": [{"sku": "G01", "quantity": NaN}]}', "[" * 100_000],
)  # fmt: skip
def test_what_cannot_be_written_down_is_refused(till: Program, body: str) -> None:
    sent = {"Authorization": f"Bearer {till.token}", "Idempotency-Key": "k"}

    answer = till.client.post(
        "/api/v1/redemptions", data=body, content_type="application/json", headers=sent
    )

    assert (answer.status_code, answer.json["code"]) == (400, "invalid")
