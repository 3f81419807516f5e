"""Writes the store of a version: `python -m tests.contracts.golden.stores 0.1`.

Clock, ids, salts and keys are fixed, so that the same code writes the same bytes.
"""

from __future__ import annotations

import json
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from eventsourcing.domain import Aggregate

from points.envelope import Actor, Envelope, opened
from points.ledger import Ledger, Proposal
from points.store.county import County
from points.store.engine import open_engine
from points.store.mapper import HistoryMapper
from points.store.signing import SaveKey
from points.store.topics import Topics
from points.views import views
from tests.contracts.golden.stores import COUNTY, STORES, dump, is_released
from tests.support.cast import ADA, BEN, QIAN
from tests.support.device import Device
from tests.support.story import tell
from tests.support.town import Town

KEY = SaveKey(b"golden".ljust(32))


class Golden(Ledger):
    """A ledger whose salts are counted and whose key everybody knows."""

    def __init__(self, county: County, **more: Any) -> None:
        super().__init__(county, signer=KEY, **more)

    def construct_mapper(self) -> HistoryMapper:  # type: ignore[override]  # the library is generic in ids
        numbers = count(1)
        return HistoryMapper(Topics(Aggregate), salt=lambda: next(numbers).to_bytes(16))


class Known(Device):
    """A device whose signatures hold no chance."""

    def sign(self, text: str) -> str:
        how = ec.ECDSA(SHA256(), deterministic_signing=True)
        r, s = decode_dss_signature(self.private.sign(text.encode(), how))
        return b64encode(r.to_bytes(32) + s.to_bytes(32)).decode()


def live(town: Town) -> None:
    """The story, every save signed; then a case that its signer's own device signed too."""
    town.by(ADA).register_own_key()
    tell(town)
    device = Known(ec.derive_private_key(3, ec.SECP256R1()))
    town.by(BEN).register_device_key(device.public_key, name="手机3")
    case = town.by(ADA).propose(Proposal(QIAN, "E01", town.today, 20))
    mandate = device.mandate(BEN.id, "golden", ["award.signed", str(case)])
    with _asking(town, BEN, "golden", mandate) as ledger:
        ledger.sign(case)


@contextmanager
def _asking(town: Town, actor: Actor, nonce: str, mandate: str) -> Iterator[Ledger]:
    envelope = Envelope(actor, town.now, "page", nonce, nonce=nonce, mandates=(mandate,))
    with opened(envelope):
        yield town.ledger


def made(folder: Path, life: Callable[[Town], None] = live) -> dict[str, bytes]:
    """The store's files, of a county that lived in `folder`."""
    engine = open_engine(f"sqlite:///{folder}/{COUNTY}.db")
    county = County(COUNTY, engine)
    county.create(views)
    life(Town(county, ledger=Golden))
    files = dump(county)
    engine.dispose()
    return files


def main(version: str) -> None:
    if is_released(version):
        sys.exit(f"{version} is released: its store stays as it is")
    with TemporaryDirectory() as folder:
        files = made(Path(folder))
    target = STORES / version
    target.mkdir(exist_ok=True)
    for name, content in files.items():
        (target / name).write_bytes(content)
    print(version, json.loads(files["county.json"])["events"], "events")  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
