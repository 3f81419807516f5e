"""The API against its own description: made-up requests, none of which breaks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copyfile

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from tests.support.honours import honoured
from tests.support.house import COUNTY, SHOP, VILLAGE, ZHAO, Place, settings_for

EXAMPLES = 4
"""Requests per operation, for each role and kind: a keeper may do few of all operations."""

load_all_checks()
CHECKED = [
    CHECKS.get_one(name)
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    )
]


@pytest.fixture(scope="module")
def place(settled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    file = tmp_path_factory.mktemp("described") / "jiamei.db"
    copyfile(settled, file)
    made = Place(settings_for(f"sqlite:///{file}"))
    made.earn(ZHAO, 100)
    made.card(ZHAO)
    honoured(made)
    yield made
    made.close()


def plausible(place: Place) -> Callable[[schemathesis.Case], None]:
    """Puts things that exist into a made-up request, so that it comes through."""
    card = place.house.cards.of(ZHAO)
    assert card is not None
    read, (judge_id, judge) = place.house.read, _judge(place)
    in_address = {
        "no": ZHAO,
        "case": str(read.cases.of(ZHAO)[0]["case_id"]),
        "notice": str(read.notices.of_place(VILLAGE)[0]["notice_id"]),
        "round_id": str(read.evaluations.of(VILLAGE)[0]["round_id"]),
        "showcase": str(read.showcases.of(VILLAGE)[0]["showcase_id"]),
        "sitting": str(read.sittings.of_place(VILLAGE)[0]["sitting_id"]),
    }

    def known(case: schemathesis.Case) -> None:
        for name in in_address.keys() & case.path_parameters.keys():
            case.path_parameters[name] = in_address[name]
        if isinstance(case.body, dict):
            there = {"household": ZHAO, "card": card.token, "collected_by": None, "pin": None}
            there |= {"rule": "C01", "points": None, "minutes": None, "occurred_on": "2026-11-20"}
            there |= {"lines": [{"sku": "G01", "quantity": 1}]}
            there |= {"village": VILLAGE, "judges": ["A001", "A002", judge], "person": judge_id}
            case.body |= {name: there[name] for name in there.keys() & case.body.keys()}

    return known


def _judge(place: Place) -> tuple[str, str]:
    """Id and login of somebody of the village's staff."""
    user = place.staff("village", VILLAGE, login="judge")
    return user.id, user.login


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("role", ["administrator", "keeper", None])
def test_made_up_requests_are_answered_as_described(
    place: Place, role: str | None, mode: GenerationMode
) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", place.app)
    operations = [found.ok() for found in schema.get_all_operations()]
    shop = SHOP if role == "keeper" else None
    token = place.token(role, VILLAGE if shop else COUNTY, shop) if role else None
    known, seen = plausible(place), set[int]()

    @given(
        case=st.one_of([each.as_strategy(generation_mode=mode) for each in operations]),
        real=st.booleans(),
    )
    @settings(
        max_examples=EXAMPLES * len(operations),
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: schemathesis.Case, *, real: bool) -> None:
        case.headers["Authorization"] = f"Bearer {token}"
        if real and mode is GenerationMode.POSITIVE:
            known(case)
        answer = case.call()
        seen.add(answer.status_code)
        case.validate_response(answer, checks=CHECKED)
        if answer.status_code >= 400:
            assert set(answer.json()) == {"code", "message", "facts"}
        if role is None:
            assert answer.status_code in (401, 404, 405)

    ask()
    if role and mode is GenerationMode.POSITIVE:
        assert seen & {200, 201, 202}
