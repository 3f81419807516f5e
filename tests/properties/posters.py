"""The nightly posting in processes of their own; each says which case it has just posted."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from multiprocessing.connection import Connection
from typing import ClassVar, TextIO
from uuid import UUID

from points.ledger import Ledger
from points.store.county import County
from points.store.engine import open_engine
from tests.support.cast import COUNTY, NIGHT
from tests.support.town import Town

AT_ONCE = 2
IDS_OF_A_LIFE = 1_000_000

_nursery = multiprocessing.get_context("forkserver")


class Telling(Ledger):
    pipe: ClassVar[int]

    def post_case(self, case_id: UUID) -> str:
        end: str = super().post_case(case_id)
        os.write(self.pipe, f"{case_id} {end}\n".encode())
        return end


def live(url: str, life: int, now: datetime, out: Connection) -> None:
    """Close and post what is due, once."""
    Telling.pipe = out.fileno()
    county = County(COUNTY, open_engine(url))
    town = Town(county, at=now, ids_from=life * IDS_OF_A_LIFE, ledger=Telling)
    town.by(NIGHT).close_and_post(town.today)
    county.engine.dispose()


@contextmanager
def posters(url: str, life: int, now: datetime) -> Iterator[TextIO]:
    """Two of them at work, and what they say; killed when the block ends."""
    ours, theirs = _nursery.Pipe(duplex=False)
    running = [
        _nursery.Process(target=live, args=(url, life * AT_ONCE + n, now, theirs))
        for n in range(AT_ONCE)
    ]
    for process in running:
        process.start()
    theirs.close()
    with os.fdopen(os.dup(ours.fileno())) as lines:
        try:
            yield lines
        finally:
            for process in running:
                process.kill()
            for process in running:
                process.join()
    ours.close()
