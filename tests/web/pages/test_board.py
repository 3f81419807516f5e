"""P1: the day's checkpoint for the village board, in words, figures and a picture."""

from __future__ import annotations

import os
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from points.audit.checkpoint import Signed
from points.audit.signed_note import COSIGNATURE, Key
from points.audit.standalone import PAGE
from points.audit.strict import encoded
from tests.points.audit.cast import WITNESSES
from tests.support.house import SHOP, VILLAGE, ZHAO, Place, settings_for
from tests.support.publishing import publish, trust, witness_file
from tests.support.queries import statements
from web import create_app
from web.board import BYTES_MAX, VERSION_MAX, board_of, fitting

BUDGET = 4


@pytest.fixture
def watched(place: Place, tmp_path: Path) -> Place:
    """Goods were taken, three witnesses signed, and the policy is published."""
    place.earn(ZHAO, 100)
    till = place.program("keeper", VILLAGE, SHOP)
    till.redeem(place.card(ZHAO).token, ("G02", 2), key="one")
    settings = settings_for(
        place.house.settings.database_url, witnesses=str(witness_file(tmp_path))
    )
    assert place.house.ledger.signer
    trust(settings, place.house.ledger.signer)
    sign(place)
    return place


def sign(place: Place, names: tuple[str, ...] = tuple(WITNESSES)) -> None:
    publish(place.house.settings, int(place.watch().timestamp()), names)


def page(place: Place) -> str:
    return place.browser().get("/audit/board").text


def test_before_the_first_checkpoint_it_says_so(place: Place) -> None:
    answer = place.browser().get("/audit/board")

    assert answer.status_code == 404
    assert "还没有开始" in answer.text


def test_the_sheet_says_what_the_checkpoint_covers(watched: Place) -> None:
    """P1"""
    found = board_of(watched.house)

    assert found.size == watched.house.position()
    assert found.ever == found.today == watched.house.read.journal.identity()
    assert (found.ever["issued"], found.ever["redeemed"]) == (100, 6)
    assert found.adds_up
    assert found.enough
    assert not found.stale
    assert [name for name, _ in found.witnesses] == list(WITNESSES)
    told = page(watched)
    for words in ("2026年11月24日", "committee", "发出 100 = 换了 6", f"{found.size} 条记录"):
        assert words in told
    assert found.root in told
    for secret in (ZHAO, "A001", "赵"):
        assert secret not in told


def test_figures_are_those_of_the_checkpoint_not_of_later(watched: Place) -> None:
    before = board_of(watched.house)
    watched.earn(ZHAO, 50)

    assert board_of(watched.house).ever == before.ever
    sign(watched)
    assert board_of(watched.house).ever["issued"] == 150


def test_yesterdays_points_are_not_todays(watched: Place) -> None:
    watched.watch.later(days=1)
    watched.earn(ZHAO, 50)
    sign(watched)
    found = board_of(watched.house)

    assert (found.ever["issued"], found.today["issued"], found.today["redeemed"]) == (150, 50, 0)
    assert found.today["outstanding"] == 50


def test_a_sheet_of_more_than_twenty_six_hours_warns(watched: Place) -> None:
    """P1"""
    watched.watch.later(hours=26)
    on_time = page(watched)
    watched.watch.later(seconds=1)
    late = page(watched)

    assert "已经过期" not in on_time
    assert "已经过期" in late
    sign(watched)
    assert "已经过期" not in page(watched)


def test_without_witnesses_the_publishing_is_what_ages(place: Place) -> None:
    sign(place, ())
    file = place.house.log.directory / "checkpoint"
    old = (place.watch() - timedelta(hours=26, seconds=1)).timestamp()
    for at, stale in ((place.watch().timestamp(), False), (old, True)):
        os.utime(file, (at, at))
        assert board_of(place.house).stale is stale
    assert "见证人：没有" in page(place)


def test_too_few_witnesses_are_told(watched: Place) -> None:
    watched.earn(ZHAO, 50)
    sign(watched, ("committee",))

    assert not board_of(watched.house).enough
    assert "见证人签字不够" in page(watched)


def test_a_figure_that_does_not_add_up_is_told(watched: Place) -> None:
    with watched.house.county.write() as sql:
        sql.exec_driver_sql("DELETE FROM postings WHERE ledger_account LIKE 'household:%'")
    watched.watch.later(days=1)
    sign(watched)  # another day: added up anew

    assert not board_of(watched.house).adds_up
    assert "总数对不上" in page(watched)


def test_what_does_not_fit_into_the_picture_is_left_out_from_the_end(watched: Place) -> None:
    """Twenty witnesses sign; the picture keeps the log's own line and as many as fit."""
    text = watched.house.log.checkpoint() or ""
    point = text.partition("\n\n")[0] + "\n"
    more = [Key.of(f"w{at}.example/w", COSIGNATURE, bytes([at]) * 32) for at in range(40, 57)]
    full = text + "".join(key.line(point, 1) for key in more)

    kept = fitting(full)

    assert full.startswith(kept)
    assert len(kept.encode()) <= BYTES_MAX
    assert len(Signed.parse(kept).note.signatures) >= 4
    assert fitting(text) == text
    assert VERSION_MAX == 17


def test_the_page_asks_little_however_often_it_is_opened(watched: Place) -> None:
    page(watched)
    with statements(watched.house) as heard:
        page(watched)

    assert len(heard) <= BUDGET, heard


def test_the_first_page_links_to_everything_and_every_link_opens(watched: Place) -> None:
    browser = watched.browser()
    told = browser.get("/audit").text

    links = {part.split('"')[0] for part in told.split('href="')[1:]}
    ours = {link for link in links if link.startswith("/audit")}
    assert {"/audit/receipt", "/audit/board", "/audit/checkpoint", "/audit/policy"} <= ours
    assert {"/audit/verify.py", "/audit/verify.html"} <= ours
    assert [link for link in ours if link.startswith("/audit/tile/0/000")]
    for link in ours:
        assert browser.get(link).status_code == 200, link


def test_the_checking_page_runs_its_own_script_and_no_other(place: Place) -> None:
    """P2: the policy names the very script and styles of the file, and no address at all."""
    answer = place.browser().client.get("/audit/verify.html")
    told = dict(
        part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; ")
    )

    assert answer.data == PAGE.read_bytes()
    for kind in ("script", "style"):
        inside = answer.text.partition(f"<{kind}>")[2].partition(f"</{kind}>")[0]
        digest = encoded(sha256(inside.encode()).digest())
        assert told[f"{kind}-src"] == f"'sha256-{digest}'"
    assert told["connect-src"] == told["form-action"] == told["default-src"] == "'none'"
    other = place.browser().client.get("/audit").headers["Content-Security-Policy"]
    assert "sha256" not in other


def test_the_first_page_opens_before_anything_was_published(place: Place) -> None:
    answer = place.browser().get("/audit")

    assert answer.status_code == 200
    assert "/audit/tile" not in answer.text


def test_the_command_writes_the_same_sheet_as_a_file(watched: Place, tmp_path: Path) -> None:
    with create_app(watched.house).test_request_context("/audit/board"):
        from web.pages.board import sheet

        written = sheet(standing_alone=True)

    assert "href=" not in written
    assert "src=" not in written
    assert "@page" in written
    assert board_of(watched.house).root in written
    assert written.count("<svg") == page(watched).count("<svg") == 1


@pytest.mark.row("J5")
def test_the_sheet_leads_to_the_notices(watched: Place) -> None:
    """J5: to all villages, and with a code of its own to the one on whose board it hangs."""
    assert f"{watched.house.settings.base_url}/village<" in page(watched)
    browser = watched.browser()
    mine = browser.get(f"/audit/board?village={VILLAGE}").text
    assert f"{watched.house.settings.base_url}/village/{VILLAGE}<" in mine
    assert mine.count("<svg") == page(watched).count("<svg") + 1
    assert browser.get("/audit/board?village=999901100299").status_code == 404
