"""What the vault keeps, keeps apart, and forgets."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, update

from points.store.county import County
from tests.conftest import CountyMaker
from tests.volunteers.conftest import KEY
from volunteers.sealing import VaultSealed
from volunteers.tables import people, vault_fields, vault_keys
from volunteers.vault import Vault

HOUSE, NEIGHBOUR = "999901100201-A001", "999901100201-A002"


def put(county: County, vault: Vault, subject: str, **fields: str) -> None:
    with county.write() as connection:
        vault.put({subject: fields}, connection)


def test_a_field_is_read_back(people_county: County, vault: Vault) -> None:
    put(people_county, vault, HOUSE, head="徐斌", phone="13800008779")

    assert vault.get(HOUSE, "head") == "徐斌"
    assert vault.get(HOUSE, "phone") == "13800008779"
    assert vault.get(NEIGHBOUR, "head") is None


def test_a_new_version_takes_the_place_of_the_old(people_county: County, vault: Vault) -> None:
    put(people_county, vault, HOUSE, phone="13800000001", head="徐斌")
    put(people_county, vault, HOUSE, phone="13800000002")

    with people_county.read() as connection:
        rows = connection.execute(select(vault_fields.c.field, vault_fields.c.version)).all()
    assert sorted(rows) == [("head", 1), ("phone", 2)]
    assert vault.get(HOUSE, "phone") == "13800000002"


def test_many_subjects_are_read_in_one_go(people_county: County, vault: Vault) -> None:
    heads = {f"999901100201-B{n:04}": f"户主{n}" for n in range(1200)}
    with people_county.write() as connection:
        vault.put({subject: {"head": head} for subject, head in heads.items()}, connection)

    assert vault.get_all(heads, "head") == heads


def test_erasing_destroys_the_key_and_the_rows(people_county: County, vault: Vault) -> None:
    put(people_county, vault, HOUSE, head="徐斌")
    put(people_county, vault, NEIGHBOUR, head="刘兰花")
    note, _ = vault.new_note()
    sealed = vault.seal(HOUSE, note, "评议会纪要3号".encode())
    assert vault.unseal(HOUSE, note, sealed) == "评议会纪要3号".encode()

    with people_county.write() as connection:
        vault.erase(HOUSE, connection)

    assert vault.get(HOUSE, "head") is None
    assert vault.unseal(HOUSE, note, sealed) is None
    assert vault.get(NEIGHBOUR, "head") == "刘兰花"
    with people_county.read() as connection:
        assert connection.scalars(select(vault_keys.c.subject)).all() == [NEIGHBOUR]


def test_a_note_opens_under_its_own_id_only(vault: Vault) -> None:
    (note, salt), (other, _) = vault.new_note(), vault.new_note()
    sealed = vault.seal(HOUSE, note, b"text")

    assert len(salt) == 16
    with pytest.raises(VaultSealed):
        vault.unseal(HOUSE, other, sealed)


@pytest.mark.parametrize("moved", ["field", "subject", "version", "sealed"])
def test_what_was_moved_or_changed_does_not_open(
    people_county: County, vault: Vault, moved: str
) -> None:
    put(people_county, vault, HOUSE, head="徐斌")
    put(people_county, vault, NEIGHBOUR, phone="13800000001")
    mine = vault_fields.c.subject == HOUSE
    with people_county.write() as connection:
        sealed = connection.scalar(select(vault_fields.c.sealed).where(mine))
        assert sealed is not None
        told = {
            "field": {"field": "phone"},
            "subject": {"subject": NEIGHBOUR},
            "version": {"version": 2},
            "sealed": {"sealed": sealed[:-1] + bytes([sealed[-1] ^ 1])},
        }[moved]
        connection.execute(update(vault_fields).where(mine).values(told))

    with pytest.raises(VaultSealed, match=told.get("subject", HOUSE)):  # type: ignore[arg-type]
        vault.get_all([HOUSE, NEIGHBOUR], "phone" if moved == "field" else "head")


def test_another_vault_key_opens_nothing(people_county: County, vault: Vault) -> None:
    put(people_county, vault, HOUSE, head="徐斌")

    with pytest.raises(VaultSealed):
        Vault(people_county, bytes(32)).get(HOUSE, "head")


def test_another_county_neither_opens_nor_recognises(make_county: CountyMaker) -> None:
    one, other = make_county("999901", people), make_county("999902", people)
    vaults = Vault(one, KEY), Vault(other, KEY)
    put(one, vaults[0], HOUSE, head="徐斌")
    for table in (vault_keys, vault_fields):
        with one.read() as source:
            rows = [dict(row) for row in source.execute(select(table)).mappings()]
        with other.write() as target:
            target.execute(table.insert(), rows)

    with pytest.raises(VaultSealed):
        vaults[1].get(HOUSE, "head")
    assert vaults[0].blind("head", "徐斌") != vaults[1].blind("head", "徐斌")


def test_a_keyed_hash_tells_kinds_and_keys_apart(people_county: County, vault: Vault) -> None:
    assert vault.blind("head", "徐斌") == vault.blind("head", "徐斌")
    assert vault.blind("head", "徐斌") != vault.blind("phone", "徐斌")
    assert vault.blind("head", "徐斌") != Vault(people_county, bytes(32)).blind("head", "徐斌")


def test_the_key_has_32_bytes(people_county: County) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Vault(people_county, b"short")


def test_no_name_stands_in_the_file_in_clear(sqlite_county: CountyMaker, tmp_path: Path) -> None:
    county = sqlite_county("999901", people)
    put(county, Vault(county, KEY), HOUSE, head="徐斌", phone="13800008779")

    county.engine.dispose()
    for file in tmp_path.glob("999901.db*"):
        raw = file.read_bytes()
        assert "徐斌".encode() not in raw
        assert b"13800008779" not in raw
