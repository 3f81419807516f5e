"""Several tills in a process of its own, as the service runs them; each says what it was told.

A till asks for one toothbrush after another. Like a real one it asks again, with the same key,
until it is answered: after an error, and after its own sudden end.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import TextIO

from eventsourcing.persistence import PersistenceError
from sqlalchemy.exc import SQLAlchemyError

from points.ledger import Ledger
from points.ledger.base import Busy
from points.store.county import County
from points.store.engine import open_engine
from tests.support.cast import CLEO, COUNTY, QIAN, SHOP, ZHAO, card
from tests.support.town import Town

TILLS = 4
IDS_OF_A_LIFE = 1_000_000

_nursery = multiprocessing.get_context("forkserver")
_nursery.set_forkserver_preload(["tests.properties.tills"])


def household_of(till: int) -> str:
    return (ZHAO, QIAN)[till % 2]


def sell(town: Town, till: int, number: int) -> str:
    """The receipt of a till's request, however often it must ask."""
    while True:
        try:
            receipt = town.by(CLEO, f"till {till} {number}").redeem(
                shop=SHOP, card=card(household_of(till)), lines=[("G01", 1)], pin_checked=True
            )
        except (PersistenceError, SQLAlchemyError, Busy):
            continue
        return str(receipt.receipt_no)


def live(url: str, life: int, starts: Sequence[int], out: Connection) -> None:
    """All tills at once, each from its first request that was not answered. Never ends."""
    engine = open_engine(url)
    ids = life * IDS_OF_A_LIFE
    town = Town(County(COUNTY, engine), ids_from=ids, ledger=Ledger)
    tell = partial(_tell, out.fileno())
    for till, start in enumerate(starts):
        Thread(target=_serve, args=(town, till, start, tell)).start()


def _serve(town: Town, till: int, number: int, tell: Callable[[str], None]) -> None:
    while True:
        tell(f"{till}\t{number}\t{sell(town, till, number)}\n")
        number += 1


def _tell(pipe: int, line: str) -> None:
    """At one stroke: a line is in the pipe or not."""
    os.write(pipe, line.encode())


class Answers:
    """What the tills were told, over all their lives."""

    def __init__(self) -> None:
        self.receipts: dict[tuple[int, int], str] = {}
        self.twice: list[tuple[int, int]] = []

    @property
    def starts(self) -> list[int]:
        """The first request of each till that is not answered."""
        answered = [0] * TILLS
        for till, number in self.receipts:
            answered[till] = max(answered[till], number + 1)
        return answered

    def hear(self, lines: TextIO, count: int | None = None) -> None:
        """So many lines, or all until the end."""
        for line in lines:
            till, number, receipt = line.rstrip("\n").split("\t")
            key = (int(till), int(number))
            if key in self.receipts:
                self.twice.append(key)
            self.receipts[key] = receipt
            if count is not None and (count := count - 1) == 0:
                return


@contextmanager
def tills(url: str, life: int, answers: Answers) -> Iterator[tuple[BaseProcess, TextIO]]:
    """The tills at work, and what they say; killed when the block ends, and heard to the end."""
    ours, theirs = _nursery.Pipe(duplex=False)
    process = _nursery.Process(target=live, args=(url, life, answers.starts, theirs))
    process.start()
    theirs.close()
    with os.fdopen(os.dup(ours.fileno())) as lines:
        try:
            yield process, lines
        finally:
            process.kill()
            process.join()
        answers.hear(lines)
    ours.close()
    process.close()
