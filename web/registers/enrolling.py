"""Importing the household register: accounts opened, the register of households filled.

An account comes before its entry in the register, so that an import broken off half-way is
finished by the next one.
"""

from __future__ import annotations

from contextlib import suppress

from points.aggregate import stable_id
from points.envelope import current
from points.ledger.accounts import AlreadyOpened
from volunteers.households import Household
from web.registers import household_rows
from web.registers.answers import Answer, Progress, portions, silent
from web.registers.household_rows import Reading
from web.registers.layout import data_rows
from web.registers.villages import Villages
from web.registers.workbook import read_sheets
from web.wiring import House

BASE_DOCUMENT = "户籍登记表"


class Enrolling:
    def __init__(self, house: House) -> None:
        self._house = house

    def run(
        self,
        content: bytes,
        place: str,
        *,
        base: bool = False,
        dry_run: bool = False,
        progress: Progress = silent,
    ) -> Answer:
        """Take the register in, for the villages of `place`; `base` grants B01 as well.

        Raises `FileUnreadable`, `FileTooLarge`, `HeaderNotFound`; with `base` `NothingInForce`.
        """
        rows = data_rows(read_sheets(content), household_rows.COLUMNS)
        reading = household_rows.read(rows, self._villages(place), self._house.registry.find_all)
        told = [*reading.new, *reading.changed, *reading.same]
        without = self._without_base(told) if base else []
        if dry_run:
            return _answer(reading, len(without), "dry-run")
        return self._take_in(reading, without, progress)

    def _take_in(self, reading: Reading, without: list[Household], progress: Progress) -> Answer:
        registry, ledger = self._house.registry, self._house.ledger
        total, done = len(reading.new) + len(reading.changed) + len(without), 0
        for some in portions(reading.new):
            for one in some:
                with suppress(AlreadyOpened):  # an earlier import was broken off just here
                    ledger.open_account(one.number, village=one.village, group=one.group)
                progress(done := done + 1, total)
            registry.add(*some)
        for one in reading.changed:
            registry.change(one)
            progress(done := done + 1, total)
        for one in without:
            ledger.grant_base(one.number, document=BASE_DOCUMENT)
            progress(done := done + 1, total)
        return _answer(reading, len(without), "done")

    def _without_base(self, told: list[Household]) -> list[Household]:
        """Those that have no base points yet; nobody grants them to her own household."""
        self._house.ledger.rules_on(current().today)
        lots = {one.number: str(stable_id("base", one.number)) for one in told}
        granted = self._house.read.lots.known(list(lots.values()))
        own = current().actor.household
        return [one for one in told if lots[one.number] not in granted and one.number != own]

    def _villages(self, place: str) -> Villages:
        return Villages(self._house.regions.within(place, "township", "village", "community"))


def _answer(reading: Reading, based: int, state: str) -> Answer:
    extra: dict[str, object] = {"updated": len(reading.changed)} if reading.changed else {}
    return Answer(
        imported=len(reading.new) + len(reading.changed),
        unchanged=len(reading.same),
        refused=tuple(reading.refused),
        state=state,
        extra=extra | ({"base_granted": based} if based else {}),
    )
