"""An honest county with its log signed and its board printed, and copies of it to be attacked."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

import psycopg
import pytest
from sqlalchemy import Connection, create_engine, text

from points.audit.export.events import export_events
from points.envelope import Actor
from points.ledger import CardUse, base
from points.store.county import County
from points.store.engine import open_engine
from points.store.protection import TRIGGERS
from tests.points.audit.exported import sign_log, verify
from tests.support.house import (
    COUNTY,
    QIAN,
    SHOP,
    SIGNER,
    VILLAGE,
    ZHAO,
    Place,
    make_tables,
    settings_for,
)
from tests.support.postgres import APP, SUPERUSER, Cluster
from web.audit import published
from web.settings import Settings

KEEPER = Actor("cleo", "keeper", VILLAGE)
Attack = Callable[[Connection], None]


@dataclass(frozen=True)
class Scene:
    """`outside`: what others hold: the policy, the board, a proof; `server`: None on SQLite."""

    settings: Settings
    outside: Path
    server: Cluster | None

    @contextmanager
    def copied(self, folder: Path) -> Iterator[str]:
        """Its database once more; the address is that of somebody who may do everything."""
        if self.server is None:
            file = folder / "attacked.db"
            source = self.settings.database_url.removeprefix("sqlite:///")
            with sqlite3.connect(source) as one, sqlite3.connect(file) as other:
                one.backup(other)
            yield f"sqlite:///{file}"
            return
        name = f"attacked_{folder.name[-40:]}".lower().replace("-", "_")
        with psycopg.connect(self.server.dsn(), autocommit=True) as sql:
            sql.execute(f'CREATE DATABASE "{name}" TEMPLATE "{self.template}"')
        yield self.server.url(SUPERUSER, name)
        with psycopg.connect(self.server.dsn(), autocommit=True) as sql:
            sql.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    @property
    def template(self) -> str:
        return self.settings.database_url.partition("@/")[2].partition("?")[0]

    def attack(self, url: str, attack: Attack) -> None:
        """By raw SQL, with every protection of the database taken away."""
        engine = create_engine(url)
        with engine.begin() as sql:
            if self.server is None:
                for trigger in TRIGGERS:
                    sql.execute(text(f"DROP TRIGGER {trigger}"))
            else:
                sql.execute(text(f"SET LOCAL search_path TO c{COUNTY}"))
            attack(sql)
            for trigger in TRIGGERS.values() if self.server is None else ():
                sql.execute(text(trigger))
        engine.dispose()

    def verified(self, url: str, folder: Path) -> tuple[int, str]:
        """What the verifier says of an export of that database: a process of its own, offline."""
        engine = open_engine(url)
        log = published(self.settings, COUNTY)
        export_events(County(COUNTY, engine), log, folder)
        engine.dispose()
        given = ("--policy", str(self.outside / "policy"), "--board", str(self.outside / "board"))
        return verify(folder, *given)


def live(place: Place, dice: Random, days: int) -> None:
    """Some days of a village: awards, redemptions, one of them voided."""
    with place.by() as ledger:
        ledger.assign_keeper(SHOP, keeper=KEEPER.id)
    for household in (ZHAO, QIAN):
        place.card(household)
    for _ in range(days):
        for household in (ZHAO, QIAN):
            place.earn(household, dice.randrange(20, 60))
            place.watch.later(seconds=dice.randrange(1, 60))
        with place.by(KEEPER) as ledger:
            receipt = ledger.redeem(
                shop=SHOP,
                card=CardUse(ZHAO, token_hash=place.house.read.cards.of(ZHAO)[0]["token_hash"]),
                lines=[("G01", dice.randrange(1, 4))],
                pin_checked=True,
            )
        if dice.random() < 0.3:
            with place.by(KEEPER) as ledger:
                ledger.void(receipt.receipt_no)
        if dice.random() < 0.3:
            _return(place, receipt.receipt_no)
        place.watch.now += timedelta(days=1)


def _return(place: Place, receipt_no: str) -> None:
    row = place.house.read.redemptions.by_receipt(receipt_no)
    if row and row["state"] == "completed":
        with place.by() as ledger:
            undo = ledger.ask_return(receipt_no, reason="坏了")
        with place.by(SIGNER) as ledger:
            ledger.sign_undo(undo)


def set_up(folder: Path, server: Cluster | None, *, seed: int = 1, days: int = 3) -> Scene:
    """Built, lived in, signed; the policy and the board are copied out."""
    log = {"log_dir": f"{folder}/log", "log_key_file": f"{folder}/log.key"}
    if server is None:
        settings = settings_for(f"sqlite:///{folder}/county.db", **log)
        make_tables(settings)
    else:
        name = f"scene_{seed}"
        owner = server.database(name)
        url, audit = server.url(APP, name), server.url(SUPERUSER, name)
        settings = settings_for(url, audit_url=audit, migration_url=owner, **log)
        make_tables(settings, owner, APP)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(base, "SNAPSHOT_EVERY", dict.fromkeys(base.SNAPSHOT_EVERY, 3))
        place = Place(settings)
        place.settle()
        live(place, Random(seed), days)
    sign_log(place.house)
    outside = folder / "outside"
    outside.mkdir()
    shutil.copyfile(place.house.log.directory / "policy", outside / "policy")
    (outside / "board").write_text(place.house.log.checkpoint() or "", newline="")
    (outside / "proof").write_text(place.house.log.proof(20), newline="")
    place.close()
    return Scene(settings, outside, server)
