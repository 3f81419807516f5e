"""From a grid worker's word to points on a household's card, as those do it who have a hand in it.

That a change of a rule leaves last month's credit its text stands in `test_rules_change`, the
courtyard sheet of thirty households in `test_scores`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from points.checks import check
from points.envelope import Actor
from points.ledger import Done
from tests.browser.elder import faults
from tests.browser.phone import DESK, PHONE, SMALL_PHONE, held
from tests.browser.served import Served, serving
from tests.support.house import COUNTY, VILLAGE

pytestmark = pytest.mark.row("B1", "B3", "B4", "B5", "Q2")

TAP = 44  # px: staff pages
HELP = "邻里互助"  # rule N01, three points
NIGHT = Actor("night", "job", COUNTY)
PUBLIC = f"/village/{VILLAGE}"
TWO_MINUTES = 120.0
THREE_MONTHS = 92  # days
KEYS_MAX = 120


@pytest.fixture
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The morning of Tuesday, 24 November; no notice hangs."""
    with serving(tmp_path_factory.mktemp("public"), households=40) as running:
        yield running


def number(local: str) -> str:
    return f"{VILLAGE}-{local}"


def go(page: Page, served: Served, path: str) -> None:
    answer = page.goto(served.url + path)
    assert answer is not None
    assert answer.ok, path


def flashed(page: Page, words: str) -> None:
    expect(page.locator(".flashes")).to_contain_text(words)


def propose(page: Page, served: Served, *locals_: str, reason: str) -> None:
    """Wang, the grid worker, on her phone."""
    served.sit_down(page, "wang")
    go(page, served, "/staff")
    page.get_by_role("link", name="加分", exact=True).click()
    page.select_option("#rule", "N01")
    page.fill("#evidence", reason)
    for local in locals_:
        page.get_by_label(local).check()
    page.get_by_role("button", name="下一步：看一遍").click()
    page.get_by_role("button", name=f"交上去（{len(locals_)} 户）").click()
    flashed(page, f"{len(locals_)} 户报上去了，等另一个人复核")


def review(page: Page, served: Served, login: str, local: str) -> None:
    served.sit_down(page, login)
    go(page, served, "/staff/sign")
    page.locator("fieldset", has_text=HELP).get_by_label(local).check()
    page.get_by_role("button", name="签字通过").click()
    flashed(page, "签好了 1 件")


def hang_up(page: Page, served: Served, login: str, *locals_: str) -> None:
    served.sit_down(page, login)
    go(page, served, "/staff/notices")
    for local in locals_:
        page.locator("#form-open").get_by_label(local).check()
    page.get_by_role("button", name="挂出公示").click()
    flashed(page, "公示好了")


def night_job(served: Served) -> Done:
    office = served.office
    with office.place.by(NIGHT) as ledger:
        done: Done = ledger.close_and_post(office.today)
    return done


def masked(served: Served, local: str) -> tuple[str, str]:
    """The head of a household, and as strangers read it."""
    registry = served.office.house.registry
    household = registry.find(number(local))
    assert household
    return household.head, registry.masked_heads([number(local)])[number(local)]


def line_of(page: Page, local: str) -> Locator:
    return page.locator("ol.lines li", has_text=local)


def test_a_grid_worker_proposes_and_a_villager_sees_it_on_notice(
    browser: Browser, served: Served
) -> None:
    office = served.office
    head, shown = masked(served, "A036")
    with held(browser, size=PHONE) as page:
        propose(page, served, "A036", reason="11月23日帮邻居收玉米，组长看见的")
        go(page, served, "/staff/notices")
        expect(page.locator("#form-open")).to_have_count(0)
    with held(browser, size=PHONE) as villager:
        go(villager, served, PUBLIC)
        expect(villager.get_by_text("今天没有公示。")).to_be_visible()

    with held(browser, size=PHONE) as page:
        review(page, served, "li", "A036")
        go(page, served, "/staff/notices")
        expect(page.locator("#form-open").get_by_label("A036")).to_be_disabled()
    with held(browser, size=PHONE) as page:
        hang_up(page, served, "he", "A036")

    with held(browser, size=SMALL_PHONE) as villager:
        go(villager, served, PUBLIC)
        line = line_of(villager, "A036")
        for words in (shown, HELP, "+3"):
            expect(line).to_contain_text(words)
        expect(villager.locator("h2").first).to_contain_text("第1期")
        assert head not in villager.content()
        assert "wang" not in villager.content()
        assert "收玉米" not in villager.content()
        assert faults(villager) == []
    assert office.place.balance(number("A036")) == 0

    office.later(9)
    assert night_job(served) == Done(closed=1, posted=0, refused=0, waits=0)  # 3 December
    office.later(2)
    assert night_job(served).posted == 1  # the fifth
    assert office.place.balance(number("A036")) == 3
    with held(browser, size=SMALL_PHONE) as villager:
        go(villager, served, PUBLIC)
        expect(villager.get_by_text("今天没有公示。")).to_be_visible()
        villager.get_by_text(re.compile("本月入账的积分")).click()
        expect(villager.locator(".rules-list li", has_text="A036")).to_contain_text(shown)
    assert check(office.house.county) == []


def test_the_sister_in_law_s_review_is_refused_and_nobody_else_s_is(
    browser: Browser, served: Served
) -> None:
    """The page lay open before she said whose relative she is."""
    office = served.office
    with held(browser) as page:
        propose(page, served, "A036", "A037", "A038", reason="帮邻居收玉米")
    with held(browser) as page:
        served.sit_down(page, "zhou")
        go(page, served, "/staff/sign")
        bundle = page.locator("fieldset", has_text=HELP)
        bundle.get_by_label("全选这一批").check()
        declare_kin(page.context.new_page(), served, "A037")
        page.get_by_role("button", name="签字通过").click()
        expect(page.get_by_role("alert")).to_contain_text("办好了 2 件")
        refused = page.locator("fieldset", has_text=HELP).locator("li")
        expect(refused).to_have_count(1)
        expect(refused).to_contain_text("A037")
        expect(refused.locator(".error")).to_have_text(
            "您登记过和这户是近亲，这件事要回避，请别人来办。"
        )
        assert faults(page, tap=TAP, big=0) == []
    assert states(served, "A036", "A037", "A038") == ["reviewed", "proposed", "reviewed"]

    with held(browser) as page:
        review(page, served, "li", "A037")
        hang_up(page, served, "he", "A036", "A037", "A038")
        expect(page.locator("tr", has_text="A037")).to_contain_text("回避：周红")
        expect(page.get_by_text("回避：")).to_have_count(1)
    assert check(office.house.county) == []


def declare_kin(page: Page, served: Served, local: str) -> None:
    """In a second window of hers: herself, a household, and what they are to each other."""
    go(page, served, "/staff/kin")
    page.get_by_text("登记一户亲属", exact=True).click()
    page.fill("#household", local)
    page.select_option("#relation", "in-law")
    page.get_by_role("button", name="登记", exact=True).click()
    flashed(page, "登记好了。这户的事，要回避。")
    expect(page.locator("tr", has_text=local)).to_contain_text("姻亲")


def states(served: Served, *locals_: str) -> list[str]:
    read = served.office.house.read.cases
    return [read.of(number(local))[0]["state"] for local in locals_]


COUNCIL = "zhou A002 A003 A004 A005 A006"
"""Six of nine."""


def test_the_weddings_council_sits_without_the_sister_in_law(
    browser: Browser, served: Served
) -> None:
    """Everybody reads that a member kept out of the line; who it was, only staff read."""
    office = served.office
    office.wait("M01", [number("A036"), number("A037")])
    with held(browser) as page:
        served.sit_down(page, "zhou")
        declare_kin(page, served, "A036")
    with held(browser) as page:
        served.sit_down(page, "li")
        go(page, served, "/staff/sign")
        bundle = page.locator("fieldset", has_text="婚事简办")
        expect(bundle).to_contain_text("红白理事会")
        expect(bundle.locator("input[name=case]")).to_have_count(0)
        go(page, served, "/staff/sittings")
        page.get_by_role("link", name="红白理事会：2 件").click()
        page.fill("#number", "红白〔2026〕3号")
        page.fill("#where", "村委会会议室")
        page.fill("#required", "9")
        page.fill("#others", COUNCIL)
        vote(page, "A036", 6)
        vote(page, "A037", 6)
        page.get_by_role("button", name="看一看结果").click()
        expect(page.get_by_role("alert")).to_contain_text("同意的不能写 6 人")  # five are left
        vote(page, "A036", 5)
        page.get_by_role("button", name="看一看结果").click()
        for local, said in (("A036", "5/5"), ("A037", "6/6")):
            expect(page.locator("tr", has_text=local)).to_contain_text(said)
        expect(page.locator("tr", has_text="A036")).to_contain_text("周红")
        expect(page.locator("tr", has_text="A037")).not_to_contain_text("周红")
        assert faults(page, tap=TAP, big=0) == []
        page.get_by_role("button", name="记下来，签 2 件").click()
        flashed(page, "记下来了，2 件有了结果")
        assert faults(page, tap=TAP, big=0) == []
        hang_up(page, served, "he", "A036", "A037")

    with held(browser, size=SMALL_PHONE) as villager:
        go(villager, served, PUBLIC)
        reviewed = "经红白理事会评议（应到 9 人，实到 6 人"
        expect(line_of(villager, "A036")).to_contain_text(f"{reviewed}，回避 1 人）")
        expect(line_of(villager, "A037")).to_contain_text(f"{reviewed}）")
        assert "周" not in villager.locator("main").inner_text()
        assert faults(villager) == []
    assert check(office.house.county) == []


def vote(page: Page, local: str, in_favour: int) -> None:
    page.get_by_label(re.compile(f"{local}.*同意几人")).fill(str(in_favour))


def test_a_widow_objects_at_the_shop_and_gets_her_points(browser: Browser, served: Served) -> None:
    """Her card is scanned; what was missing is answered by an entry that leads back to her word."""
    office, widow = served.office, "A039"
    token = office.place.card(number(widow)).token
    with held(browser) as page:
        propose(page, served, "A036", reason="帮邻居收玉米")
        review(page, served, "li", "A036")
        hang_up(page, served, "he", "A036")

    office.later(1)
    with held(browser, size=SMALL_PHONE) as counter:
        go(counter, served, f"/C/{token}")
        counter.get_by_role("link", name="公示和意见").click()
        counter.get_by_label("少了您家的").check()
        counter.fill("#text", "我也帮了，名单上没有我家")
        assert faults(counter, big=26) == []
        counter.get_by_role("button", name="提意见").click()
        expect(counter.locator("#mine")).to_contain_text("少了一条 · 等答复")
        expect(counter.locator("#mine")).to_contain_text("答复您")
    (objection,) = office.house.read.objections.waiting(VILLAGE)
    assert (objection["by_whom"], objection["way"]) == (number(widow), "card")

    office.later(1)
    with held(browser) as page:
        served.sit_down(page, "he")  # she hung the list up
        go(page, served, f"/staff/objections/{objection['objection_id']}")
        expect(page.get_by_text("您办过这件事，要别人来定")).to_be_visible()
        served.sit_down(page, "zhou")
        go(page, served, "/staff/objections")
        page.get_by_role("link", name=re.compile(f"少了一条.*{widow}")).click()
        page.select_option("#outcome", "upheld")
        page.select_option("#rule", "N01")
        page.fill("#answer", "查了，漏记了一次，补上。")
        assert faults(page, tap=TAP, big=0) == []
        page.get_by_role("button", name="答复", exact=True).click()
        flashed(page, "答复好了")

        review(page, served, "li", widow)
        hang_up(page, served, "wang", widow)
    office.later(11)  # 7 December
    assert night_job(served).posted == 2
    assert office.place.balance(number(widow)) == 3

    (case,) = office.house.read.cases.of(number(widow))
    assert case["objection"] == str(objection["objection_id"])
    (entry,) = office.house.read.entries.latest(number(widow))
    with held(browser) as page:
        served.sit_down(page, "li")
        go(page, served, f"/staff/entries/{entry['id']}")
        assert faults(page, tap=TAP, big=0) == []
        page.get_by_role("link", name="少了一条").click()
        expect(page.locator("h1")).to_have_text("异议")
        expect(page.locator("main")).to_contain_text("我也帮了，名单上没有我家")
    with held(browser, size=SMALL_PHONE) as counter:
        go(counter, served, f"/C/{token}")
        expect(counter.locator(".balance .huge")).to_have_text("3")
        expect(counter.locator("#changes li").first).to_contain_text(HELP)
        go(counter, served, f"/C/{token}/notices")
        expect(counter.locator("#mine")).to_contain_text("查了，漏记了一次，补上。")
    with held(browser, size=SMALL_PHONE) as villager:
        go(villager, served, PUBLIC)
        expect(villager.locator(".answers")).to_contain_text("少了的：意见成立")
    assert check(office.house.county) == []


def test_a_household_reports_by_its_card_what_it_did(browser: Browser, served: Served) -> None:
    """What it reports waits for others like anybody's; what it thinks better of, it takes back."""
    office = served.office
    token = office.place.card(number("A039")).token
    with held(browser, size=SMALL_PHONE) as villager:
        go(villager, served, f"/C/{token}")
        villager.get_by_role("link", name="报一件好事").click()
        for told in ("帮邻居收玉米，组长看见的", "帮邻居收玉米，写了两遍"):
            villager.get_by_label(re.compile(HELP)).check()
            villager.fill("#text", told)
            villager.get_by_role("button", name="报上去").click()
            expect(villager.locator("#mine li").first).to_contain_text("等复核")
        assert faults(villager, big=26) == []
        villager.locator("#mine li").first.get_by_role("button", name="撤回").click()
        expect(villager.get_by_role("button", name="撤回")).to_have_count(1)
    assert sorted(each["state"] for each in office.house.read.cases.of(number("A039"))) == [
        "proposed",
        "withdrawn",
    ]
    assert office.place.balance(number("A039")) == 0

    with held(browser) as page:
        served.sit_down(page, "li")
        go(page, served, "/staff/sign")
        expect(page.locator("fieldset", has_text=HELP)).to_contain_text("收玉米")
        review(page, served, "li", "A039")
        hang_up(page, served, "he", "A039")
    with held(browser, size=SMALL_PHONE) as villager:
        go(villager, served, PUBLIC)
        expect(line_of(villager, "A039")).to_contain_text("+3")
        assert "收玉米" not in villager.content()
    assert check(office.house.county) == []


def test_a_wrong_award_is_taken_back_three_months_later_after_half_was_spent(
    browser: Browser, served: Served
) -> None:
    """Asked by one person, signed by another: what is left goes, what was spent is owed."""
    office, home = served.office, number("A036")
    office.credit("M01", [home])
    office.redeem(home, ("G01", 5))
    assert office.place.balance(home) == 10
    office.later(THREE_MONTHS)
    wrong = next(
        line for line in office.house.read.entries.latest(home) if line["kind"] == "credit"
    )

    with held(browser) as page:
        served.sit_down(page, "wang")
        go(page, served, f"/staff/entries/{wrong['id']}")
        page.get_by_text("这一笔错了？申请更正").click()
        page.fill("#reason", "婚事在别的村办的，记错了户")
        page.get_by_role("button", name="交申请").click()
        flashed(page, "申请交上去了，等另一个人签字")
        go(page, served, "/staff/undos")
        asked = page.get_by_label(re.compile("A036"))
        expect(asked).to_contain_text("您申请的，要别人签")
        expect(asked.get_by_role("button", name="签字同意")).to_have_count(0)
    assert office.place.balance(home) == 10

    with held(browser) as page:
        served.sit_down(page, "li")
        go(page, served, "/staff/undos")
        asked = page.get_by_label(re.compile("A036"))
        expect(asked.locator("h2")).to_contain_text("冲正一笔加分 · 20 分")
        expect(asked).to_contain_text("婚事在别的村办的，记错了户")
        asked.get_by_role("button", name="签字同意").click()
        flashed(page, "签好了，已经更正")
        go(page, served, f"/staff/entries/{wrong['id']}")
        expect(page.locator(".sum")).to_contain_text("+20")  # as it was entered
        page.get_by_role("link", name=re.compile("冲正")).click()
        expect(page.locator(".sum")).to_contain_text("−10")
        expect(page.locator("dl.facts").first).to_contain_text("任务积分 −10 待收积分 +10")
        assert faults(page, tap=TAP, big=0) == []
        go(page, served, "/staff/households/A036")
        expect(page.locator("a.tile", has_text="待收积分")).to_contain_text("10")
        expect(page.locator("a.tile", has_text="可用积分")).to_contain_text("0")

    found = office.house.read.balances.of(home)
    assert found is not None
    assert (found.balance, found.receivable) == (0, 10)
    with office.place.by():
        card = office.house.cards.reissue(home)
    with held(browser, size=SMALL_PHONE) as villager:
        go(villager, served, f"/C/{card.token}")
        expect(villager.locator(".balance")).to_contain_text("有 10 分是多发的")
    assert check(office.house.county) == []


def test_the_attendance_of_twenty_is_entered_on_one_page_by_keys_alone(
    browser: Browser, served: Served
) -> None:
    """From the empty form to saved proposals, in less than two minutes and without a pointer."""
    office = served.office
    people = [f"A{place:03}" for place in range(2, 22)]
    with held(browser, size=DESK) as page:
        served.sit_down(page, "wang")
        go(page, served, "/staff/award")
        began = time.monotonic()
        reach(page, "#rule")
        choose(page, "V01")
        reach(page, "#hours")
        page.keyboard.insert_text("2")
        reach(page, "#evidence")
        page.keyboard.insert_text("11月22日清扫村道，看签到表")
        for local in people:
            reach(page, f"input[name=no][value='{number(local)}']")
            page.keyboard.press("Space")
        expect(page.locator("#whom [data-count]")).to_have_text("（20）")
        reach(page, "button[value=preview]")
        page.keyboard.press("Enter")
        page.wait_for_selector("button[value=save]")
        reach(page, "button[value=save]")
        page.keyboard.press("Enter")
        flashed(page, "20 户报上去了")
        spent = time.monotonic() - began
    assert spent < TWO_MINUTES
    made = [
        case["household"]
        for case in office.house.read.cases.waiting(VILLAGE, 300)
        if case["rule"] == "V01"
    ]
    assert sorted(made) == [number(local) for local in people]


def reach(page: Page, selector: str) -> None:
    """Tab to it."""
    for _ in range(KEYS_MAX):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{selector} is not reached by the keyboard")


def choose(page: Page, value: str) -> None:
    """Down the list that has the focus."""
    for _ in range(KEYS_MAX):
        if page.evaluate("document.activeElement.value") == value:
            return
        page.keyboard.press("ArrowDown")
    pytest.fail(f"{value} is not in the list")


def test_the_pages_on_the_way_have_no_faults(browser: Browser, served: Served) -> None:
    """Each with something on it: to review, to hang up, hung up, objected to, to answer."""
    for local in ("A036", "A037"):
        with held(browser) as page:
            propose(page, served, local, reason="帮邻居收玉米")
            review(page, served, "li", local)
    with held(browser) as page:
        hang_up(page, served, "he", "A036")
        notice = urlsplit(page.url).path
        declare_kin(page.context.new_page(), served, "A038")
    served.office.wait("M01", [number("A039")])
    with held(browser, java_script_enabled=False) as villager:
        go(villager, served, PUBLIC)
        villager.select_option("#about", index=1)
        villager.fill("#text", "那天她不在村里")
        villager.get_by_role("button", name="不留名，交上去").click()
        told = villager.url.partition(served.url)[2]
        expect(villager.locator("h1")).to_have_text("收到了")
    (objection,) = served.office.house.read.objections.waiting(VILLAGE)

    answer = f"/staff/objections/{objection['objection_id']}"
    sitting = f"/staff/sittings/enter?place={VILLAGE}&body=customs_council"
    hung = (notice, f"{notice}/papers", f"{notice}/object")
    more = ("/staff/sign", "/staff/sittings", sitting, "/staff/objections", answer, "/staff/kin")
    public = (PUBLIC, f"{PUBLIC}/notice/2026-11/1", f"{PUBLIC}/objection/named", told)
    found = []
    for size in (PHONE, SMALL_PHONE, DESK):
        with held(browser, size=size) as page:
            found += faults_on(page, served, public)
            served.sit_down(page, "zhou")
            found += faults_on(page, served, ("/staff/notices", *hung, *more), tap=TAP, big=0)
    assert found == []


def faults_on(page: Page, served: Served, paths: tuple[str, ...], **how: int) -> list[str]:
    found = []
    for path in paths:
        go(page, served, path)
        found += [f"{path} {page.viewport_size} {fault}" for fault in faults(page, **how)]
    return found
