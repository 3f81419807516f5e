"""Settings: the environment read once into one frozen value. Every name begins with `JIAMEI_`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from environs import Env
from marshmallow.validate import OneOf, Range
from sqlalchemy import make_url

from web.access.tables import KEPT_DAYS
from web.keys import key_of

DATABASE = "sqlite:///var/jiamei.db"
VERSION = "0.1.0"
NAME = "巾帼家美积分超市"
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


@dataclass(frozen=True)
class Settings:
    """What an operator may choose. `docs/operations.md` says each in a sentence.

    `database_url` may hold `{county}`: then each county has its own SQLite file. `county` is the
    county this process serves (six digits); None takes the only county of the region tree.
    Points and sizes are whole numbers, spans of time are spans of time.
    """

    database_url: str = DATABASE
    migration_url: str | None = None
    county: str | None = None
    base_url: str = "http://127.0.0.1:8000"
    name: str = NAME
    vault_key: bytes | None = None
    process_key: bytes | None = None
    log_origin: str | None = None
    evidence_dir: str | None = None
    log_dir: str | None = None
    log_key_file: str | None = None
    archive_dir: str | None = None
    audit_url: str | None = None
    witnesses: str | None = None
    witness_dir: str | None = None
    pin_above_points: int = 30
    no_pin_day_points: int = 30
    session_idle: timedelta = timedelta(minutes=30)
    session_life: timedelta = timedelta(hours=12)
    totp_roles: frozenset[str] = frozenset()
    log_level: str = "INFO"
    log_days: int = 183
    body_bytes_max: int = 8 * 1024 * 1024
    proxies: int = 0
    rate_limits: bool = True

    def flask(self) -> dict[str, Any]:
        """What Flask itself wants to know."""
        return {
            "SESSION_COOKIE_NAME": "__Host-form" if self.https else "form",
            "SESSION_COOKIE_SECURE": self.https,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "MAX_CONTENT_LENGTH": self.body_bytes_max,
            "WTF_CSRF_TIME_LIMIT": int(self.session_life.total_seconds()),
            "WTF_CSRF_SSL_STRICT": False,  # secret pages send no Referer; see the gate
        }

    @property
    def https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def on_sqlite(self) -> bool:
        return make_url(self.database_url).get_backend_name() == "sqlite"

    @property
    def shared_dsn(self) -> str:
        """Where users, sessions, tokens and regions live."""
        return self.database_url.replace("{county}", "shared")


def read_settings() -> Settings:
    """The environment as settings; raises `environs.EnvError` naming what is wrong."""
    env = Env(prefix="JIAMEI_")
    usual = Settings()
    return Settings(
        database_url=env.str("DATABASE_URL", usual.database_url),
        migration_url=env.str("MIGRATION_URL", None),
        county=env.str("COUNTY", None) or None,
        base_url=env.str("BASE_URL", usual.base_url).rstrip("/"),
        name=env.str("NAME", usual.name),
        vault_key=key_of(env.str("VAULT_KEY", "")),
        process_key=key_of(env.str("PROCESS_KEY", ""), "JIAMEI_PROCESS_KEY"),
        log_origin=env.str("LOG_ORIGIN", None) or None,
        evidence_dir=env.str("EVIDENCE_DIR", None) or None,
        log_dir=env.str("LOG_DIR", None) or None,
        log_key_file=env.str("LOG_KEY_FILE", None) or None,
        archive_dir=env.str("ARCHIVE_DIR", None) or None,
        audit_url=env.str("AUDIT_URL", None) or None,
        witnesses=env.str("WITNESSES", None) or None,
        witness_dir=env.str("WITNESS_DIR", None) or None,
        pin_above_points=env.int("PIN_ABOVE_POINTS", usual.pin_above_points),
        no_pin_day_points=env.int("NO_PIN_DAY_POINTS", usual.no_pin_day_points),
        session_idle=timedelta(minutes=env.int("SESSION_IDLE_MINUTES", 30)),
        session_life=timedelta(hours=env.int("SESSION_LIFE_HOURS", 12)),
        totp_roles=frozenset(env.list("TOTP_ROLES", [])),
        log_level=env.str("LOG_LEVEL", usual.log_level, validate=OneOf(LOG_LEVELS)),
        log_days=env.int("LOG_DAYS", usual.log_days, validate=Range(min=KEPT_DAYS)),
        body_bytes_max=env.int("BODY_BYTES_MAX", usual.body_bytes_max),
        proxies=env.int("PROXIES", usual.proxies),
        rate_limits=env.bool("RATE_LIMITS", usual.rate_limits),
    )
