"""Each list as a file: the numbers of the screen, under its filters and for who may see it."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest

from points.audit.export.pseudonyms import code_of
from points.views import Reads
from tests.support.house import NEXT_VILLAGE, VILLAGE
from tests.support.office import Office
from tests.web.pages.desk import Desk, links, number
from tests.web.pages.test_numbers import _foot, _sum_of_entries
from web.sheets.folder import LISTS, export
from web.sheets.writing import Told

pytestmark = pytest.mark.row("K2")

Rows = list[dict[str, str]]


def rows_of(content: bytes) -> Rows:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def total(rows: Rows, title: str) -> int:
    return sum(int(row[title]) for row in rows)


def fetched(desk: Desk, page: str, name: str = "") -> Rows:
    """What the page's own button fetches."""
    answer = desk.page(page)
    assert answer.status_code == 200, page
    (href,) = {each for each in links(answer) if re.search(rf"{name}\.csv(\?|$)", each)}
    file = desk.page(href)
    assert file.status_code == 200, href
    assert file.mimetype == "text/csv"
    assert re.search(
        r'attachment; filename="jiamei-\S+\.csv"$', file.headers["Content-Disposition"]
    )
    return rows_of(file.data)


# On pages.


@pytest.mark.parametrize(
    ("filters", "measure"),
    [
        ("", "全部积分"),
        ("?what=taken", "全部积分"),
        ("?measure=spendable", "可用积分"),
        ("?rule=C01&from=2026-11-01&to=2026-11-30", "全部积分"),
        ("?household=999901100201-A002&measure=earned", "任务积分"),
    ],
)
def test_entries_are_those_of_the_page(quiet: Office, filters: str, measure: str) -> None:
    desk, path = Desk(quiet, "wang"), f"/staff/entries{filters}"
    rows = fetched(desk, path, "entries")

    assert rows
    assert total(rows, measure) == _sum_of_entries(desk.page(path).text)


def test_who_supervises_takes_home_what_one_person_did(quiet: Office) -> None:
    he = quiet.user("he").id
    rows = fetched(Desk(quiet, "jian"), f"/staff/watch/entries?actor={he}&rule=C01", "entries")

    assert {row["细则"] for row in rows} == {"C01"}
    assert len(rows) == 30


@pytest.mark.parametrize("login", ["wang", "zhao", "guan"])
@pytest.mark.parametrize(("measure", "title"), [("spendable", "可用积分"), ("base", "基础分")])
def test_accounts_are_those_of_the_place(
    quiet: Office, login: str, measure: str, title: str
) -> None:
    desk, path = Desk(quiet, login), f"/staff/accounts?measure={measure}"
    rows = fetched(desk, path, "accounts")

    assert len(rows) == 300
    assert total(rows, title) == _foot(desk.page(path).text)


def test_a_statement_opens_and_closes_as_on_paper(quiet: Office) -> None:
    desk, day = Desk(quiet, "wang"), quiet.today.isoformat()
    path = f"/staff/households/A002/statement?from={day}&to={day}"
    first, *lines, last = fetched(desk, path, "statement")
    statement = quiet.house.read.statements.of(f"{VILLAGE}-A002", quiet.today, quiet.today)

    assert (first["事由"], last["事由"]) == ("期初可用", "期末可用")
    assert int(first["之后可用"]) == statement.opening
    assert int(last["之后可用"]) == statement.closing == total([first, *lines, last], "可用积分")
    assert len(lines) == len(statement.lines) > 2


def test_the_shelves_the_moves_and_the_day_of_a_shop(quiet: Office) -> None:
    desk, shop = Desk(quiet, "wang"), "/staff/shops/100201"
    stock = fetched(desk, shop, "stock")
    taken = fetched(desk, shop, "redemptions")
    moves = fetched(desk, f"{shop}/moves", "moves")
    one = fetched(desk, f"{shop}/moves?sku=G29", "moves")

    levels = quiet.house.read.stock.levels("100201")
    assert {row["物资编号"]: int(row["现存"]) for row in stock} == levels
    assert total(moves, "数量") == sum(levels.values())
    assert total(one, "数量") == levels["G29"]
    assert total(taken, "用掉的积分") == 80
    assert {row["类别"] for row in rows_of(desk.page("/staff/entries.csv").data)} > {"兑换", "加分"}


def test_what_waits_for_a_signature(quiet: Office) -> None:
    rows = fetched(Desk(quiet, "li"), "/staff/sign", "sign")

    waiting = quiet.house.read.cases.waiting(VILLAGE)
    assert total(rows, "分") == sum(case["points"] for case in waiting)
    assert {row["状态"] for row in rows} == {"等复核"}


def test_nobody_s_name_or_phone_stands_in_a_file(quiet: Office) -> None:
    desk, heads = Desk(quiet, "wang"), set(_heads(quiet))
    paths = ("entries", "accounts", "households/A002/statement", "sign", "shops",
             "shops/100201/stock", "shops/100201/moves", "shops/100201/redemptions")  # fmt: skip
    for path in paths:
        text = desk.page(f"/staff/{path}.csv").data.decode("utf-8-sig")
        assert text.count("\n") > 1
        assert not [head for head in heads if head in text]
        assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", text)


def _heads(office: Office) -> list[str]:
    heads = office.house.registry.vault.get_all(office.numbers, "head").values()
    assert len(set(heads)) > 50
    return list(heads)


def test_a_file_is_chinese_whatever_the_reader_s_language(quiet: Office) -> None:
    desk = Desk(quiet, "wang")
    desk.send("/language", language="en")
    rows = rows_of(desk.page("/staff/entries.csv?what=taken").data)

    assert {row["类别"] for row in rows} == {"兑换"}


def test_nobody_fetches_what_is_not_of_her_place(quiet: Office) -> None:
    desk = Desk(quiet, "wang")
    for path in ("entries", "accounts", "sign", "shops"):
        assert desk.page(f"/staff/{path}.csv?place={NEXT_VILLAGE}").status_code == 403, path
    assert desk.page(f"/staff/households/{NEXT_VILLAGE}-A001/statement.csv").status_code == 403
    keeper = Desk(quiet, "dian")
    assert [row["店号"] for row in rows_of(keeper.page("/staff/shops.csv").data)] == ["100201"]
    assert keeper.page("/staff/entries.csv").status_code == 403


# The folder.


@pytest.fixture(scope="module")
def taken_home(
    quiet: Office, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, Told]]:
    """Every list, as an outsider gets it."""
    folder = tmp_path_factory.mktemp("home") / "lists"
    told = export(quiet.house, folder, lambda each: code_of(each, quiet.house.vault.blind))
    return folder, {each.name: each for each in told}


def test_every_list_is_there_with_what_is_told_of_it(
    taken_home: tuple[Path, dict[str, Told]],
) -> None:
    folder, told = taken_home
    assert len(told) == len(LISTS)
    assert {path.name for path in folder.iterdir()} == {f"{name}.csv" for name in told}
    assert [path.name for path in folder.parent.iterdir()] == ["lists"]
    for name, each in told.items():
        rows = rows_of((folder / f"{name}.csv").read_bytes())
        assert len(rows) == each.rows
        for title, sum_of_it in each.totals.items():
            assert total(rows, title) == sum_of_it, (name, title)
        heads = next(iter(rows), {"户": ""})
        assert not [title for title in heads if re.search(r"[A-Za-z_]", title)], name


def test_the_totals_are_those_of_the_screens(
    quiet: Office, taken_home: tuple[Path, dict[str, Told]]
) -> None:
    desk, told, read = Desk(quiet, "guan"), taken_home[1], quiet.house.read

    def entries(filters: str) -> int:
        return _sum_of_entries(desk.page(f"/staff/entries?{filters}").text)

    def foot(measure: str) -> int:
        return _foot(desk.page(f"/staff/accounts?measure={measure}").text)

    for measure, title in (("spendable", "可用积分"), ("earned", "任务积分"), ("base", "基础分")):
        assert told["households"].totals[title] == foot(measure)
        assert told["entries"].totals[title] == entries(f"measure={measure}")
    assert told["entries"].totals["全部积分"] == entries("")
    assert told["lots"].totals["还剩"] == told["entries"].totals["全部积分"]
    assert told["redemptions"].totals["用掉的积分"] == -entries("what=taken")
    assert told["stock"].totals["现存"] == _on_hand(desk) == told["moves"].totals["数量"]
    assert told["shops"].rows == len(read.shops.all())
    assert told["shops"].totals["现存件数"] == told["stock"].totals["现存"]
    assert told["undos"].rows == len(read.undos.waiting())
    assert told["keys"].rows == len(read.keys.all())
    assert told["cases"].totals["分"] == _proposed(read)


def _on_hand(desk: Desk) -> int:
    shown = re.search(r'现存 <strong class="num"><span class="num">(.*?)<',
                      desk.page("/staff/shops/100201/moves").text)  # fmt: skip
    assert shown
    return number(shown[1])


def _proposed(read: Reads) -> int:
    numbers = [str(row["household"]) for row in read.accounts.all()]
    return sum(case["points"] for each in numbers for case in read.cases.of(each))


def test_outsiders_learn_nobody_s_number_name_or_phone(
    quiet: Office, taken_home: tuple[Path, dict[str, Told]]
) -> None:
    heads = _heads(quiet)
    for path in taken_home[0].iterdir():
        text = path.read_text("utf-8-sig")
        assert VILLAGE not in text.replace("100201-2026", ""), path.name
        assert not [head for head in heads if head in text]
        assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", text)
    households = (taken_home[0] / "households.csv").read_text("utf-8-sig")
    assert len(re.findall(r"^H-[0-9A-Z]{8},示例01村,", households, re.MULTILINE)) == 300


def test_all_files_are_of_one_moment(quiet: Office, tmp_path: Path) -> None:
    """Somebody is busy meanwhile: what she enters is in no file."""

    def busy(source: Any) -> Any:
        quiet.credit("C02-4", quiet.numbers[50:52])
        return LISTS[1](source)

    before = quiet.house.position()
    told = {each.name: each for each in export(quiet.house, tmp_path / "out", str, busy)}
    rows = rows_of((tmp_path / "out" / "entries.csv").read_bytes())

    assert quiet.house.position() > before
    assert max(int(row["编号"]) for row in rows) <= before
    assert told["households"].totals["可用积分"] == total(rows, "可用积分")


def test_it_is_whole_or_not_there(quiet: Office, tmp_path: Path) -> None:
    def breaks(_: Any) -> Any:
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        export(quiet.house, tmp_path / "out", str, breaks)

    assert list(tmp_path.iterdir()) == []
