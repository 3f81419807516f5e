"""J7: the supervisor and the auditor at their desks: they read everything and change nothing."""

from __future__ import annotations

import base64
import csv
import io
import re
from datetime import date
from hashlib import sha256
from zipfile import ZipFile

import pytest

from points.audit.sample import drawn, seed_text
from points.checks import gaps
from points.store import records
from points.views.accounts import accounts
from tests.support.house import COUNTY, NEXT_VILLAGE, VILLAGE
from tests.support.office import Office
from tests.support.queries import statements
from tests.web.pages.desk import Desk, words

MONTH = "2026-11"


@pytest.fixture
def december(office: Office) -> Office:
    """The month of the office is over."""
    office.later(days=20)
    return office


@pytest.fixture
def ji(december: Office) -> Desk:
    """The auditor of the county."""
    december.person("ji", "纪审计", "auditor", COUNTY)
    return Desk(december, "ji")


@pytest.fixture
def sun(december: Office) -> Desk:
    """The supervisor of the village, when the month is over."""
    return Desk(december, "jian")


def test_the_overview_names_totals_what_waits_and_the_way_on(jian: Desk) -> None:
    """J7."""
    told = jian.read("/staff/watch")
    assert "等签字 21 件" in jian.page("/staff/watch").text
    for word in ("本月各村", "值得看一看的", "抽查表", "移交材料", "查某户某天的余额"):
        assert word in told


def test_what_stands_out_says_why_and_leads_to_its_entries(jian: Desk) -> None:
    """Wang proposed and Li signed thirty at once: that is looked at."""
    page = jian.page("/staff/watch").text
    assert "三分钟内就签了" in page
    assert "王桂兰、李玉梅" in page
    link = re.search(r'href="(/staff/entries/\d+)"', page)
    assert link
    assert jian.page(link[1]).status_code == 200


@pytest.mark.row("J7")
def test_the_auditor_reads_the_county_and_the_supervisor_her_village(ji: Desk, sun: Desk) -> None:
    """J7."""
    assert "示例01村" in ji.read("/staff/watch")
    assert ji.page(f"/staff/watch?place={NEXT_VILLAGE}").status_code == 200
    assert sun.page(f"/staff/watch?place={NEXT_VILLAGE}").status_code == 403
    assert sun.page("/staff/award").status_code == 403
    assert ji.page("/log").status_code == 200


@pytest.mark.row("J4")
def test_every_entry_says_who_when_and_why(jian: Desk) -> None:
    """J4: the proposer, the signer, the moment, the rule and the evidence, filtered as asked."""
    told = jian.read("/staff/watch/entries?rule=C01&from=2026-11-01&to=2026-11-30")
    for word in ("王桂兰 报", "李玉梅 签", "C01", "11月例会记录"):
        assert word in told
    he = jian.office.user("he").id
    assert "清洁户" in jian.read(f"/staff/watch/entries?actor={he}")
    assert "兑换 ·" not in words(jian.page(f"/staff/watch/entries?actor={he}"))
    lines = jian.office.house.read.entries
    assert "没有这样的记录" in jian.read("/staff/watch/entries?from=2020-01-01&to=2020-01-02")
    assert set(lines.actors(VILLAGE)) >= {he}


@pytest.mark.row("J3")
def test_any_household_on_any_past_day(jian: Desk) -> None:
    """J3: the same number today and later, for a day that has passed."""
    number = jian.office.numbers[1]
    before = jian.office.house.read.balances.of(number, jian.office.today)
    assert before is not None
    at = f"/staff/watch/balance?no=A002&on={jian.office.today}"
    first = jian.follow(jian.page(at))
    jian.office.later(days=40)
    jian.office.credit("C01", [number])
    again = Desk(jian.office, "jian")
    later = again.follow(again.page(at))
    assert f"{before.balance} 分" in first
    assert jian.office.house.read.balances.of(number, _day(before.on)) == before
    assert f"{before.balance} 分" in later
    assert again.page("/staff/watch/balance?no=Z999").status_code == 404


def _day(text: str | None) -> date:
    return date.fromisoformat(text or "")


# The worksheet.


def test_the_sample_is_drawn_by_the_log_and_nobody_else(ji: Desk, sun: Desk) -> None:
    """The seed is recomputed here from the last record of the month alone."""
    house = sun.office.house
    last = house.position()
    [event] = house.ledger.recorder.select_notifications(last, 1, stop=last)
    digest = base64.b64encode(sha256(records.line(event)).digest()).decode()
    page = sun.page(f"/staff/watch/sheet?month={MONTH}&n=7")
    assert seed_text(digest, VILLAGE, MONTH) in page.text
    assert f"第 {last} 号记录" in words(page)

    numbers = re.findall(r'name="finding-(\d+)"', page.text)
    assert len(numbers) == 7
    other = ji.page(f"/staff/watch/sheet?place={VILLAGE}&month={MONTH}&n=7")
    assert re.findall(r'name="finding-(\d+)"', other.text) == numbers
    more = sun.page(f"/staff/watch/sheet?month={MONTH}&n=12")
    assert re.findall(r'name="finding-(\d+)"', more.text)[:7] == numbers


def test_what_comes_after_the_month_does_not_change_its_sample(sun: Desk) -> None:
    before = re.findall(r'name="finding-(\d+)"', sun.page(f"/staff/watch/sheet?month={MONTH}").text)
    sun.office.later(days=20)
    sun.office.credit("C01", sun.office.numbers[40:45])
    again = Desk(sun.office, "jian").page(f"/staff/watch/sheet?month={MONTH}")
    after = re.findall(r'name="finding-(\d+)"', again.text)
    assert before == after
    assert before


def test_the_sample_is_even(office: Office) -> None:
    """Over many seeds each entry is drawn about as often as any other."""
    ids = list(range(100, 150))
    counts = dict.fromkeys(ids, 0)
    for n in range(2000):
        for each in drawn(seed_text(str(n), VILLAGE, MONTH), ids, 10):
            counts[each] += 1
    assert min(counts.values()) > 300
    assert max(counts.values()) < 500


@pytest.mark.row("J7")
def test_what_was_found_is_signed_and_shown_in_the_village(sun: Desk) -> None:
    """J7: her own sign-off entry; the staff of the village see it on their first page."""
    page = sun.page(f"/staff/watch/sheet?month={MONTH}&n=5")
    first = re.findall(r'name="finding-(\d+)"', page.text)[0]
    fields = {"place": VILLAGE, "month": MONTH, "n": "5", "note": "签到表没有找到"}
    answer = sun.send("/staff/watch/sheet", **fields, **{f"finding-{first}": "no-paper"})
    assert "签认好了" in sun.follow(answer)

    [found] = sun.office.house.read.signoffs.of(VILLAGE)
    assert (found["checked"], found["wrong"], found["signer"]) == (5, 1, sun.user.id)
    told = Desk(sun.office, "wang").read("/staff")
    for word in ("监督签认", "孙监督", "1 笔有问题", "没有凭据", "签到表没有找到"):
        assert word in told


def test_twice_is_refused_and_a_correction_stands_beside_the_first(sun: Desk) -> None:
    fields = {"place": VILLAGE, "month": MONTH, "n": "5"}
    assert sun.send("/staff/watch/sheet", **fields).status_code == 303
    again = sun.send("/staff/watch/sheet", **fields)
    assert again.status_code == 409
    assert "已经签认过" in words(again)

    [first] = sun.office.house.read.signoffs.of(VILLAGE)
    corrects = str(first["signoff_id"])
    empty = sun.send("/staff/watch/sheet", **fields, corrects=corrects)
    assert empty.status_code == 409
    assert "请写明原因" in words(empty)
    done = sun.send("/staff/watch/sheet", **fields, corrects=corrects, note="漏看一笔")
    assert "更正后" in sun.follow(done)
    assert len(sun.office.house.read.signoffs.of(VILLAGE)) == 2


def test_the_running_month_is_not_signed(jian: Desk) -> None:
    answer = jian.send("/staff/watch/sheet", place=VILLAGE, month=MONTH, n="5")
    assert answer.status_code == 409
    assert "还没有过完" in words(answer)
    assert 'name="note"' not in jian.page(f"/staff/watch/sheet?month={MONTH}").text


def test_nobody_else_signs_and_nobody_elsewhere(december: Office, sun: Desk) -> None:
    fields = {"place": VILLAGE, "month": MONTH, "n": "5"}
    assert Desk(december, "wang").send("/staff/watch/sheet", **fields).status_code == 403
    assert sun.send("/staff/watch/sheet", **fields | {"place": NEXT_VILLAGE}).status_code == 403
    assert december.house.read.signoffs.of() == []


def test_her_own_household_is_left_to_somebody_else(december: Office) -> None:
    """Nobody acts for her own household (rulings 13)."""
    house = december.house
    house.users.change(december.user("jian").id, household=december.numbers[1])
    sun = Desk(december, "jian")
    page = sun.page(f"/staff/watch/sheet?month={MONTH}&n=50")
    assert "您自己家的，请别人核" in page.text
    sun.send("/staff/watch/sheet", place=VILLAGE, month=MONTH, n="50")
    [found] = house.read.signoffs.of(VILLAGE)
    assert found["checked"] < 50
    assert found["checked"] == len(re.findall(r'name="finding-(\d+)"', page.text))


# The packet.


def test_the_packet_is_whole_and_its_sums_hold(sun: Desk) -> None:
    sun.send("/staff/watch/sheet", place=VILLAGE, month=MONTH, n="5", note="好")
    answer = sun.page(f"/staff/watch/packet.zip?month={MONTH}")
    assert answer.mimetype == "application/zip"
    with ZipFile(io.BytesIO(answer.data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    sums = dict(line.split("  ")[::-1] for line in files.pop("SHA256SUMS").decode().splitlines())
    assert sums == {name: sha256(what).hexdigest() for name, what in files.items()}

    journal = list(csv.DictReader(io.StringIO(files["journal.csv"].decode("utf-8-sig"))))
    homes = list(csv.DictReader(io.StringIO(files["statements.csv"].decode("utf-8-sig"))))
    assert len(homes) == 300
    change = sum(int(line["spendable"]) for line in journal)
    assert change == sum(int(home["change"]) for home in homes)
    assert sum(int(home["closing"]) for home in homes) == sum(
        int(str(row["balance"])) for row in sun.office.house.read.accounts.all(VILLAGE)
    )
    heads = sun.office.house.registry.vault.get_all(sun.office.numbers[:40], "head").values()
    assert not any(head.encode() in what for head in heads for what in files.values())
    assert "好" in files["signoffs.csv"].decode()
    assert sun.page(f"/staff/watch/packet.zip?month={MONTH}").data == answer.data


@pytest.mark.row("J1")
def test_a_gap_blocks_what_is_handed_over(sun: Desk) -> None:
    """J1: a balance that is not its entries is found, and nothing is published over it."""
    path, house = f"/staff/watch/packet.zip?month={MONTH}", sun.office.house
    assert sun.page(path).status_code == 200
    with house.county.write() as sql:
        wrong = accounts.update().where(accounts.c.household.endswith("A002"))
        sql.execute(wrong.values(balance=accounts.c.balance + 1))
    found = gaps(house.county)
    assert {each.place for each in found} == {f"accounts household={VILLAGE}-A002"}
    answer = sun.page(path)
    assert answer.status_code == 409
    assert f"账对不上（{len(found)} 处）" in answer.text


@pytest.mark.parametrize(
    "path",
    ["/staff/watch?month=13", "/staff/watch/sheet?month=x", "/staff/watch/packet.zip?month=2026"],
)
def test_what_is_no_month_is_said(jian: Desk, path: str) -> None:
    answer = jian.page(path)
    assert answer.status_code == 400
    assert "月份请写成" in answer.text


BUDGETS = {
    "/staff/watch": 27,
    "/staff/watch/entries": 14,
    "/staff/watch/sheet": 16,
    "/staff/watch/packet": 6,
    "/staff/inspectors": 7,
}


@pytest.mark.parametrize("path", BUDGETS)
def test_a_page_asks_no_more_than_its_budget(quiet: Office, path: str) -> None:
    desk = Desk(quiet, "jian")
    with statements(quiet.house) as heard:
        assert desk.page(path).status_code == 200
    assert len(heard) <= BUDGETS[path], "\n".join(heard)


def test_the_overview_of_a_county_asks_no_more_than_that_of_a_village(quiet: Office) -> None:
    quiet.person("shen", "沈审计", "auditor", COUNTY)
    desk = Desk(quiet, "shen")
    with statements(quiet.house) as heard:
        assert desk.page("/staff/watch").status_code == 200
    assert len(heard) <= BUDGETS["/staff/watch"] + 2, "\n".join(heard)
