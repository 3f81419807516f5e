"""Browsers and the world they look at. One world for each module of tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests.browser.feed import film
from tests.browser.phone import at, held, launch, sign_in
from tests.browser.world import World, running


@pytest.hookimpl(tryfirst=True)  # before the groups are read
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group(item.path.stem))  # one world for a module


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running_playwright:
        yield running_playwright


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running(tmp_path_factory.mktemp("world")) as served:
        yield served


@pytest.fixture(scope="session")
def browser(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Its camera looks at an empty table."""
    empty = launch(playwright, film(tmp_path_factory.mktemp("film"), "table", None))
    yield empty
    empty.close()


@pytest.fixture(scope="module")
def keeper(browser: Browser, world: World) -> Any:
    """Cleo's cookies, once she has signed in."""
    with held(browser) as page:
        sign_in(page, world)
        return page.context.storage_state()


@pytest.fixture
def till(browser: Browser, world: World, keeper: Any) -> Iterator[Page]:
    """Cleo's phone, at the till, before any card."""
    with held(browser, storage_state=keeper) as page:
        page.goto(f"{world.url}/till")
        at(page, "scan")
        yield page


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    with held(browser) as page:
        yield page
