"""P1: strangers fetch checkpoint, tiles and proofs under /audit, and can check them."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from threading import Timer

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from points.audit.checkpoint import Signed
from points.audit.policy import Policy
from points.audit.proof import Proof
from points.audit.signer import HistoryDiffers, HistoryShrank, Pass
from points.audit.tiles import entries_of, hashes_of
from points.audit.tree import Frontier, leaf_hash
from points.store.reading import in_order
from points.store.records import leaf, line
from tests.support.house import COUNTY, ZHAO, Place
from web.audit import county_of, folder_of, history_of, log_key, policy_text, signer_of
from web.settings import Settings


def sign(settings: Settings, *, whole: bool = False) -> Pass:
    """What `jiamei log sign` does, in this process."""
    history = history_of(settings, COUNTY)
    try:
        return signer_of(settings, COUNTY, history).sign(whole=whole)
    finally:
        history.close()


def test_before_the_first_checkpoint_there_is_nothing(place: Place) -> None:
    client = place.app.test_client()
    for address in ("checkpoint", "policy", "tile/0/000.p/1", "proof/1"):
        answer = client.get(f"/audit/{address}", headers={"Accept": "application/json"})
        assert answer.status_code == 404
        assert answer.headers["Cache-Control"] == "no-store"
    assert client.get("/audit/proof/1", headers={"Accept": "application/json"}).json["code"] == (
        "not-logged-yet"
    )


def test_a_stranger_checks_everything_from_what_is_published(place: Place) -> None:
    done = sign(place.house.settings)
    client = place.app.test_client()
    key = log_key(place.house.settings, COUNTY).vkey
    policy = Policy.parse(policy_text(place.house.settings, COUNTY, None))

    shown = client.get("/audit/checkpoint")
    assert shown.content_type == "text/plain; charset=utf-8"
    assert shown.headers["Cache-Control"] == "public, max-age=5"
    point = policy.believe(shown.text).checkpoint
    Signed.parse(shown.text).check_log(key)
    assert point.size == done.size == place.house.position()
    assert point.origin == f"127.0.0.1:8000/jiamei/{COUNTY}" == place.house.log.origin

    tile = client.get(f"/audit/tile/0/000.p/{point.size}")
    bundle = client.get(f"/audit/tile/entries/000.p/{point.size}")
    for answer in (tile, bundle):
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    grown = Frontier()
    for data, hashed in zip(entries_of(bundle.data), hashes_of(tile.data), strict=True):
        assert hashed == leaf_hash(data)
        grown.add(hashed)
    assert grown.root == point.root

    with place.house.county.read() as connection:
        events = [event for some in in_order(connection) for event in some]
    for event in events:
        answer = client.get(f"/audit/proof/{event.id}")
        assert f"{event.id}.tlog-proof" in answer.headers["Content-Disposition"]
        found = Proof.parse(answer.text)
        assert found.index == event.id - 1
        found.check(leaf_hash(leaf(line(event))), policy)
        assert entries_of(bundle.data)[event.id - 1] == leaf(line(event))
    assert client.get(f"/audit/proof/{point.size + 1}").status_code == 404


def test_a_bundle_says_nothing_about_who_or_how_much(place: Place) -> None:
    """Salted digests only."""
    place.earn(ZHAO, 20)
    size = sign(place.house.settings).size
    bundle = place.house.log.tile(f"entries/000.p/{size}")
    for data in entries_of(bundle):
        head, digest, end = data.split(b"\n")
        assert (head, end) == (b"jiamei-leaf/v1", b"")
        assert len(digest) == 44
    with place.house.county.read() as connection:
        events = [event for some in in_order(connection) for event in some]
    assert all(event.stamp and len(event.stamp.salt) == 16 for event in events)


def altered(place: Place, statement: str, **values: object) -> None:
    """By SQL, as somebody would who has the database's password: triggers are dropped first."""
    with place.house.county.write() as sql:
        for trigger in ("events_no_update", "events_no_delete"):
            sql.execute(text(f"DROP TRIGGER {trigger}"))
        sql.execute(text(statement), values)


def test_an_event_edited_by_sql_stops_the_signer(place: Place) -> None:
    size = sign(place.house.settings).size
    shown = place.house.log.checkpoint()
    altered(place, "UPDATE events SET actor = 'somebody else' WHERE id = :id", id=size // 2)
    place.earn(ZHAO, 20)
    with pytest.raises(HistoryDiffers) as refused:
        sign(place.house.settings, whole=True)
    assert refused.value.facts == {"event": size // 2}
    assert place.house.log.checkpoint() == shown


def test_events_deleted_by_sql_stop_the_signer(place: Place) -> None:
    size = sign(place.house.settings).size
    altered(place, "DELETE FROM events WHERE id > :id", id=size - 2)
    with pytest.raises(HistoryShrank) as refused:
        sign(place.house.settings)
    assert refused.value.facts == {"signed": size, "found": size - 2}


def test_the_signer_cannot_write_to_the_history(place: Place) -> None:
    history = history_of(place.house.settings, COUNTY)
    with (
        history.moment() as moment,
        pytest.raises(OperationalError, match="readonly"),
    ):
        moment._sql.execute(text("INSERT INTO notes SELECT * FROM notes"))  # type: ignore[attr-defined]
    with (
        history.moment() as moment,
        pytest.raises(OperationalError, match="readonly"),
    ):
        moment._sql.execute(text("DROP TABLE snapshots"))  # type: ignore[attr-defined]
    history.close()


def test_it_reads_a_database_that_nobody_has_open(place: Place) -> None:
    place.house.close()
    assert sign(place.house.settings).size > 0


def test_the_signer_finds_the_only_county_of_a_file(place: Place) -> None:
    assert county_of(replace(place.house.settings, county=None)) == COUNTY


def test_a_signer_that_keeps_running_follows_the_ledger(place: Place) -> None:
    """What is redeemed now is proven a moment later; killed, it goes on where it was."""
    settings = place.house.settings
    command = [sys.executable, "-c", "from web.cli import main; main()", "log", "sign", "--every"]
    env = {"JIAMEI_DATABASE_URL": settings.database_url, "JIAMEI_COUNTY": COUNTY, "PATH": ""}
    for _ in range(2):
        with subprocess.Popen(
            [*command, "1"], env=env, stdout=subprocess.PIPE, text=True
        ) as signer:
            assert signer.stdout is not None
            patience = Timer(60, signer.kill)
            patience.start()
            for _ in range(2):
                place.earn(ZHAO, 20)
                until = f"已签 {place.house.position()} 条"
                assert any(line.startswith(until) for line in signer.stdout)
                assert place.house.log.size == place.house.position()
            signer.kill()
            patience.cancel()
    assert sign(settings, whole=True).compared == place.house.position()


def test_the_key_is_its_owner_s_alone(place: Place) -> None:
    settings = place.house.settings
    first = log_key(settings, COUNTY)
    assert log_key(settings, COUNTY) == first
    folder = folder_of(settings, COUNTY)
    file: Path = folder.with_name(f"{COUNTY}.key")
    assert file.stat().st_mode & 0o777 == 0o600
    assert sha256(first.seed).digest() not in file.read_bytes()
    assert not list(folder.glob("*key*"))
