"""A vault and a register of households on either database."""

from __future__ import annotations

import pytest

from points.store.county import County
from tests.conftest import CountyMaker
from volunteers.households import Registry
from volunteers.tables import people
from volunteers.vault import Vault

KEY = bytes(range(32))


@pytest.fixture
def people_county(make_county: CountyMaker) -> County:
    return make_county("999901", people)


@pytest.fixture
def vault(people_county: County) -> Vault:
    return Vault(people_county, KEY)


@pytest.fixture
def registry(people_county: County, vault: Vault) -> Registry:
    return Registry(people_county, vault)
