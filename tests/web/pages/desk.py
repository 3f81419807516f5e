"""Somebody of the staff at her desk: she opens pages, follows links, fills in forms."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

from werkzeug.test import TestResponse

from tests.support.house import Browser
from tests.support.office import Office


class Desk:
    """`desk.page(path)` opens, `desk.send(path, …)` posts a form with a key of its own."""

    def __init__(self, office: Office, login: str) -> None:
        self.office = office
        self.user = office.user(login)
        self.browser: Browser = office.place.opened_by(self.user)
        self._token = ""

    def page(self, path: str) -> TestResponse:
        return self.browser.get(path)

    def read(self, path: str) -> str:
        """The words of a page, without its tags; the page must open."""
        answer = self.page(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        return words(answer)

    def send(self, path: str, key: str | None = None, **fields: Any) -> TestResponse:
        """Lists are fields that stand there several times."""
        self._token = self._token or self.browser.form_token("/own")
        sent = {"csrf_token": self._token, "key": key or uuid4().hex, **fields}
        return self.browser.client.post(path, data=sent, headers={"Accept": "text/html"})

    def follow(self, answer: TestResponse) -> str:
        """The words of the page that an act ends on."""
        assert answer.status_code == 303, words(answer)
        return self.read(answer.headers["Location"])


def words(answer: TestResponse) -> str:
    """The text of a page, blanks made one."""
    text = re.sub(r"(?s)<(script|style|head).*?</\1>", " ", answer.text)
    text = re.sub(r"(?s)<[^>]*>", " ", text)
    return " ".join(unescape(text).split()).replace("\N{MINUS SIGN}", "-")


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.forms: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "a" and attributes.get("href"):
            self.found.append(attributes["href"] or "")
        if tag == "form" and attributes.get("method") == "post":
            self.forms.append(attributes.get("action") or "")


def _main(answer: TestResponse) -> _Links:
    links = _Links()
    links.feed(answer.text[answer.text.index("<main") :])
    return links


def links(answer: TestResponse) -> list[str]:
    """Where the links of a page's main part lead."""
    return _main(answer).found


def forms(answer: TestResponse) -> list[str]:
    """Where the forms of a page's main part post to."""
    return _main(answer).forms


def tiles(answer: TestResponse) -> dict[str, tuple[int, str]]:
    """The numbers of a page's tiles, with where each leads, by label."""
    found = re.findall(
        r'<a class="tile[^"]*" href="([^"]+)">\s*<span class="label">(.*?)</span>'
        r'\s*<span class="figure num">(.*?)<',
        answer.text,
    )
    return {label: (number(figure), unescape(href)) for href, label, figure in found}


def number(figure: str) -> int:
    """A number as pages write it: "1,286", "+20", "−80"."""
    return int(figure.strip().replace(",", "").replace("\N{MINUS SIGN}", "-"))
