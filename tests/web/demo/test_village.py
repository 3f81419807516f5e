"""J5: what strangers read of a filled county holds no person: its pages and its sheets."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader

from points.clock import business_day
from points.notice import PUBLIC
from tests.support.house import COUNTY
from tests.web.demo.conftest import Town
from web import create_app
from web.village.drawing import drawn
from web.village.listed import listed
from web.village.papers import papers, told

pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.row("J5", "J6")]


@pytest.fixture(scope="module")
def persons(town: Town) -> set[str]:
    """Every full name and phone that the county knows."""
    households = town.house.registry.of_place(COUNTY)
    known = {one.head for one in households} | {one.phone for one in households}
    return {each for each in known if len(each) > 1}


@pytest.fixture(scope="module")
def client(town: Town) -> FlaskClient:
    return create_app(town.house).test_client()


def read(client: FlaskClient, path: str) -> str:
    answer = client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 200, path
    return answer.text


def villages(town: Town) -> list[str]:
    return [region.code for region in town.house.regions.villages(COUNTY)]


def pages(town: Town, client: FlaskClient) -> Iterator[str]:
    """The page of every village, of every notice that hangs there, and of its versions."""
    yield read(client, "/village")
    today = business_day(town.house.clock())
    for village in villages(town):
        yield read(client, f"/village/{village}")
        for each in town.house.read.notices.hanging(village, today):
            address = f"/village/{village}/notice/{each['month']}/{each['number']}"
            for version in range(1, each["version"] + 1):
                yield read(client, f"{address}?v={version}")


def test_no_page_holds_a_person(town: Town, client: FlaskClient, persons: set[str]) -> None:
    found = list(pages(town, client))

    assert len(persons) > 60
    assert len(found) > len(villages(town)) + 1, "something hangs in the demo"
    for page in found:
        assert [each for each in persons if each in page] == []


def test_no_sheet_holds_a_person(town: Town, persons: set[str]) -> None:
    """All that ever hung, in every version; the words of the picture are those of the sheet."""
    read_ = 0
    for notice in town.house.read.notices.every():
        if notice["kind"] != PUBLIC:
            continue
        for version in range(1, notice["version"] + 1):
            kept = papers(town.house, notice["notice_id"], version)
            text = "".join(
                "".join(page.extract_text().split())
                for sheet in ("a4.pdf", "a3.pdf")
                for page in PdfReader(io.BytesIO(kept[sheet].content())).pages
            )
            words = told(town.house, listed(town.house, notice["notice_id"], version))
            assert words["lines"][0]["code"] in text
            assert [each for each in persons if each in text or each in str(words)] == []
            assert drawn(words, "a4.pdf") == kept["a4.pdf"].content()
            read_ += 1
    assert read_
