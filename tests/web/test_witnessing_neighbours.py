"""A county is a witness for its neighbours, at one public address (P1)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from points.audit.federation import Federation
from points.audit.policy import Party, Policy
from points.audit.signed_note import PLAIN, Key, Note
from points.audit.tree import consistency
from points.audit.witness import BODY_BYTES_MAX
from points.audit.witness_folder import WitnessFolder
from points.audit.witnessing import Witnessing
from tests.points.audit.cast import ORIGIN, checkpoint, leaves, reader
from tests.points.audit.watching import KEY, asked, folder
from tests.support.house import COUNTY, Place, make_tables, settings_for
from tests.support.listening import serving
from tests.web.test_audit import sign
from web.audit import log_key

ADDRESS = "/witness/add-checkpoint"


@pytest.fixture
def kept(tmp_path: Path) -> WitnessFolder:
    return folder(tmp_path / "w")


@pytest.fixture
def place(tmp_path: Path, kept: WitnessFolder) -> Iterator[Place]:
    settings = settings_for(
        f"sqlite:///{tmp_path / 'jiamei.db'}", witness_dir=str(kept.folder), rate_limits=True
    )
    make_tables(settings)
    made = Place(settings)
    yield made
    made.close()


def post(client: FlaskClient, raw: bytes, **headers: str) -> TestResponse:
    return client.post(ADDRESS, data=raw, headers=headers)


def test_it_answers_as_a_witness_does(place: Place) -> None:
    client = place.app.test_client()
    answer = post(client, asked(leaves(5), 0))
    assert answer.status_code == 200
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    note = Note.parse(checkpoint(leaves(5), cosigned=()) + answer.text)
    assert note.verify([KEY.vkey]) == {KEY.vkey: int(place.watch().timestamp())}

    behind = post(client, asked(leaves(7), 0))
    assert (behind.status_code, behind.content_type, behind.text) == (
        409,
        "text/x.tlog.size",
        "5\n",
    )
    forked = [b"altered", *leaves(5)[1:]]
    for raw, status in ((asked(forked, 5), 422), (b"nonsense", 400), (b"", 400)):
        assert post(client, raw).status_code == status


def test_no_cookie_and_no_form_stand_in_between(place: Place, kept: WitnessFolder) -> None:
    """A browser on another site could send it too, and could do nothing with it."""
    client = place.app.test_client()
    client.set_cookie("jiamei", place.house.sessions.begin("user", place.staff("county").id))
    assert post(client, asked(leaves(5), 0), Origin="https://elsewhere.example").status_code == 200
    form = "application/x-www-form-urlencoded"
    answer = client.post(ADDRESS, data=asked(leaves(7), 5), content_type=form)
    assert (answer.status_code, kept.last(ORIGIN).size) == (200, 7)
    assert client.post("/sign-out", data={}).status_code == 400


def test_other_methods_and_large_bodies(place: Place) -> None:
    client = place.app.test_client()
    assert client.get(ADDRESS).status_code == 405
    assert post(client, b"x" * (BODY_BYTES_MAX + 1)).status_code == 413
    assert post(client, b"x" * BODY_BYTES_MAX).status_code == 400


def test_a_caller_who_asks_too_often_waits(place: Place) -> None:
    client = place.app.test_client()
    found = [post(client, b"nonsense").status_code for _ in range(121)]
    assert (set(found[:120]), found[120]) == ({400}, 429)


def test_without_a_folder_there_is_nothing(tmp_path: Path) -> None:
    settings = settings_for(f"sqlite:///{tmp_path / 'jiamei.db'}")
    make_tables(settings)
    place = Place(settings)
    assert post(place.app.test_client(), asked(leaves(5), 0)).status_code == 404
    place.close()


def test_a_witness_that_is_damaged_signs_nothing(place: Place, kept: WitnessFolder) -> None:
    client = place.app.test_client()
    whole = kept.key_file.read_bytes()
    kept.key_file.write_bytes(whole[:-5])
    assert (post(client, asked(leaves(5), 0)).status_code, kept.last(ORIGIN).size) == (503, 0)
    kept.key_file.write_bytes(whole)
    for path in (kept.folder / "state").iterdir():
        path.write_bytes(b"torn")
    answer = post(client, asked(leaves(5), 0))
    assert (answer.status_code, answer.text) == (503, "witness-forgot\n")


def test_the_city_gathers_what_a_county_serves(place: Place, tmp_path: Path) -> None:
    city = Federation(tmp_path / "city")
    city.folder.mkdir()
    city.key_file.write_text(Key.of("city.example", PLAIN, bytes(32)).private)
    with serving(place.app) as url:
        key = log_key(place.house.settings, COUNTY).vkey
        counties = Policy.parse(f"log {key} {url}/audit\nquorum none\n")
        (silent,) = city.sign(counties).refused.values()
        assert silent.code == "county-log-silent"
        for something_happens in (place.register_key, place.settle):
            something_happens()
            sign(place.house.settings)
            done = city.sign(counties)
            assert ([point.size for point in done.added], done.refused) == (
                [place.house.position()],
                {},
            )


def test_a_neighbour_s_signer_asks_it_over_http(place: Place) -> None:
    with serving(place.app) as url:
        asking = Witnessing({"neighbour": Party(KEY.vkey, f"{url}/witness")}, place.watch)
        for size in (5, 300):
            text, data = checkpoint(leaves(size), cosigned=()), leaves(size)
            lines = asking(text, lambda old, data=data: consistency(reader(data), old, len(data)))
            assert (len(lines), asking.failed) == (1, {})
