"""P2, trust.md goal 6: under load every redemption is promised within a second, and proven within
sixty."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread

import pytest

from points.audit.policy import Policy
from points.audit.proof import Proof
from points.audit.receipts import Promise, believed
from points.audit.tree import leaf_hash
from points.store.records import leaf, line
from tests.support.house import COUNTY, SHOP, VILLAGE, ZHAO, Place, settings_for
from tests.support.publishing import publish, trust, witness_file

TILLS = 4


@pytest.mark.parametrize(
    "count", [120, pytest.param(10_000, marks=pytest.mark.nightly)], ids=["few", "goal"]
)
def test_promised_at_once_and_proven_within_a_minute(
    settled, tmp_path, record_property, count: int
) -> None:
    place = _rich(settled, tmp_path, count)
    signer = place.house.ledger.signer
    trust(place.house.settings, signer)
    passes: list[tuple[float, int]] = []
    done = Event()
    signing = Thread(target=_keep_signing, args=(place, passes, done))
    signing.start()
    try:
        tills = [place.program("keeper", VILLAGE, SHOP) for _ in range(TILLS)]
        card = place.card(ZHAO).token
        began = time.monotonic()
        with ThreadPoolExecutor(TILLS) as pool:
            parts = [
                pool.submit(_serve, till, card, n, count // TILLS) for n, till in enumerate(tills)
            ]
            slips = [slip for part in parts for slip in part.result()]
        rate = count / (time.monotonic() - began)
    finally:
        done.set()
        signing.join()

    policy = Policy.parse(place.house.log.policy())
    promises = [(believed(note, policy.processes), at) for _, at, note in slips]
    waits = sorted(took for took, _, _ in slips)
    delays = [
        next(then for then, size in passes if size >= promise.event_id) - at
        for promise, at in promises
    ]
    record_property("rate, longest answer, longest delay", (rate, waits[-1], max(delays)))
    assert len({promise.event_id for promise, _ in promises}) == count
    assert waits[-1] <= 1.0
    assert max(delays) <= 60.0
    for promise, _ in promises[:: max(1, count // 1000)]:
        _check(place, promise, policy)
    place.close()


def _rich(settled, tmp_path, count: int) -> Place:
    """Points and goods for so many; no PIN is asked."""
    file = tmp_path / "jiamei.db"
    file.write_bytes(settled.read_bytes())
    settings = settings_for(
        f"sqlite:///{file}",
        county=COUNTY,
        no_pin_day_points=10**6,
        witnesses=str(witness_file(tmp_path)),
    )
    place = Place(settings)
    for _ in range(count * 2 // 100 + 1):
        place.earn(ZHAO, 100)
    with place.by() as ledger:
        for _ in range(count // 1000 + 1):
            ledger.receive_stock(SHOP, sku="G01", quantity=1000, source="donation")
    return place


def _serve(till, card: str, n: int, count: int) -> list[tuple[float, float, str]]:
    """Seconds that the answer took, when it came, and the promise in it."""
    slips = []
    for at in range(count):
        asked = time.monotonic()
        answer = till.redeem(card, ("G01", 1), key=f"{n} {at}")
        now = time.monotonic()
        assert answer.status_code == 201, answer.json
        slips.append((now - asked, now, answer.json["proof"]["promise"]))
    return slips


def _keep_signing(place: Place, passes: list[tuple[float, int]], done: Event) -> None:
    last = False
    while not last:
        last = done.is_set()
        made = publish(place.house.settings, int(place.watch().timestamp()))
        passes.append((time.monotonic(), made.size))
        done.wait(1)


def _check(place: Place, promise: Promise, policy: Policy) -> None:
    (event,) = place.house.ledger.recorder.select_notifications(
        promise.event_id, 1, stop=promise.event_id
    )
    proof = Proof.parse(place.house.log.proof(promise.event_id))
    assert len(proof.check(leaf_hash(leaf(line(event))), policy).cosigned) == 3
