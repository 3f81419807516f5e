"""Filling a county: the days one after the other, the villages beside each other."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import date, timedelta
from functools import partial
from typing import Any

from web.access.regions import Region
from web.demo.awards import register_month
from web.demo.cast import PEOPLE, Cast, Crew, cast
from web.demo.filled import NAMES, Filled, ShownCard, coverage
from web.demo.hanging import due
from web.demo.mishaps import mishap
from web.demo.opening import adopt_books, declare_a_day, open_accounts, settle
from web.demo.planted import plant
from web.demo.profiles import PROFILES, NotEmpty
from web.demo.shelves import deliver
from web.demo.slip import PLANTED, SIGN_INS, keep
from web.demo.stage import Stage
from web.demo.unfinished import unfinished
from web.demo.visits import visit
from web.wiring import House

SHOWN_CARDS = 2
DAILY = (deliver, open_accounts, register_month, mishap, plant, unfinished, due, visit)
"""What a village may plan for a day; most days it is nothing."""


def fill(house: House, *, profile: str, seed: int, progress: Callable[[int, int], None]) -> Filled:
    """Raises `NotEmpty` where the county holds accounts, `NothingInForce` without its books."""
    held = house.read.accounts.totals(house.county.code)["accounts"]
    if held:
        raise NotEmpty(accounts=held)
    began, before = time.monotonic(), house.position()
    stage = Stage(house, PROFILES[profile], seed, house.clock())
    villages = _villages(house)[: stage.profile.villages]
    people = cast(stage, villages)
    _play(stage, people, progress)
    events = house.position() - before
    told = _told(stage, people, profile, events, time.monotonic() - began)
    keep(house.settings, SIGN_INS, told.ways_in())
    keep(house.settings, PLANTED, [json.dumps(asdict(each)) for each in told.planted])
    return told


def _villages(house: House) -> list[Region]:
    """Villages first, urban communities after them."""
    found = house.regions.villages(house.county.code)
    return sorted(found, key=lambda region: (region.level != "village", region.code))


def _play(stage: Stage, people: Cast, progress: Callable[[int, int], None]) -> None:
    days = stage.profile.days
    adopt_books(stage, people)
    declare_a_day(stage, people)
    villages = [(stage.beside(crew.village.code), crew) for crew in people.crews]
    with ThreadPoolExecutor(stage.profile.at_once) as pool:
        list(pool.map(lambda village: settle(*village), villages))
        for number in range(days + 1):
            day = stage.first_day + timedelta(days=number)
            list(pool.map(partial(_play_day, day), villages))
            progress(number, days)
    for village, _ in villages:
        stage.tally += village.tally
        stage.planted += village.planted


def _play_day(day: date, village: tuple[Stage, Crew]) -> None:
    for plan in DAILY:
        plan(*village, day)
    village[0].play(day)


def _told(stage: Stage, people: Cast, profile: str, events: int, seconds: float) -> Filled:
    house, county = stage.house, stage.house.county.code
    return Filled(
        profile=profile,
        seed=stage.seed,
        villages=len(people.crews),
        households=len(house.registry.numbers(county)),
        counts={name: stage.tally[name] for name in NAMES},
        identity=house.read.journal.identity(),
        coverage=round(coverage(stage), 3),
        planted=sorted(stage.planted, key=lambda each: (each.day, each.village, each.kind)),
        events=events,
        seconds=seconds,
        sign_ins=_shown(people),
        cards=[
            _card(stage, crew, number) for number, crew in enumerate(people.crews[:SHOWN_CARDS])
        ],
    )


def _shown(people: Cast) -> list[Any]:
    """The county's and the first villages' sign-ins; a whole county's would fill pages."""
    return people.sign_ins[:4] + people.sign_ins[-PEOPLE * len(people.crews) :][: 2 * PEOPLE]


def _card(stage: Stage, crew: Crew, number: int) -> ShownCard:
    """The richest household of a village, with a PIN set for it."""
    house, pin = stage.house, f"{stage.dice('pin', number).choice((2580, 7391, 4826))}"
    rows = house.read.accounts.all(crew.village.code)
    row = max(rows, key=lambda each: int(str(each["balance"])))
    household = str(row["household"])
    card = house.cards.of(household)
    assert card is not None
    house.pins.set(household, pin)
    return ShownCard(
        household=household,
        name=house.registry.masked_heads([household]).get(household, ""),
        balance=int(str(row["balance"])),
        address=card.link(house.settings.base_url),
        number=card.shown_number,
        pin=pin,
    )
