"""Hanging up, objecting on paper, answering, keeping out: the staff's pages of the public chain."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from points.checks import check
from points.clock import business_day
from points.envelope import Actor
from points.ledger import Proposal
from tests.support.house import MAKER, QIAN, SIGNER, VILLAGE, ZHAO, Browser, Place
from web.access.recognise import of_user

pytestmark = pytest.mark.row("B3", "B5", "Q2")


def reviewed(place: Place, household: str, points: int = 30) -> UUID:
    with place.by(MAKER) as ledger:
        case: UUID = ledger.propose(
            Proposal(household, "E01", business_day(place.watch()), points, evidence="有签到表")
        )
    with place.by(SIGNER) as ledger:
        ledger.sign(case)
    return case


@pytest.fixture
def chair(place: Place) -> Browser:
    return place.signed_in("village", VILLAGE, login="chair")


@pytest.fixture
def other(place: Place) -> Browser:
    return place.signed_in("village", VILLAGE, login="other")


def send(browser: Browser, path: str, page: str, **fields: str) -> str:
    answer = browser.post(path, page=page, key=uuid4().hex, **fields)
    if answer.status_code == 303:
        return browser.get(answer.headers["Location"].partition("#")[0]).text
    return answer.text


def hanging(browser: Browser, case: UUID) -> str:
    wish = {"village": VILLAGE, "month": "2026-11", "case": str(case)}
    return send(browser, "/staff/notices", "/staff/notices", **wish)


def hang_up(place: Place, chair: Browser, case: UUID) -> str:
    page = send(
        chair, "/staff/notices", "/staff/notices", village=VILLAGE, month="2026-11", case=str(case)
    )
    assert "公示好了" in page
    (notice,) = place.house.read.notices.of_place(VILLAGE)[:1]
    return str(notice["notice_id"])


def test_what_was_reviewed_is_hung_up_by_a_third_person(place: Place, chair: Browser) -> None:
    case = reviewed(place, ZHAO)
    assert "复核好的，可以公示" in chair.get("/staff/notices").text
    notice = hang_up(place, chair, case)
    page = chair.get(f"/staff/notices/{notice}").text
    assert "没有异议" in page
    assert "2026年12月1日" in page
    assert place.balance(ZHAO) == 0


def test_who_had_a_hand_in_it_is_told_why_not(place: Place) -> None:
    proposer = place.staff("village", VILLAGE, login="proposer")
    browser = place.opened_by(proposer)
    with place.by(of_user(proposer, place.house)) as ledger:
        case = ledger.propose(Proposal(ZHAO, "E01", business_day(place.watch()), 30))
    with place.by(SIGNER) as ledger:
        ledger.sign(case)
    assert "要第三个人来公示" in browser.get("/staff/notices").text
    page = send(
        browser,
        "/staff/notices",
        "/staff/notices",
        village=VILLAGE,
        month="2026-11",
        case=str(case),
    )
    assert "要换一个人" in page
    assert place.house.read.notices.of_place(VILLAGE) == []


def test_an_objection_on_paper_is_answered_by_somebody_else(
    place: Place, chair: Browser, other: Browser
) -> None:
    notice = hang_up(place, chair, reviewed(place, ZHAO))
    form = f"/staff/notices/{notice}/object"
    page = send(chair, form, form, about="line", line="1", text_="那天她不在村里")
    assert "异议登记好了" in page
    assert "没有留名" in page
    (row,) = place.house.read.objections.waiting(VILLAGE)
    address = f"/staff/objections/{row['objection_id']}"
    assert "您办过这件事" in chair.get(address).text
    assert "那天她不在村里" in other.get("/staff/objections").text

    page = send(other, address, address, outcome="upheld", points="20", answer="应是二十分")
    assert "答复好了" in page
    page = other.get(f"/staff/notices/{notice}").text
    assert "改为 20 分" in page
    assert check(place.house.county) == []


def test_who_granted_base_points_or_brought_the_paper_in_is_told_why_not(
    place: Place, chair: Browser, other: Browser
) -> None:
    grantor, clerk = (place.staff("village", VILLAGE, login=name) for name in ("chair", "clerk"))
    with place.by(of_user(grantor, place.house)) as ledger:
        ledger.grant_base(ZHAO)
    (line,) = place.house.read.entries.latest(ZHAO)
    with place.by(of_user(clerk, place.house)) as ledger:
        objection = ledger.object_to_entry(
            ZHAO, entry=line["ref"], text="少了", way="paper", by=ZHAO
        )
    address = f"/staff/objections/{objection}"
    for browser in (chair, place.opened_by(clerk)):
        assert "您办过这件事" in browser.get(address).text
    assert "您办过这件事" not in other.get(address).text


def test_a_missing_credit_is_answered_by_a_proposal(
    place: Place, chair: Browser, other: Browser
) -> None:
    notice = hang_up(place, chair, reviewed(place, ZHAO))
    form = f"/staff/notices/{notice}/object"
    send(chair, form, form, about="missing", household="A002", text_="少了我家的清洁户")
    (row,) = place.house.read.objections.waiting(VILLAGE)
    assert (row["household"], row["by_whom"]) == (QIAN, QIAN)
    address = f"/staff/objections/{row['objection_id']}"
    send(
        other,
        address,
        address,
        outcome="upheld",
        rule="C01",
        occurred_on="2026-11-20",
        answer="漏了",
    )
    (case,) = place.house.read.cases.of(QIAN)
    assert (case["state"], case["objection"]) == ("proposed", str(row["objection_id"]))


def test_who_is_not_content_is_brought_before_the_township(
    place: Place, chair: Browser, other: Browser
) -> None:
    notice = hang_up(place, chair, reviewed(place, ZHAO))
    form = f"/staff/notices/{notice}/object"
    send(chair, form, form, about="line", line="1", text_="不对")
    (row,) = place.house.read.objections.waiting(VILLAGE)
    address = f"/staff/objections/{row['objection_id']}"
    send(other, address, address, outcome="dismissed", answer="查过，没有错")
    page = send(chair, f"{address}/appeal", address, reason="再查一次")
    assert "已经报到乡镇" in page
    assert "由乡镇来定" in other.get(address).text
    township = place.signed_in("township", VILLAGE[:9], login="town")
    page = send(township, address, address, outcome="upheld", answer="查实没有做")
    assert "乡镇已定" in page
    assert place.house.read.notices.one(UUID(notice))["version"] == 2  # type: ignore[index]


def test_a_relative_keeps_out_and_the_notice_says_so(
    place: Place, chair: Browser, other: Browser
) -> None:
    case = reviewed(place, ZHAO)
    person = place.staff("village", VILLAGE, login="chair").id
    page = send(
        other, "/staff/kin", "/staff/kin", person=person, household="A001", relation="in-law"
    )
    assert "姻亲" in page
    assert "您的亲属，要回避" in chair.get("/staff/notices").text
    page = send(
        chair, "/staff/notices", "/staff/notices", village=VILLAGE, month="2026-11", case=str(case)
    )
    assert "亲属" in page
    notice = hang_up(place, other, case)
    assert "回避：" in other.get(f"/staff/notices/{notice}").text
    send(other, "/staff/kin/end", "/staff/kin", person=person, household=ZHAO)
    assert place.house.read.kinship.of_place(VILLAGE) == []


def test_a_deduction_is_told_to_its_household_alone(place: Place, chair: Browser) -> None:
    with place.by(MAKER) as ledger:
        case = ledger.propose(Proposal(ZHAO, "D01", business_day(place.watch())))
    for name in ("signer", "second"):
        with place.by(Actor(name, "administrator", "999901")) as ledger:
            ledger.sign(case)
    page = chair.get("/staff/notices").text
    assert "扣分不上墙" in page
    send(
        chair, "/staff/notices", "/staff/notices", village=VILLAGE, month="2026-11", case=str(case)
    )
    (notice,) = place.house.read.notices.of_place(VILLAGE)
    assert notice["kind"] == "private"
    assert place.house.read.notices.hanging(VILLAGE, business_day(place.watch())) == []
