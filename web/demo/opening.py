"""The beginning: books in force, keepers in their shops, households with accounts and cards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from points.clock import business_day
from points.ledger import OpeningEntry
from web.demo.cast import Cast, Crew
from web.demo.people import Settler, settlers
from web.demo.procedure import adopt_by_procedure
from web.demo.stage import Scene, Stage

AT_ONCE = 500
"""Households entered in the register in one go."""

FRIDAY = 4

PAPER = (("P03", 5), ("C02-5", 10), ("N01", 3), ("M03", 30), ("P01", 2), ("C01", 5), ("M01", 20))
"""What a village's paper register held, rule and points; carried over as opening entries. Their
days lie more than a quarter back, so that they use up no cap of the demo's own months."""


def settled(stage: Stage, crew: Crew) -> Iterator[Settler]:
    """The households of a village, always the same for one seed."""
    yield from settlers(
        crew.village.code,
        stage.dice("settlers", crew.village.code),
        community=crew.village.level == "community",
        crowd=stage.profile.crowd,
        opened=stage.profile.opened,
        days=stage.profile.openings,
    )


def members(stage: Stage, crew: Crew, day: date) -> list[Settler]:
    """Households with an account that is open by `day`."""
    since = (day - stage.first_day).days
    return [
        each
        for each in settled(stage, crew)
        if each.opening_day is not None and each.opening_day < since
    ]


def adopt_books(stage: Stage, cast: Cast) -> None:
    """The rules and prices that are in force today, in force from the demo's first day on."""
    ledger, day = stage.ledger, stage.first_day
    _, rules, policy = ledger.rules_on(stage.last_day)
    _, goods = ledger.goods_on(stage.last_day)
    with stage.acting(cast.county, stage.at(day, 7)):
        version = ledger.draft_rules(list(rules.values()), policy=policy)
    with stage.acting(cast.second, stage.at(day, 7, 10)):
        adopt_by_procedure(ledger, version, day)
    with stage.acting(cast.county, stage.at(day, 7, 20)):
        version = ledger.draft_prices(list(goods.values()))
    with stage.acting(cast.second, stage.at(day, 7, 30)):
        ledger.adopt_prices(version, effective_from=day)


def declare_a_day(stage: Stage, cast: Cast) -> None:
    """A Friday in the second month on which the county's offices are closed."""
    day = stage.first_day + timedelta(days=38)
    day += timedelta(days=(FRIDAY - day.weekday()) % 7)
    with stage.acting(cast.county, stage.at(stage.first_day, 7, 40)) as ledger:
        ledger.declare_day(day, working=False, document="示例：县政府办公室通知第3号")


def settle(stage: Stage, crew: Crew) -> None:
    """A village's first day: the keeper, the register, and when each account will be opened."""
    with stage.acting(crew.township, stage.at(stage.first_day, 8)) as ledger:
        ledger.assign_keeper(crew.shop, keeper=crew.keeper.id)
    waiting = []
    for settler in settled(stage, crew):
        waiting.append(settler.household)
        if len(waiting) == AT_ONCE:
            stage.house.registry.add(*waiting)
            waiting.clear()
    stage.house.registry.add(*waiting)


def open_accounts(stage: Stage, crew: Crew, day: date) -> None:
    """The accounts that are opened on this day, with base points, card and paper entries."""
    since, chance = (day - stage.first_day).days, stage.dice("paper", crew.village.code, day)
    if since >= stage.profile.openings:
        return
    new = [each for each in settled(stage, crew) if each.opening_day == since]
    for number, settler in enumerate(new):
        brings = chance.random() < stage.profile.paper
        entries = chance.choices(PAPER, k=min(12, 2 + round(3 * settler.weight))) if brings else []
        at = stage.at(day, 9) + timedelta(seconds=25 * number)
        stage.plan(at, _opening(stage, crew, settler, entries))


def _opening(stage: Stage, crew: Crew, settler: Settler, entries: list[tuple[str, int]]) -> Scene:
    number = settler.number
    clerk = crew.deputy if number == crew.own else crew.chair

    def scene(at: datetime) -> None:
        with stage.acting(clerk, at) as ledger:
            ledger.open_account(number, village=crew.village.code, group=settler.household.group)
        with stage.acting(clerk, at + timedelta(seconds=5)) as ledger:
            ledger.grant_base(number)
        with stage.acting(clerk, at + timedelta(seconds=10)):
            stage.house.cards.issue(number)
        stage.tally["accounts"] += 1
        if number == crew.kin:
            with stage.acting(crew.township, at + timedelta(seconds=12)) as ledger:
                ledger.declare_kin(crew.chair.id, number, "sibling")
        if entries and business_day(at) <= stage.ledger.paper_ends([number])[number]:
            with stage.acting(clerk, at + timedelta(seconds=15)) as ledger:
                ledger.post_opening_entries(_from_paper(number, entries, stage.first_day))

    return scene


def _from_paper(number: str, entries: list[tuple[str, int]], day: date) -> list[OpeningEntry]:
    return [
        OpeningEntry(
            key=f"paper-{line}",
            household=number,
            rule=rule,
            points=points,
            occurred_on=day - timedelta(days=100 + 9 * line),
            reference=f"示例：纸质登记表第{line}行",
        )
        for line, (rule, points) in enumerate(entries, start=1)
    ]
