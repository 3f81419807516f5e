"""The machine's own asserts say what differed, as those of a test module do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

pytest.register_assert_rewrite("tests.properties.machine")


@pytest.fixture(scope="session", autouse=True)
def _no_template_is_left() -> Iterator[None]:
    """The file that every life is copied from goes with the run."""
    yield
    from tests.properties.machine import template

    if template.cache_info().currsize:
        shutil.rmtree(template().parent)
