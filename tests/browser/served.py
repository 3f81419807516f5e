"""A village office behind a real port: the application of `tests.support.office`, for browsers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

from playwright.sync_api import BrowserContext, Page
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.support.house import Place, make_tables, settings_for
from tests.support.office import Office


@dataclass
class Served:
    office: Office
    url: str

    def sit_down(self, seat: Page | BrowserContext, login: str) -> None:
        """From now on this browser is signed in as that person."""
        context = seat.context if isinstance(seat, Page) else seat
        sessions = self.office.house.sessions
        secret = sessions.begin("user", self.office.user(login).id)
        context.add_cookies([{"name": "jiamei", "value": secret, "url": self.url}])


class _Quiet(WSGIRequestHandler):
    def log(self, *_: Any) -> None:
        """The test says what went wrong."""


@contextmanager
def serving(folder: Path, *, households: int = 60) -> Iterator[Served]:
    """An office after a usual month, until the block ends."""
    settings = settings_for(f"sqlite:///{folder / 'jiamei.db'}", log_level="ERROR")
    make_tables(settings)
    place = Place(settings)
    office = Office(place)
    office.settle(households)
    office.month()
    server = make_server("127.0.0.1", 0, place.app, threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Served(office, f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        place.close()
