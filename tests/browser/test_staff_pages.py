"""The staff's pages in a real browser: nothing for axe, nothing against the policy, few taps."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.elder import faults
from tests.browser.phone import DESK, PHONE, SMALL_PHONE, held
from tests.browser.served import Served, serving
from tests.support.house import VILLAGE

TAP = 44  # px: staff pages (ux.md §6)
A4 = {"width": 794, "height": 1123}
MM = 96 / 25.4  # px of one millimetre

VILLAGE_PAGES = (
    "/staff",
    "/staff/households",
    "/staff/households/A002?on=2026-11-24",
    "/staff/households/A002/statement",
    "/staff/entries?what=taken",
    "/staff/accounts",
    "/staff/award",
    "/staff/sign",
    "/staff/sittings",
    "/staff/notices",
    "/staff/objections",
    "/staff/kin",
    "/staff/undos",
    "/staff/rules",
    "/staff/books/rules/1",
    "/staff/books/prices/1",
    "/staff/shops",
    "/staff/shops/100201",
    "/staff/shops/100201/moves",
    "/staff/shops/100201/receive",
    "/staff/shops/low",
    "/staff/cards",
    "/staff/cards/sheet",
    "/staff/imports",
    "/staff/devices",
)
WATCH_PAGES = (
    "/staff/watch",
    "/staff/watch/entries",
    "/staff/watch/sheet?month=2026-11&n=5",
    "/staff/watch/packet",
    "/staff/inspectors",
)
COUNTY_PAGES = (
    "/staff",
    "/staff/accounts",
    "/staff/books/rules/draft",
    "/staff/books/prices/draft",
    "/staff/users",
    "/staff/users/new",
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("office")) as office:
        yield office


def found_on(page: Page, served: Served, paths: tuple[str, ...]) -> list[str]:
    found = []
    for path in paths:
        answer = page.goto(served.url + path)
        assert answer is not None
        assert answer.status == 200, path
        page.evaluate("scrollTo(0, document.body.scrollHeight)")  # nothing lies over anything
        found += [f"{path} {fault}" for fault in faults(page, tap=TAP, big=0)]
    return found


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_village_s_pages_have_no_faults(
    browser: Browser, served: Served, size: dict[str, int]
) -> None:
    with held(browser, size=size) as page:
        served.sit_down(page, "wang")
        found = found_on(page, served, VILLAGE_PAGES)
        for entry in served.office.house.read.entries.latest(served.office.numbers[1], 8):
            found += found_on(page, served, (f"/staff/entries/{entry['id']}",))
    assert found == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_pages_of_supervision_have_no_faults(
    browser: Browser, served: Served, size: dict[str, int]
) -> None:
    """J7."""
    with held(browser, size=size) as page:
        served.sit_down(page, "jian")
        assert found_on(page, served, WATCH_PAGES) == []


def test_a_worksheet_is_one_page_with_a_box_to_tick(browser: Browser, served: Served) -> None:
    with held(browser, size=A4, is_mobile=False) as page:
        served.sit_down(page, "jian")
        page.goto(f"{served.url}/staff/watch/sheet?month=2026-11&n=10")
        expect(page.locator(".box").first).to_be_hidden()
        page.emulate_media(media="print")
        expect(page.locator(".box")).to_have_count(10)
        expect(page.locator(".box").first).to_be_visible()
        expect(page.locator(".seed")).to_be_visible()
        paper = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1


def test_the_county_s_pages_have_no_faults(browser: Browser, served: Served) -> None:
    with held(browser, size=DESK) as page:
        served.sit_down(page, "guan")
        path = f"/staff/users/{served.office.user('li').id}"
        assert found_on(page, served, (*COUNTY_PAGES, path)) == []


def test_the_dark_and_the_largest_text(browser: Browser, served: Served) -> None:
    some = (
        "/staff",
        "/staff/households/A002",
        "/staff/award",
        "/staff/sign",
        "/staff/shops/100201",
    )
    with held(browser, size=SMALL_PHONE, color_scheme="dark") as page:
        served.sit_down(page, "li")
        page.context.add_cookies([{"name": "size", "value": "3", "url": served.url}])
        assert found_on(page, served, some) == []


# From proposing to signing.


def test_twenty_people_in_six_taps_and_another_signs(browser: Browser, served: Served) -> None:
    """Award, rule, whole group, look, save: typing aside, six taps (domain.md §4, 减负)."""
    house, number = served.office.house, served.office.numbers[20]
    before = house.read.balances.of(number).balance
    with held(browser) as page:
        served.sit_down(page, "wang")
        page.goto(f"{served.url}/staff")
        page.get_by_role("link", name="加分", exact=True).click()
        page.select_option("#rule", "V01")  # two taps: open, choose
        page.fill("#hours", "2")
        page.fill("#evidence", "11月22日清扫村道，看签到表")
        page.get_by_role("button", name="4组").click()
        page.get_by_label("全选这一组").check()
        expect(page.locator("#whom [data-count]")).to_have_text("（10）")
        page.get_by_role("button", name="下一步：看一遍").click()
        expect(page.get_by_text("可以报的", exact=True).first).to_be_visible()
        assert faults(page, tap=TAP, big=0) == []
        page.get_by_role("button", name="交上去（10 户）").dblclick()
        expect(page.locator(".flashes")).to_contain_text("10 户报上去了，等另一个人复核")
        expect(page.get_by_text("您报的，要别人签").first).to_be_visible()
    with held(browser) as page:
        served.sit_down(page, "li")
        page.goto(f"{served.url}/staff/sign")
        bundle = page.locator("fieldset", has_text="志愿服务")
        expect(bundle).to_have_count(1)
        bundle.get_by_label("全选这一批").check()
        page.get_by_role("button", name="签字通过").click()
        expect(page.locator(".flashes")).to_contain_text("签好了 10 件")
    reviewed = [
        case["case_id"] for case in house.read.cases.reviewed(VILLAGE) if case["rule"] == "V01"
    ]
    assert len(reviewed) == 10
    assert house.read.balances.of(number).balance == before
    served.office.place.in_public(*reviewed)
    assert house.read.balances.of(number).balance == before + 4


def test_the_same_without_any_script(browser: Browser, served: Served) -> None:
    with held(browser, size=DESK, java_script_enabled=False) as page:
        served.sit_down(page, "wang")
        page.goto(f"{served.url}/staff/award")
        page.select_option("#rule", "N01")
        page.fill("#evidence", "帮邻居收麦子")
        page.get_by_role("button", name="2组").click()
        expect(page.locator("#evidence")).to_have_value("帮邻居收麦子")
        page.get_by_label("A007").check()
        page.get_by_role("button", name="下一步：看一遍").click()
        page.get_by_role("button", name="交上去（1 户）").click()
        expect(page.locator(".flashes")).to_contain_text("1 户报上去了")
        served.sit_down(page, "li")
        page.goto(f"{served.url}/staff/sign")
        page.locator("fieldset", has_text="邻里互助").get_by_label("A007").check()
        page.get_by_role("button", name="签字通过").click()
        expect(page.locator(".flashes")).to_contain_text("签好了 1 件")


def test_a_refusal_comes_into_sight_beside_its_form(browser: Browser, served: Served) -> None:
    with held(browser) as page:
        served.sit_down(page, "wang")
        page.goto(f"{served.url}/staff/households/A002")
        page.get_by_text("设密码", exact=True).click()
        page.fill("#pin", "1111")
        page.fill("#again", "1111")
        page.get_by_role("button", name="保存密码").click()
        said = page.get_by_role("alert")
        expect(said).to_contain_text("太简单")
        expect(said).to_be_in_viewport()
        expect(said).to_be_focused()
        assert faults(page, tap=TAP, big=0) == []


def test_the_list_answers_while_she_types(browser: Browser, served: Served) -> None:
    with held(browser, size=DESK) as page:
        served.sit_down(page, "wang")
        page.goto(f"{served.url}/staff/households")
        page.locator("#q").press_sequentially("A01", delay=20)
        expect(page.locator("#found .lead")).to_have_text("找到 10 户")
        expect(page).to_have_url(re.compile(r"q=A01"))
        assert faults(page, tap=TAP, big=0) == []
        page.reload()
        expect(page.locator("#found .lead")).to_have_text("找到 10 户")


def test_a_number_is_followed_down_to_its_evidence(browser: Browser, served: Served) -> None:
    with held(browser) as page:
        served.sit_down(page, "jian")
        page.goto(f"{served.url}/staff")
        page.locator("a.tile", has_text="任务积分").click()
        page.get_by_role("link", name="A002").click()
        page.locator("tr", has_text="清洁户").get_by_role("link").click()
        expect(page.get_by_text("11月例会记录")).to_be_visible()
        expect(page.get_by_text("第 1 版")).to_be_visible()


# Paper.


def test_ten_cards_fill_a_page_of_a4(browser: Browser, served: Served) -> None:
    some = served.office.numbers[30:55]
    with served.office.place.by():
        for number in some:
            served.office.house.cards.issue(number)
    with held(browser, size=A4, is_mobile=False) as page:
        served.sit_down(page, "wang")
        page.goto(f"{served.url}/staff/cards/sheet?" + "&".join(f"no={each}" for each in some))
        page.emulate_media(media="print")
        paper = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 3
        for card in page.locator(".points-card").all()[:10]:
            code, box = card.locator("svg").bounding_box(), card.bounding_box()
            assert code is not None
            assert box is not None
            assert code["width"] * _printed(page) >= 25 * MM
            assert card.evaluate("(e) => e.scrollHeight <= e.clientHeight + 1")
        expect(page.get_by_role("button", name="打印")).to_be_hidden()


def _printed(page: Page) -> float:
    """The part of the picture that is the code itself, without its quiet zone of four."""
    box = page.locator(".scan svg").first.get_attribute("viewBox") or ""
    modules = int(box.split()[2])
    return (modules - 8) / modules


@pytest.mark.row("K1")
def test_a_statement_is_one_page(browser: Browser, served: Served) -> None:
    with held(browser, size=A4, is_mobile=False) as page:
        served.sit_down(page, "wang")
        page.goto(f"{served.url}/staff/households/A002/statement")
        page.emulate_media(media="print")
        paper = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
        expect(page.get_by_text("户主签字：")).to_be_visible()
        expect(page.get_by_role("navigation")).to_have_count(0)
