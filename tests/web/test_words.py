"""The English catalogue: every sentence of pages and code, with the same facts in it."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tests.support.house import VILLAGE, Place

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "web/translations/en/LC_MESSAGES"
METHODS = [("web/**.py", "python"), ("web/templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "_l": None, "N_": None, "gettext": None, "lazy_gettext": None}
FACTS = re.compile(r"%\(\w+\)s|\{\w+\}")


def catalogue() -> dict[str, str]:
    with (CATALOGUE / "messages.po").open("rb") as file:
        return {str(each.id): str(each.string) for each in read_po(file) if each.id}


def test_it_is_complete_and_holds_nothing_else() -> None:
    """`make words` gathers what is new."""
    found = extract_from_dir(ROOT, METHODS, {}, KEYWORDS)
    said = {message for _, _, message, _, _ in found}

    assert said == set(catalogue())


def test_every_sentence_is_translated_with_its_facts() -> None:
    for chinese, english in catalogue().items():
        assert english.strip() or not chinese.strip(), chinese
        assert set(FACTS.findall(chinese)) == set(FACTS.findall(english)), chinese
        assert not re.search(r"[\u4e00-\u9fff]", english), english


def test_what_runs_is_what_is_written() -> None:
    made = io.BytesIO()
    with (CATALOGUE / "messages.po").open("rb") as file:
        write_mo(made, read_po(file, locale="en"))

    assert made.getvalue() == (CATALOGUE / "messages.mo").read_bytes()


def test_a_page_in_english(place: Place) -> None:
    browser = place.browser()
    browser.post("/language", language="en")

    page = browser.get("/sign-in").text

    assert '<html lang="en"' in page
    assert "Staff and keepers sign in here." in page


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_a_refusal_speaks_the_reader_s_language(place: Place, language: str) -> None:
    browser = place.signed_in("village", VILLAGE)
    browser.post("/language", "/own", language=language)

    answer = browser.get("/nothing", Accept="application/json").json

    assert answer["code"] == "not-found"
    assert ("address" in answer["message"]) == (language == "en")
