"""J5, J6, B5: the village's public page, its sheets, and objections from it."""

from __future__ import annotations

import io
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pypdf import PdfReader
from sqlalchemy import make_url

from points.checks import check
from points.clock import business_day
from points.envelope import Actor
from points.ledger import Answer, Proposal
from points.objection import DISMISSED, UPHELD
from points.refusals import Refusal
from points.rulebook import Rule
from points.scoring import Judge
from points.sitting import Minutes
from tests.points.audit.exported import export, sign_log, verify
from tests.support.cast import RULES
from tests.support.chain import COUNCIL
from tests.support.house import MAKER, NEXT_VILLAGE, QIAN, SIGNER, VILLAGE, ZHAO, Browser, Place
from tests.support.procedure import adopt_by_procedure
from web import create_app
from web.http import logs
from web.village.archive import Archive, archive_of
from web.village.drawing import SHEETS, drawn
from web.village.listed import listed, notice_id
from web.village.papers import keep_hanging, papers, told
from web.words.sentences import sentence_for

pytestmark = pytest.mark.row("J5", "J6", "B5")

OPENER = Actor("opener", "village", VILLAGE)
DECIDER = Actor("decider", "village", VILLAGE)
PAGE = f"/village/{VILLAGE}"
NOTICE = f"{PAGE}/notice/2026-11/1"
WRITTEN = "这一家那天没有来，是我亲眼看见的"


def reviewed(place: Place, household: str, points: int = 20, rule: str = "E01") -> UUID:
    with place.by(MAKER) as ledger:
        case: UUID = ledger.propose(Proposal(household, rule, business_day(place.watch()), points))
    with place.by(SIGNER) as ledger:
        ledger.sign(case)
    return case


@pytest.fixture
def hung(place: Place) -> UUID:
    """Two lines hang: twenty points for Zhao, thirty for Qian."""
    cases = [reviewed(place, ZHAO, 20), reviewed(place, QIAN, 30)]
    with place.by(OPENER) as ledger:
        made: UUID = ledger.open_notice(VILLAGE, "2026-11", cases)
    return made


def stranger(place: Place) -> Browser:
    return place.browser()


def objected(place: Place, browser: Browser | None = None, **more: Any) -> Any:
    """Without a name, to the first line."""
    fields = {"about": "2026-11/1/1", "text": WRITTEN, "key": "a form"} | more
    who = browser or stranger(place)
    return who.post(f"{PAGE}/objection/anonymous", page="/sign-in", **fields)


def answered(place: Place, *, points: int | None = None, outcome: str = UPHELD) -> None:
    (row,) = place.house.read.objections.of_place(VILLAGE)
    with place.by(DECIDER) as ledger:
        ledger.decide_objection(
            row["objection_id"], Answer(outcome, "查了，赵秀英当天不在，13812345678", points)
        )


def pdf_text(content: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


# What hangs.


def test_anybody_reads_what_hangs(place: Place, hung: UUID) -> None:
    answer = stranger(place).get(PAGE)

    assert answer.status_code == 200
    for words in (
        "2026年11月 第1期",
        "从2026年11月24日",
        "到2026年12月1日",
        "A001",
        "赵*英",
        "+20",
        "钱*",
    ):
        assert words in answer.text
    assert "赵秀英" not in answer.text
    assert "钱多" not in answer.text


def test_it_is_kept_from_search_engines_caches_and_referrers(place: Place, hung: UUID) -> None:
    for path in (PAGE, NOTICE, f"{NOTICE}/a4.pdf", f"{PAGE}/objection", "/village"):
        answer = stranger(place).get(path)
        assert answer.status_code == 200, path
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert '<meta name="robots" content="noindex' in stranger(place).get(PAGE).text


@pytest.mark.parametrize("code", ["999901", "999901100", "999901100299", "1", "620000000000"])
def test_what_is_no_village_of_the_county_has_no_page(place: Place, code: str) -> None:
    assert stranger(place).get(f"/village/{code}").status_code == 404


@pytest.mark.row("B2", "Q2")
def test_a_line_says_which_body_reviewed_it_and_how_many_kept_out(place: Place) -> None:
    """On the page and on the sheet, without anybody's name."""
    rule = Rule("M03", "低彩礼、零彩礼", "civility", 30, 30, body="customs_council")
    today = business_day(place.watch())
    with place.by() as ledger:
        version = ledger.draft_rules([*RULES, rule])
    with place.by(SIGNER) as ledger:
        adopt_by_procedure(ledger, version, today)
    near = Judge(f"household:{ZHAO}", ZHAO)
    paper = Minutes(VILLAGE, rule.body, today, "红白3号", "会议室", 9, [near, *COUNCIL[1:]])
    with place.by(MAKER) as ledger:
        case = ledger.propose(Proposal(ZHAO, rule.code, today))
    with place.by(SIGNER) as ledger:
        ledger.hold_sitting(paper, {case: 5})
    with place.by(OPENER) as ledger:
        notice = ledger.open_notice(VILLAGE, "2026-11", [case, reviewed(place, QIAN)])
    said = "经红白理事会评议（应到 9 人，实到 6 人，回避 1 人）"
    page = stranger(place).get(PAGE).text
    assert page.count(said) == page.count("理事会评议") == 1
    for sheet in ("a4.pdf", "a3.pdf"):
        text = pdf_text(papers(place.house, notice)[sheet].content())
        assert "".join(said.split()) in "".join(text.split())
    for name in ("红白3号", "member", SIGNER.id):
        assert name not in page


def test_a_deduction_is_told_to_its_household_alone(place: Place) -> None:
    with place.by(MAKER) as ledger:
        case = ledger.propose(Proposal(ZHAO, "D02", business_day(place.watch()), -17))
    for signer in (SIGNER, Actor("third", "administrator", "999901")):
        with place.by(signer) as ledger:
            ledger.sign(case)
    with place.by(OPENER) as ledger:
        private = ledger.open_notice(VILLAGE, "2026-11", [case])
    with place.by(Actor("household:" + ZHAO, "villager", VILLAGE, ZHAO)) as ledger:
        ledger.object_to(private, about="line", line=1, text="不对", way="card", by=ZHAO)
    answered(place, outcome=DISMISSED)

    browser = stranger(place)
    assert browser.get(NOTICE).status_code == 404
    assert browser.get(f"{NOTICE}/a4.pdf").status_code == 404
    page = browser.get(PAGE).text
    for words in ("A001", "-17", "−17", "查了"):
        assert words not in page


def test_the_month_the_shelves_and_the_rules(place: Place) -> None:
    place.earn(ZHAO, 40)
    page = stranger(place).get(PAGE).text

    assert "+40" in page
    assert re.search(r"A001</strong> 赵\*英", page)
    assert "收到捐赠" in page
    with place.house.county.read():
        rows = place.house.read.stock.totals(VILLAGE)
    assert f"{sum(row['units'] for row in rows):,}" in page
    assert place.house.ledger.rules_on(business_day(place.watch()))[1]["E01"].name in page


# Versions.


def test_an_objection_holds_its_line_and_the_answer_makes_a_version(
    place: Place, hung: UUID
) -> None:
    objected(place)
    page = stranger(place).get(PAGE).text
    assert page.count("有异议，暂缓") == 1
    assert WRITTEN not in page

    answered(place)
    newest, first = stranger(place).get(NOTICE).text, stranger(place).get(f"{NOTICE}?v=1").text
    assert "第1行，原来 +20 分，去掉了。" in newest
    assert "原因：查了，赵*英当天不在，***********" in newest
    assert "意见成立" in stranger(place).get(PAGE).text
    assert "这是旧的一版" in first
    assert "去掉</strong>" not in first
    assert stranger(place).get(f"{NOTICE}?v=3").status_code == 404


def test_the_first_version_stays_on_paper_too(place: Place, hung: UUID) -> None:
    before = stranger(place).get(f"{NOTICE}/a4.pdf?v=1").data
    objected(place)
    answered(place)
    changed = stranger(place).get(f"{NOTICE}/a4.pdf").data

    assert stranger(place).get(f"{NOTICE}/a4.pdf?v=1").data == before
    assert "更正" not in pdf_text(before)
    assert "第1行，原来+20分，去掉了" in re.sub(r"\s", "", pdf_text(changed))


# Sheets.


@pytest.mark.parametrize(("sheet", "width_mm"), [("a4.pdf", 210), ("a3.pdf", 297)])
def test_a_sheet_is_drawn_in_the_face_that_has_every_sign(
    place: Place, hung: UUID, sheet: str, width_mm: int
) -> None:
    reader = PdfReader(io.BytesIO(stranger(place).get(f"{NOTICE}/{sheet}").data))
    page = reader.pages[0]

    assert abs(float(page.mediabox.width) * 25.4 / 72 - width_mm) < 1
    resources: Any = page["/Resources"]
    fonts = {str(font.get_object()["/BaseFont"]) for font in resources["/Font"].values()}
    assert fonts
    assert all("NotoSansCJK" in font for font in fonts), fonts
    text = re.sub(r"\s", "", page.extract_text())
    for words in ("积分公示", "A001", "赵*英", "+20", "合计2行"):
        assert words in text
    assert "赵秀英" not in text


def test_the_same_words_make_the_same_bytes(place: Place, hung: UUID) -> None:
    words = told(place.house, listed(place.house, hung))
    for sheet in SHEETS:
        assert drawn(words, sheet) == drawn(words, sheet)
    assert drawn(words, "group.png").startswith(b"\x89PNG")
    assert drawn(words | {"total": 1}, "a4.pdf") != drawn(words, "a4.pdf")


def test_what_hung_there_can_be_proven_later(place: Place, hung: UUID) -> None:
    """The file stays as it was first shown, whoever changes her name, and once it is taken down."""
    assert keep_hanging(place.house) == 1
    kept = papers(place.house, hung)
    shown = stranger(place).get(f"{NOTICE}/a4.pdf").data
    household = place.house.registry.find(ZHAO)
    assert household
    place.house.registry.change(replace(household, head="王小花"))

    assert stranger(place).get(f"{NOTICE}/a4.pdf").data == shown
    assert sha256(shown).hexdigest() == kept["a4.pdf"].sha256
    assert kept["a4.pdf"].sha256 in stranger(place).get(NOTICE).text
    place.watch.later(days=8)
    assert papers(place.house, hung)["a4.pdf"].content() == shown


def test_the_archive_never_writes_twice(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    first = archive.keep("n/v1/a4.pdf", b"one")

    assert archive.keep("n/v1/a4.pdf", b"two") == first
    assert archive.shown("n/v1/a4.pdf") == first
    assert first.content() == b"one"
    assert (tmp_path / "shown/n/v1/a4.pdf").read_text() == f"{first.sha256}  a4.pdf\n"
    assert archive.shown("n/v2/a4.pdf") is None


def test_after_its_days_it_is_gone(place: Place, hung: UUID) -> None:
    stranger(place).get(NOTICE)
    place.watch.later(days=7)
    assert stranger(place).get(NOTICE).status_code == 200  # the last day belongs to it
    place.watch.later(days=1)
    for path in (NOTICE, f"{NOTICE}?v=1", f"{NOTICE}/a4.pdf", f"{NOTICE}/group.png"):
        answer = stranger(place).get(path)
        assert answer.status_code == 410
        assert "已撤下" in answer.text
        assert "A001" not in answer.text
    assert "A001" not in stranger(place).get(PAGE).text
    assert objected(place).status_code == 400


@pytest.mark.row("J6")
def test_what_is_corrected_after_its_days_is_shown_and_kept(place: Place, hung: UUID) -> None:
    """Objected to on the last day, answered on the third working day after it: shown for five
    working days, with its new sheet, and no form to object to it."""
    keep_hanging(place.house)
    place.watch.later(days=7)
    objected(place)
    place.watch.later(days=3)
    assert stranger(place).get(NOTICE).status_code == 410
    answered(place, points=None)

    page = stranger(place).get(PAGE).text
    assert "公示过后的更正" in page
    for words in ("赵*英", "原来 +20 分，去掉了。", "到2026年12月11日为止"):
        assert words in page
    for words in ("赵秀英", "钱*"):
        assert words not in page
    assert keep_hanging(place.house) == 0
    kept = archive_of(place.house.settings, place.house.county.code)
    sheet = kept.shown(f"{hung}/v2/a4.pdf")
    assert sheet is not None
    told_ = stranger(place).get(NOTICE)
    assert (told_.status_code, sheet.sha256 in told_.text) == (200, True)
    assert "有意见，在这里提" not in told_.text
    assert "公示的日子过了，这是更正后的名单" in told_.text
    assert stranger(place).get(f"{NOTICE}/a4.pdf").data == sheet.content()
    assert objected(place, key="another").status_code == 400
    place.watch.later(days=7)
    assert stranger(place).get(NOTICE).status_code == 200  # the fifth working day
    place.watch.later(days=1)
    assert stranger(place).get(NOTICE).status_code == 410
    assert "公示过后的更正" not in stranger(place).get(PAGE).text


# Objections.


def test_a_form_sent_twice_is_one_objection(place: Place, hung: UUID) -> None:
    first, second = objected(place), objected(place)

    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert len(place.house.read.objections.of_place(VILLAGE)) == 1


def flood(place: Place, count: int, *, by: str | None = None, way: str = "paper") -> list[UUID]:
    """Objections to the second line."""
    with place.by(Actor("clerk", "village", VILLAGE)) as ledger:
        notice = listed(place.house, notice_id(VILLAGE, "2026-11", 1)).id
        more = {"about": "line", "line": 2, "text": "不对", "way": way, "by": by}
        return [ledger.object_to(notice, **more) for _ in range(count)]


def test_a_flood_hides_no_answer(place: Place, hung: UUID) -> None:
    """Who gave her name is answered first; all others stand behind a link, and by their code."""
    named, *_ = flood(place, 1, by=QIAN)
    early = objected(place).location
    answered_ = [named, *flood(place, 22)]
    with place.by(DECIDER) as ledger:
        for number, objection in enumerate(answered_):
            ledger.decide_objection(objection, Answer(DISMISSED, f"答复{number}号"))
    place.watch.later(days=1)
    first, second = (stranger(place).get(f"{PAGE}{page}").text for page in ("", "?answers=2"))
    assert "答复0号" in first
    assert first.index("答复0号") < first.index("号</span>", first.index("答复0号") + 10)
    assert first.count("<span>答复") == 20
    assert f"{PAGE}?answers=2#answers" in first
    assert second.count("<span>答复") == 3
    assert "answers=3" not in second
    assert stranger(place).get(f"{PAGE}?answers=999999999").status_code == 200
    flood(place, 1001)
    assert "最晚 2026年11月27日 答复" in stranger(place).get(early).text


@pytest.mark.parametrize(
    ("by", "most", "words"), [(None, 50, "请留名来提"), (QIAN, 10, "请明天提")], ids=["", "named"]
)
def test_so_many_come_in_on_a_day_and_more_on_paper(
    place: Place, hung: UUID, by: str | None, most: int, words: str
) -> None:
    flood(place, most, by=by, way="card")
    with pytest.raises(Refusal) as no:
        flood(place, 1, by=by, way="page")
    assert words in sentence_for(no.value.code, no.value.facts)
    assert (objected(place).status_code == 303) == (by is not None)
    flood(place, 1, by=by, way="paper")
    place.watch.later(days=1)
    flood(place, 1, by=by, way="page")


def test_the_answer_page_says_by_when_and_then_what(place: Place, hung: UUID) -> None:
    place_of_answer = objected(place).location
    told_ = stranger(place).get(place_of_answer).text
    assert "最晚 2026年11月27日 答复" in told_
    assert re.search(r'class="number">\d{4} \d{4}<', told_)

    answered(place, outcome=DISMISSED)
    told_ = stranger(place).get(place_of_answer).text
    assert "意见不成立" in told_
    assert "2026年11月27日（含当天）" in told_
    assert "赵秀英" not in told_
    assert "没有找到 1234 5678" in stranger(place).get(f"{PAGE}/objection?code=1234-5678").text
    other = place_of_answer.replace(VILLAGE, NEXT_VILLAGE)
    assert "没有找到" in stranger(place).get(other).text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"about": ""}, "请选一行"),
        ({"about": "2026-11/1/3"}, "请选一行"),
        ({"about": "2026-11/2/1"}, "请选一行"),
        ({"text": " "}, "请写一写哪里不对"),
        ({"text": "长" * 501}, "500 字以内"),
        ({"about": "2026-11/1/missing", "household": "Z999"}, "没有"),
        ({"website": "http://example"}, "请不要填"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    place: Place, hung: UUID, fields: dict[str, Any], words: str
) -> None:
    answer = objected(place, **fields)

    assert answer.status_code in (400, 404)
    assert words in answer.text
    assert 'class="error"' in answer.text or "note bad" in answer.text
    assert place.house.read.objections.of_place(VILLAGE) == []
    if "text" not in fields:
        assert WRITTEN in answer.text


def test_something_missing_names_its_household(place: Place, hung: UUID) -> None:
    objected(place, about="2026-11/1/missing", household="a002")
    (row,) = place.house.read.objections.of_place(VILLAGE)

    assert (row["about"], row["household"], row["case_id"]) == ("missing", QIAN, None)


def at_home(place: Place, household: str = ZHAO) -> Browser:
    """A phone on which a household has typed its PIN."""
    browser = place.browser()
    browser.client.set_cookie("jiamei", place.house.sessions.begin("card", household))
    return browser


def test_who_gives_her_name_is_asked_for_no_other(place: Place, hung: UUID) -> None:
    browser, form = at_home(place), f"{PAGE}/objection/named"
    fields = {"about": "2026-11/1/2", "text": "我家也参加了", "key": "a form"}
    assert "A001 赵*英" in browser.get(form).text
    assert browser.post(form, page=form, **fields).status_code == 303
    (row,) = place.house.read.objections.of_place(VILLAGE)

    assert (row["by_whom"], row["household"], row["way"]) == (ZHAO, QIAN, "page")
    place.house.access_log.flush()
    (line,) = [
        line for line in place.house.access_log.last(9) if line["action"] == "objection.file"
    ]
    assert (line["actor"], line["object"]) == (f"household:{ZHAO}", ZHAO)


def test_her_form_sent_twice_is_one_objection(place: Place, hung: UUID) -> None:
    browser, form = at_home(place), f"{PAGE}/objection/named"
    fields = {"about": "2026-11/1/2", "text": "我家也参加了", "key": "a form"}
    first, second = (browser.post(form, page=form, **fields) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert len(place.house.read.objections.of_place(VILLAGE)) == 1


def test_who_is_of_no_household_here_is_told_how(place: Place, hung: UUID) -> None:
    form = f"{PAGE}/objection/named"
    for browser in (place.browser(), at_home(place, f"{NEXT_VILLAGE}-A001")):
        assert "怎样留名" in browser.get(form).text
        sent = browser.post(form, page="/sign-in", about="2026-11/1/2", text="不对")
        assert sent.status_code == 409
    assert place.house.read.objections.of_place(VILLAGE) == []


def everything(place: Place) -> set[str]:
    """Every row of every table, also of the access log."""
    place.house.access_log.flush()
    file = make_url(place.house.settings.database_url).database
    assert file
    with closing(sqlite3.connect(file)) as sql:
        tables = [
            name for (name,) in sql.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        return {
            f"{table} " + " | ".join(map(_plain, row))
            for table in tables
            for row in sql.execute(f'SELECT * FROM "{table}"')
        }


def _plain(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def test_nothing_leads_to_who_objects_without_a_name(
    place: Place, hung: UUID, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rulings 24: no actor, no request id, no minute, no line in any log; though she is signed in
    on the same phone, and looks at the page before and at the answer after."""
    place.watch.now = place.watch.now.replace(hour=5, minute=47, second=29)  # 13:47 in Shanghai
    browser, before = at_home(place), everything(place)
    session = sha256(_cookie(browser).encode()).hexdigest()
    browser.client.environ_base |= {
        "REMOTE_ADDR": "203.0.113.7",
        "HTTP_USER_AGENT": "Phone seven",
        "HTTP_X_REQUEST_ID": "request-seven",
    }
    counted = place.app.config["METRICS"].text()
    browser.get("/sign-in")
    logs.configure("INFO")
    try:
        browser.get(PAGE)
        browser.get(NOTICE)
        sent = browser.client.post(
            f"{PAGE}/objection/anonymous",
            data={
                "csrf_token": _token(browser),
                "about": "2026-11/1/1",
                "text": WRITTEN,
                "key": "seven",
            },
        )
        browser.get(sent.location)
        said = capsys.readouterr().err
    finally:
        logs.configure("ERROR")

    assert sent.status_code == 303
    assert "X-Request-ID" not in sent.headers
    assert "objection" not in said
    assert not any(word in said for word in ("A001", "village", "203.0.113.7", "request-seven"))
    told_ = place.app.config["METRICS"].text().decode()
    assert "/village" not in told_, counted
    new = everything(place) - before
    assert any(row.startswith("objections ") for row in new)
    assert any("objection.filed" in row for row in new)
    for row in new:
        for trace in (
            "203.0.113.7",
            "seven",
            session,
            f"household:{ZHAO}",
            WRITTEN,
            ":47:",
            ":47.",
        ):
            assert trace not in row, row
        assert not row.startswith(("access_log ", "sessions "))
    assert any("anonymous" in row and "2026-11-23T16:00:00.000000Z" in row for row in new)
    assert check(place.house.county) == []


def _cookie(browser: Browser) -> str:
    found = browser.client.get_cookie("jiamei")
    assert found
    return found.value


def _token(browser: Browser) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(PAGE).text)
    assert found
    return found[1]


def test_addresses_are_counted_in_memory_only(place: Place, hung: UUID, tmp_path: Path) -> None:
    """Twenty objections a minute from one address, then no more for a while; looking goes on."""
    app = create_app(replace(place.house, settings=replace(place.house.settings, rate_limits=True)))
    browser = Browser(app.test_client())
    sent = [objected(place, browser, key=str(n)).status_code for n in range(21)]

    assert sent[-1] == 429
    assert 429 not in sent[:-1]
    assert browser.get(PAGE).status_code == 200


# For staff.


def test_staff_print_sheets_and_find_them_after_the_notice_is_taken_down(
    place: Place, hung: UUID
) -> None:
    shown = stranger(place).get(f"{NOTICE}/a4.pdf").data
    place.watch.later(days=9)
    staff = place.signed_in("village", VILLAGE)
    page = staff.get(f"/staff/notices/{hung}/papers")

    assert sha256(shown).hexdigest() in page.text
    assert f"/village/{VILLAGE}" in page.text
    assert "赵秀英" not in page.text
    assert staff.get(f"/staff/notices/{hung}/papers/1/a4.pdf").data == shown
    assert staff.get(f"/staff/notices/{hung}/papers/2/a4.pdf").status_code == 404
    assert f"/staff/notices/{hung}/papers" in staff.get(f"/staff/notices/{hung}").text


def test_a_stranger_believes_a_history_that_knows_only_the_day(
    place: Place, hung: UUID, tmp_path: Path
) -> None:
    """Later than what was entered that morning, dated before it: the verifier takes it."""
    place.watch.later(hours=3)
    assert objected(place).status_code == 303
    answered(place)
    sign_log(place.house)
    folder = export(place.house, tmp_path / "export")

    status, said = verify(folder)
    assert status == 0, said
