"""Who has a device of her own hangs up a notice and answers an objection by what it signs (P4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import text

from points.checks import check
from points.clock import business_day
from points.envelope import Actor
from points.ledger import Answer, Proposal
from points.mandates import Mandate, canonical
from points.objection import DISMISSED
from tests.browser.phone import DESK, held, sign_in_as
from tests.browser.world import CREW, World, number
from tests.points.audit.exported import export, sign_log, verify
from tests.support.chain import review
from tests.support.house import PASSWORD, VILLAGE

pytestmark = pytest.mark.row("B3", "B5", "P4")

STRANGER = Actor("anonymous", "public", VILLAGE)
OTHERS = (
    ("lan", "兰主任", "village", VILLAGE),
    ("bai", "白主任", "village", VILLAGE),
    ("tang", "唐主任", "township", VILLAGE[:9]),
)
NOT_THIS = "这台设备签的和要记的不一样"


@pytest.fixture(scope="module", autouse=True)
def people(world: World) -> None:
    """Mei hangs up, Bai enters minutes; Lan answers, and Tang of the township for good."""
    for login, name, role, place in OTHERS:
        world.house.users.add(
            login, name=name, password=PASSWORD, role=role, place=place, must_change=False
        )


def reviewed(world: World, *locals_: str) -> list[UUID]:
    """Help among neighbours, proposed and reviewed by others."""
    at = world.house.clock()
    wishes = [Proposal(number(local), "N01", business_day(at), 3) for local in locals_]
    return review(world.as_, CREW, at, wishes)


def mandates(world: World, topic: str) -> list[Mandate]:
    """Of the events of this kind that a device signed, in order."""
    wanted = text(
        "SELECT mandate FROM events WHERE topic = :topic AND mandate IS NOT NULL ORDER BY id"
    )
    with world.house.county.read() as sql:
        found = [mandate for (mandate,) in sql.execute(wanted, {"topic": topic})]
    return [Mandate.parse(mandate) for mandate in found]


@contextmanager
def at_her_own(browser: Browser, world: World, login: str) -> Iterator[Page]:
    """Her own machine: its key is made here, and is hers from now on."""
    with held(browser, size=DESK) as page:
        sign_in_as(page, world, login, "/own")
        page.fill("form[data-new-device] [name=name]", "我的电脑")
        page.click("form[data-new-device] button")
        expect(page.locator("#device")).to_contain_text("就是这台")
        yield page


def altered(page: Page, path: str, found: str, other: str) -> None:
    """From now on somebody on the way changes what her browser sends there."""

    def change(route: Route) -> None:
        sent = route.request.post_data
        if sent is None:
            route.continue_()
            return
        route.continue_(post_data=re.sub(found, other, sent))

    page.route(f"**{path}*", change)


def hang_up(page: Page, world: World, locals_: tuple[str, ...]) -> None:
    page.goto(f"{world.url}/staff/notices")
    for local in locals_:
        page.locator("#form-open").get_by_label(local).check()
    page.click("#form-open .btn.main")


def answer(page: Page, world: World, objection: UUID, **fields: str) -> None:
    page.goto(f"{world.url}/staff/objections/{objection}")
    page.select_option("#outcome", fields.pop("outcome"))
    if "rule" in fields:
        page.select_option("#rule", fields.pop("rule"))
    page.fill("#answer", "查了登记表")
    page.click("#form-decide .btn.main")


def objected(world: World, notice: UUID, **about: Any) -> UUID:
    file = partial(world.house.ledger.object_to, notice, text="不对", way="page", **about)
    made: UUID = world.by(STRANGER, file)
    return made


def latest(world: World) -> UUID:
    """The notice that was hung up last."""
    found: UUID = max(
        world.house.read.notices.of_place(VILLAGE),
        key=lambda one: (one["opens_on"], one["number"]),
    )["notice_id"]
    return found


def test_a_notice_is_what_her_device_signed(browser: Browser, world: World) -> None:
    cases = reviewed(world, "A002", "A003")
    before = world.house.read.notices.of_place(VILLAGE)
    with at_her_own(browser, world, "mei") as page:
        altered(page, "/staff/notices", f"&case={cases[1]}", "")
        hang_up(page, world, ("A002", "A003"))
        expect(page.locator("main [role=alert]")).to_contain_text(NOT_THIS)
        assert world.house.read.notices.of_place(VILLAGE) == before
        page.unroute_all()
        with held(browser, size=DESK) as elsewhere:
            sign_in_as(elsewhere, world, "mei", "/staff/notices")
            hang_up(elsewhere, world, ("A002",))
            expect(elsewhere.locator("main [role=alert]")).to_contain_text("我的电脑")
        assert world.house.read.notices.of_place(VILLAGE) == before

        hang_up(page, world, ("A002", "A003"))
        expect(page.locator(".flashes")).to_contain_text("公示好了")
    notice = world.house.read.notices.one(latest(world))
    assert notice is not None
    (hung,) = mandates(world, "notice.opened")
    assert hung.claims == canonical(
        [["notice.opened", VILLAGE, notice["month"], sorted(map(str, cases))]]
    )
    assert hung.actor == notice["opened_by"] == world.house.users.by_login("mei").id
    assert check(world.house.county) == []


def test_an_answer_is_what_her_device_signed(browser: Browser, world: World) -> None:
    """A line is struck; what was missing is proposed in the same save, by a claim of its own."""
    notice = latest(world)
    line = objected(world, notice, about="line", line=1)
    missing = objected(world, notice, about="missing", household=number("A001"))
    today = business_day(world.house.clock()).isoformat()
    with at_her_own(browser, world, "lan") as page:
        altered(page, f"/staff/objections/{line}", "outcome=upheld", "outcome=dismissed")
        answer(page, world, line, outcome="upheld")
        expect(page.locator("main [role=alert]")).to_contain_text(NOT_THIS)
        assert states(world, line, missing) == ["open", "open"]
        page.unroute_all()

        answer(page, world, line, outcome="upheld")
        expect(page.locator(".flashes")).to_contain_text("答复好了")
        answer(page, world, missing, outcome="upheld", rule="N01")
        expect(page.locator(".flashes")).to_contain_text("答复好了")
    struck, instead = mandates(world, "objection.decided")
    assert struck.claims == canonical([["objection.decided", str(line), "upheld", None]])
    assert instead.claims == canonical(
        [
            ["objection.decided", str(missing), "upheld", None],
            ["award.proposed", number("A001"), "N01", 3, today],
        ]
    )
    assert states(world, line, missing) == ["decided", "decided"]
    assert check(world.house.county) == []


def test_the_township_s_last_answer_is_what_its_device_signed(
    browser: Browser, world: World
) -> None:
    line = objected(world, latest(world), about="line", line=2)
    with at_her_own(browser, world, "tang") as page:
        world.by(CREW.opener, lambda: dismissed(world, line))
        altered(page, f"/staff/objections/{line}", "outcome=dismissed", "outcome=upheld")
        answer(page, world, line, outcome="dismissed")
        expect(page.locator("main [role=alert]")).to_contain_text(NOT_THIS)
        assert states(world, line) == ["appealed"]
        page.unroute_all()
        answer(page, world, line, outcome="dismissed")
        expect(page.locator(".flashes")).to_contain_text("答复好了")
    (settled,) = mandates(world, "objection.settled")
    assert settled.claims == canonical([["objection.settled", str(line), "dismissed", None]])
    assert states(world, line) == ["settled"]
    assert check(world.house.county) == []


def dismissed(world: World, objection: UUID) -> None:
    ledger = world.house.ledger
    ledger.decide_objection(objection, Answer(DISMISSED, "没有错"))
    ledger.appeal_objection(objection, text="再查一次")


def states(world: World, *objections: UUID) -> list[str]:
    found = [world.house.read.objections.one(each) for each in objections]
    return [row["state"] for row in found if row]


def test_what_a_council_decided_is_entered_by_her_device(browser: Browser, world: World) -> None:
    """One save for all cases of the sitting, and in it nothing that she did not see."""
    today = business_day(world.house.clock())
    wishes = [Proposal(number(local), "M02", today, 20) for local in ("A002", "A003")]
    cases = world.by(CREW.proposer, lambda: world.house.ledger.propose_batch(wishes))
    with at_her_own(browser, world, "bai") as page:
        vote = f"votes.{cases[1]}="
        altered(page, "/staff/sittings", rf"{vote}0(.*act=hold)", rf"{vote}6\1")
        sit(page, world, cases)
        expect(page.locator("main [role=alert]")).to_contain_text(NOT_THIS)
        page.unroute_all()
        sit(page, world, cases)
        expect(page.locator(".flashes")).to_contain_text("2 件有了结果")
    (signed,) = mandates(world, "sitting.held")
    sitting = world.house.read.sittings.last(VILLAGE, "customs_council")
    assert sitting is not None
    assert signed.claims == canonical(
        [
            ["sitting.held", str(sitting["sitting_id"])],
            ["award.signed", str(cases[0])],
            ["award.refused", str(cases[1])],
        ]
    )
    assert check(world.house.county) == []


def sit(page: Page, world: World, cases: list[UUID]) -> None:
    """Six agree to the first and none to the second."""
    page.goto(f"{world.url}/staff/sittings/enter?body=customs_council")
    page.fill("#number", "红白〔2026〕9号")
    page.fill("#where", "村委会会议室")
    page.fill("#required", "6")
    page.fill("#others", "bai lan mei tang root A001")
    for case, in_favour in zip(cases, (6, 0), strict=True):
        page.fill(f"[name='votes.{case}']", str(in_favour))
    page.click("[value=check]")
    expect(page.locator("[value=hold]")).to_be_visible()
    page.wait_for_load_state()  # what signs is there
    page.click("[value=hold]")


def test_whoever_has_the_export_can_check_every_signature(world: World, tmp_path: Path) -> None:
    sign_log(world.house)
    code, said = verify(export(world.house, tmp_path / "out"), "--signatures", "all")
    assert code == 0, said
    assert "of people's devices 5" in said
