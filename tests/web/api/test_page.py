"""docs/api.md says what the API is: every address, and only codes that exist."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.house import Place
from web.http.errors import OF_STATUS, STATUS
from web.words.sentences import SENTENCES

PAGE = (Path(__file__).parents[3] / "docs" / "api.md").read_text("utf-8")


def test_every_address_is_on_the_page(place: Place) -> None:
    described = place.app.test_client().get("/api/v1/openapi.json").json["paths"]
    named = set(re.findall(r"\| `(GET|POST)` \| `(/api/v1/[^`]+)`", PAGE))

    assert named == {
        (method.upper(), path)
        for path, item in described.items()
        for method in item
        if method != "parameters"
    }


def test_every_code_on_the_page_exists_and_has_that_status() -> None:
    for statuses, codes in re.findall(r"\| ([45]\d\d[\d, ]*) \| ([^|]+) \|", PAGE):
        for code in re.findall(r"`([a-z-]+)`", codes):
            assert code in SENTENCES
            known = STATUS.get(code) or {v: k for k, v in OF_STATUS.items()}.get(code)
            assert known is None or str(known) in statuses or (known == 422 and code == "invalid")
