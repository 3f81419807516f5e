"""P2: whoever holds a slip learns from the public page whether the log has it."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from points.audit.policy import Policy
from points.audit.proof import Proof
from points.audit.receipts import Code, believed, digest_of
from points.audit.strict import encoded
from points.audit.tree import leaf_hash
from points.store.records import leaf, line
from tests.support.house import SHOP, VILLAGE, ZHAO, Place, settings_for
from tests.support.publishing import publish, trust, witness_file
from tests.support.queries import statements

BUDGET = 6  # statements of one answer


@pytest.fixture
def slip(place: Place) -> dict[str, object]:
    """What the till got for two soaps."""
    place.earn(ZHAO, 100)
    till = place.program("keeper", VILLAGE, SHOP)
    return till.redeem(place.card(ZHAO).token, ("G02", 2), key="one").json


def shown(place: Place, typed: str) -> TestResponse:
    return place.browser().client.get("/audit/receipt", query_string={"code": typed}, **follow)


follow = {"follow_redirects": True, "headers": {"Accept": "text/html"}}


def word(page: TestResponse) -> str:
    found = re.search(r'class="huge">([^<]+)<', page.text)
    assert found, page.text
    return found[1]


def sign(place: Place) -> None:
    publish(place.house.settings, int(place.watch().timestamp()))


def test_the_answer_of_the_till_is_a_promise(place: Place, slip: dict) -> None:
    """P2"""
    signer = place.house.ledger.signer
    promise = believed(slip["proof"]["promise"], {signer.id: signer.public})

    assert str(promise.code) == slip["proof"]["code"]
    assert (promise.points, promise.receipt_no) == (slip["points"], slip["receipt_no"])
    assert promise.event_id == slip["proof"]["event"]
    (event,) = place.house.ledger.recorder.select_notifications(
        promise.event_id, 1, stop=promise.event_id
    )
    assert promise.code.is_of(event)


def test_the_same_promise_on_every_retry_and_after_a_void(place: Place, slip: dict) -> None:
    till = place.program("keeper", VILLAGE, SHOP)
    card = place.house.cards.of(ZHAO)
    first = till.redeem(card.token, ("G02", 1), key="two").json["proof"]
    again = till.redeem(card.token, ("G02", 1), key="two")
    voided = till.post(f"/api/v1/redemptions/{again.json['receipt_no']}/void")

    assert again.headers["Idempotency-Replayed"] == "true"
    assert first == again.json["proof"] == voided.json["proof"]


def test_the_day_tells_the_codes_for_slips_printed_again(place: Place, slip: dict) -> None:
    till = place.program("keeper", VILLAGE, SHOP)

    (one,) = till.get("/api/v1/shops/mine/today").json["redemptions"]

    assert one["code"] == slip["proof"]["code"]


def test_not_yet_then_yes(place: Place, slip: dict) -> None:
    """P2"""
    code = slip["proof"]["code"]
    early = shown(place, code)
    sign(place)
    late = shown(place, code)

    assert (word(early), word(late)) == ("等一等", "是")
    assert "60 秒" in early.text
    assert "/audit/verify.html" in late.text
    for told in ("6", "示例店", slip["receipt_no"], "2026年11月24日 09:00"):
        assert told in late.text
    for secret in (ZHAO, "A001", "赵"):
        assert secret not in late.text


def test_after_sixty_seconds_without_the_log_it_says_that_something_is_wrong(
    place: Place, slip: dict
) -> None:
    place.watch.later(seconds=60)
    on_time = shown(place, slip["proof"]["code"])
    place.watch.later(seconds=1)
    overdue = shown(place, slip["proof"]["code"])

    assert (word(on_time), word(overdue)) == ("等一等", "否")
    assert "这不正常" in overdue.text
    assert "监督委员会" in overdue.text


def test_forgiving_of_blanks_dashes_and_letters_that_look_like_digits(
    place: Place, slip: dict
) -> None:
    sign(place)
    code = slip["proof"]["code"]
    typed = f" {code.replace('-', ' ').replace('0', 'o').replace('1', 'l').lower()}　"

    assert typed.strip() != code
    assert word(shown(place, typed)) == "是"
    assert word(place.browser().get(f"/R/{Code.read(code).plain}")) == "是"


@pytest.mark.parametrize("at", range(16))
def test_an_altered_code_is_no(place: Place, slip: dict, at: int) -> None:
    sign(place)
    plain = Code.read(slip["proof"]["code"]).plain
    other = plain[:at] + ("5" if plain[at] != "5" else "6") + plain[at + 1 :]

    page = shown(place, other)

    assert word(page) == "否"
    assert slip["receipt_no"] not in page.text
    assert "现在怎么办" in page.text


def test_the_code_of_another_event_is_no(place: Place, slip: dict) -> None:
    """Only redemptions have receipts: a code does not open the rest of the history."""
    for event in place.house.ledger.recorder.select_notifications(1, 50):
        code = Code.of(event.id, digest_of(event))
        is_it = str(code) == slip["proof"]["code"]
        assert (word(shown(place, code.plain)) == "否") is not is_it


def test_what_is_no_code_is_asked_again(place: Place) -> None:
    for typed in ("123", "x" * 500, "<b>", "汉字汉字汉字汉字汉字汉字汉字汉字"):
        page = shown(place, typed)
        assert page.status_code == 400
        assert "再看一看" in page.text
        assert "<b>" not in page.text


LESS = """replace(state, '"points":6', '"points":1')"""


@pytest.mark.parametrize("state", [f"CAST({LESS} AS BLOB)", LESS])
def test_a_record_changed_in_the_database_is_no(
    place: Place, slip: dict, tmp_path: Path, state: str
) -> None:
    """P2: six points made into one, by somebody who owns the file."""
    sign(place)
    with sqlite3.connect(tmp_path / "jiamei.db") as sql:
        for (name,) in sql.execute(
            "SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name='events'"
        ).fetchall():
            sql.execute(f"DROP TRIGGER {name}")
        changed = sql.execute(
            f"UPDATE events SET state = {state} WHERE id = ?", (slip["proof"]["event"],)
        )
        assert changed.rowcount == 1
        (now,) = sql.execute(
            "SELECT state FROM events WHERE id = ?", (slip["proof"]["event"],)
        ).fetchone()
        assert 'points":1' in (now if isinstance(now, str) else now.decode())
    sql.close()

    assert word(shown(place, slip["proof"]["code"])) == "否"


def test_a_log_with_another_leaf_is_no(place: Place, slip: dict) -> None:
    sign(place)
    tile = next((place.house.log.directory / "tile/0").rglob("*.p/*"))
    raw = bytearray(tile.read_bytes())
    raw[(slip["proof"]["event"] - 1) * 32] ^= 1
    tile.chmod(0o644)
    tile.write_bytes(raw)

    page = shown(place, slip["proof"]["code"])

    assert word(page) == "否"
    assert "有人改过" in page.text


def test_the_files_prove_it_without_us(place: Place, slip: dict, tmp_path: Path) -> None:
    """P2: the proof holds against policy and witnesses; the note against the process key."""
    settings = settings_for(
        str(place.house.settings.database_url), witnesses=str(witness_file(tmp_path))
    )
    signer = place.house.ledger.signer
    trust(settings, signer)
    code = Code.read(slip["proof"]["code"])
    client = place.browser().client
    before = client.get(f"/audit/receipt/{code.plain}.tlog-proof")
    sign(place)

    answer = client.get(f"/audit/receipt/{code.plain}.tlog-proof")
    note = client.get(f"/audit/receipt/{code.plain}.note")

    assert before.status_code == 404
    assert code.plain in answer.headers["Content-Disposition"]
    (event,) = place.house.ledger.recorder.select_notifications(
        code.event_id, 1, stop=code.event_id
    )
    policy = Policy.parse(place.house.log.policy())
    proven = Proof.parse(answer.text).check(leaf_hash(leaf(line(event))), policy)
    assert len(proven.cosigned) == 3
    promise = believed(note.text, policy.processes)
    assert Proof.parse(answer.text).extra == promise.digest
    assert encoded(promise.digest).encode() in leaf(line(event))
    for wrong in ("0" * 16, "nonsense"):
        for kind in ("tlog-proof", "note"):
            assert client.get(f"/audit/receipt/{wrong}.{kind}").status_code == 404


def test_the_picture_on_the_slip_holds_the_short_address(place: Place, slip: dict) -> None:
    answer = place.browser().client.get(f"/audit/receipt/{slip['proof']['code']}.svg")

    assert answer.content_type == "image/svg+xml"
    assert "<script" not in answer.text
    assert slip["proof"]["url"].endswith("/R/" + Code.read(slip["proof"]["code"]).plain)


def test_an_answer_asks_little(place: Place, slip: dict) -> None:
    sign(place)
    with statements(place.house) as heard:
        assert word(shown(place, slip["proof"]["code"])) == "是"

    assert len(heard) <= BUDGET, heard
