"""Every route says whom it lets in; every API route is in the document that describes the API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.contracts.house import quoted, rows
from tests.support.house import Place, make_tables, settings_for
from web.access.declared import declared
from web.access.grants import GRANTS

OPEN_TO_ALL = re.compile(
    r"/|/static/.*|/sign-in(?:/code)?|/till|/till/today|/healthz|/readyz|/metrics|/C/.*|/c/.*|/api/v1/openapi\.json|"
    r"/manifest\.webmanifest|/sw\.js|/offline|/language|/language/.*|/robots\.txt|/favicon\.ico|"
    r"/inspect/.*|/witness/add-checkpoint|/slip|"
    r"/village|/village/<village>|/village/<village>/notice/<month>/<int:number>(?:/<sheet>)?|"
    r"/village/<village>/objection(?:/anonymous|/named)?|"
    r"/audit|/audit/(?:checkpoint|tile/.*|policy|proof/.*|board|receipt|receipt/.*|verify\.(?:py|html))|/[rR]/.*"
)
"""What anybody may open: pages of the till are empty frames that fill themselves by token. A new
public address is a decision, so it is written down here."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    settings = settings_for(f"sqlite:///{tmp_path_factory.mktemp('routes') / 'jiamei.db'}")
    make_tables(settings)
    place = Place(settings)
    yield place.app
    place.close()


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def test_every_route_declares_an_action_or_is_public(app: Flask) -> None:
    silent = [
        str(rule) for rule in rules(app) if declared(app.view_functions[rule.endpoint]) is None
    ]
    assert silent == []


def test_only_these_addresses_are_open_to_all(app: Flask) -> None:
    opened = {
        str(rule)
        for rule in rules(app)
        if (found := declared(app.view_functions[rule.endpoint])) and found.action is None
    }
    assert sorted(address for address in opened if not OPEN_TO_ALL.fullmatch(address)) == []


def test_every_granted_action_is_asked_somewhere(app: Flask) -> None:
    """A power that no route and no command asks for is a line that misleads."""
    code = "\n".join(
        module.read_text("utf-8")
        for module in (Path(__file__).parents[2] / "web").rglob("*.py")
        if module.name != "grants.py"
    )
    templates = "\n".join(
        page.read_text("utf-8")
        for page in (Path(__file__).parents[2] / "web/templates").rglob("*.html")
    )
    asked = set(re.findall(r"""["']([a-z]+\.[a-z]+)["']""", code + templates))

    assert sorted(set(GRANTS) - asked) == []


def documented(app: Flask) -> dict[str, Any]:
    found = app.test_client().get("/api/v1/openapi.json")
    assert found.status_code == 200
    return found.get_json()["paths"]


def served(app: Flask) -> set[tuple[str, str]]:
    """Address and method of every route of the API, but its description."""
    return {
        (re.sub(r"<(?:[^:>]+:)?([^>]+)>", r"{\1}", str(rule)), method)
        for rule in rules(app)
        if str(rule).startswith("/api/v1/") and "openapi" not in str(rule)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_api_route_is_in_its_description(app: Flask) -> None:
    described = {
        (path, method.upper())
        for path, item in documented(app).items()
        for method in item
        if method in {"get", "post", "put", "patch", "delete"}
    }
    assert described
    assert described == served(app)


def test_every_api_route_is_on_the_page_for_people(app: Flask) -> None:
    told = {
        (quoted(cells[1])[0], quoted(cells[0])[0])
        for cells in rows("docs/api.md")
        if len(cells) == 3 and cells[0] in {"`GET`", "`POST`", "`PUT`", "`DELETE`"}
    }
    assert told == served(app)


def test_every_described_operation_says_what_it_does_and_what_it_answers(app: Flask) -> None:
    for path, item in documented(app).items():
        for method, operation in item.items():
            if method in {"get", "post", "put", "patch", "delete"}:
                assert operation.get("summary"), f"{method} {path}"
                assert any(status.startswith("2") for status in operation["responses"])
