"""Settings and the vault key."""

from __future__ import annotations

import stat
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from environs import EnvError

from tests.support.house import make_tables, settings_for
from web.keys import derived, kept_key, key_of
from web.settings import read_settings
from web.wiring import build_house


def test_on_sqlite_a_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/var/jiamei.db"

    with ThreadPoolExecutor(8) as many:
        keys = set(many.map(lambda _: kept_key(url), range(16)))

    assert len(keys) == 1
    assert len(keys.pop()) == 32
    assert stat.S_IMODE((tmp_path / "var/vault.key").stat().st_mode) == 0o600
    assert [file.name for file in (tmp_path / "var").iterdir()] == ["vault.key"]


def test_on_postgresql_the_key_is_given() -> None:
    with pytest.raises(EnvError, match="JIAMEI_VAULT_KEY"):
        kept_key("postgresql+psycopg://jiamei@/jiamei")


@pytest.mark.parametrize("text", ["short", b64encode(b"k" * 31).decode(), "!" * 44])
def test_a_key_of_another_length_is_refused(text: str) -> None:
    with pytest.raises(EnvError, match="32 bytes"):
        key_of(text)


def test_both_kinds_of_base64_are_read() -> None:
    key = bytes([251, 255] * 16)

    assert key_of(b64encode(key).decode()) == key
    assert key_of(b64encode(key).decode().translate(str.maketrans("+/", "-_"))) == key


def test_a_key_for_one_purpose_is_not_that_for_another() -> None:
    assert len({derived(b"k" * 32, purpose) for purpose in ("pin", "totp", "form", "hash")}) == 4


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LOG_LEVEL", "LOUD"),
        ("LOG_DAYS", "179"),  # the law asks for six months
        ("PIN_ABOVE_POINTS", "many"),
        ("RATE_LIMITS", "perhaps"),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"JIAMEI_{name}", value)

    with pytest.raises(EnvError, match=f"JIAMEI_{name}"):
        read_settings()


def test_without_a_county_the_only_one_is_served(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'jiamei.db'}"
    make_tables(settings_for(url))

    with pytest.raises(EnvError, match="JIAMEI_COUNTY"):
        build_house(settings_for(url, county=None))

    house = build_house(settings_for(url))
    from tests.support.house import REGIONS
    from web.access.regions import read_regions

    house.regions.load(read_regions(REGIONS))
    house.close()
    served = build_house(settings_for(url, county=None))
    assert served.county.code == "999901"
    served.close()
