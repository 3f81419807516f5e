"""Wiring: the one place where ledger, register, access, clock and settings meet."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import cast
from uuid import uuid4

from environs import EnvError
from flask import current_app
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError

from points.audit.published import PublishedLog
from points.clock import Clock, utc_now
from points.ledger import Ledger
from points.store.county import County, dsn_for
from points.store.engine import open_engine
from points.store.signing import SaveKey
from points.views import Reads
from volunteers.households import Registry
from volunteers.vault import Vault
from web.access.inspections import Inspections
from web.access.log import AccessLog
from web.access.pins import Pins
from web.access.regions import Regions
from web.access.sessions import Sessions
from web.access.shared import Shared
from web.access.tokens import Tokens
from web.access.totp import SecondFactor
from web.access.users import Users
from web.audit import published
from web.cards import Cards
from web.evidence import Evidence
from web.folders import evidence_folder
from web.keyed import Keyed
from web.keys import derived, kept_key
from web.settings import Settings


@dataclass(frozen=True)
class House:
    """Everything the front may ask, for the one county that this process serves."""

    settings: Settings
    clock: Clock
    county: County
    ledger: Ledger
    registry: Registry
    vault: Vault
    shared: Shared
    users: Users
    second_factor: SecondFactor
    sessions: Sessions
    tokens: Tokens
    inspections: Inspections
    pins: Pins
    regions: Regions
    access_log: AccessLog
    cards: Cards
    keyed: Keyed
    """Keyed hashes for what must be recognised and not read."""
    evidence: Evidence
    """Photos that prove an award."""
    log: PublishedLog
    """What strangers may ask of the transparency log; another process signs it."""
    secret_key: bytes
    """Signs the tokens of forms."""

    @property
    def read(self) -> Reads:
        return self.ledger.read

    def position(self) -> int:
        """The id of the last event; asks shared tables too, so it says whether both answer."""
        self.regions.counties()
        return self.ledger.recorder.max_notification_id() or 0

    def close(self) -> None:
        """Write down what waits and give the connections back."""
        self.access_log.close()
        self.ledger.close()
        for engine in {self.county.engine, self.shared.engine}:
            engine.dispose()


def house() -> House:
    """The house of the running application."""
    return cast(House, current_app.config["HOUSE"])


def build_house(settings: Settings, clock: Clock = utc_now) -> House:
    """Open the databases and put everything together.

    Raises `environs.EnvError` where a setting is missing, `UnsafeDatabase` where SQLite is unsafe.
    """
    shared = Shared(open_engine(settings.shared_dsn))
    regions = Regions(shared)
    county = _county(settings, shared, settings.county or _only_county(regions))
    key = settings.vault_key or kept_key(settings.shared_dsn)
    keyed = Keyed(derived(key, "hash"))
    vault = Vault(county, key)
    signer = SaveKey(settings.process_key or derived(key, "process"))
    ledger = Ledger(county, new_id=uuid4, note_box=vault, signer=signer)
    return House(
        settings=settings,
        clock=clock,
        county=county,
        ledger=ledger,
        registry=Registry(county, vault),
        vault=vault,
        shared=shared,
        users=Users(shared, clock, new_id=_new_id, blind=keyed.login),
        second_factor=SecondFactor(shared, clock, key=derived(key, "totp"), issuer=settings.name),
        sessions=Sessions(
            shared,
            clock,
            new_secret=_new_secret,
            idle=settings.session_idle,
            life=settings.session_life,
        ),
        tokens=Tokens(shared, clock, new_id=_new_id, new_secret=_new_secret),
        inspections=Inspections(shared, clock, new_id=_new_id, new_secret=_new_link),
        pins=Pins(shared, clock, pepper=derived(key, "pin")),
        regions=regions,
        access_log=AccessLog(shared, clock, new_id=_new_id),
        cards=Cards(county, ledger, vault, random=secrets.token_bytes),
        keyed=keyed,
        evidence=Evidence(evidence_folder(settings, county.code), derived(key, "evidence")),
        log=published(settings, county.code),
        secret_key=derived(key, "form"),
    )


def _county(settings: Settings, shared: Shared, code: str) -> County:
    dsn = dsn_for(settings.database_url, code)
    engine: Engine = shared.engine if dsn == settings.shared_dsn else open_engine(dsn)
    return County(code, engine)


def _only_county(regions: Regions) -> str:
    try:
        codes = [region.code for region in regions.counties()]
    except DatabaseError:
        codes = []
    if len(codes) != 1:
        raise EnvError("JIAMEI_COUNTY is needed: six digits; the region tree holds not one county")
    return codes[0]


def _new_id() -> str:
    return str(uuid4())


def _new_link() -> str:
    return secrets.token_urlsafe(16)  # 128 bits


def _new_secret() -> str:
    return secrets.token_urlsafe(32)
