"""The ledger and the model side by side: hypothesis chooses what happens next."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from points.checks import check
from points.envelope import Actor
from points.ledger import Ledger, OpeningEntry, base
from points.refusals import Refusal
from points.rulebook import Policy
from points.store.county import County as Place
from points.store.engine import open_engine
from points.store.protection import protect
from points.views import views
from tests.properties.awarding import WEDDING, Awarding
from tests.properties.model import House, Model, Request
from tests.properties.procedure import Case, No
from tests.support.cast import (
    ADA,
    BEN,
    CLEO,
    COUNTY,
    DORA,
    NIGHT,
    QIAN,
    RULES,
    SHOP,
    SUN,
    TINA,
    ZACK,
    ZHAO,
    ZOE,
    card,
    hashes,
    typed,
)
from tests.support.history import DAWN
from tests.support.procedure import adopt_by_procedure
from tests.support.town import Town

HOUSES = (ZHAO, QIAN, SUN)
houses = st.sampled_from(HOUSES)
signers = st.sampled_from((BEN, BEN, BEN, DORA, ADA, ZOE))
keepers = st.sampled_from((CLEO, CLEO, CLEO, ZACK))
goods = st.lists(
    st.tuples(st.sampled_from(("G01", "G02", "G02", "G30")), st.integers(1, 6)),
    min_size=1,
    max_size=3,
)
little = st.lists(
    st.tuples(st.sampled_from(("G01", "G02")), st.integers(1, 4)), min_size=1, max_size=2
)
threads = st.sampled_from((1, 1, 1, 3))
steps_of_time = st.sampled_from(
    (
        timedelta(seconds=20),
        timedelta(seconds=61),
        timedelta(hours=8),
        timedelta(days=1),
        timedelta(days=9),
        timedelta(days=31),
        timedelta(days=95),
    )
)


@cache
def template() -> Path:
    """The file of a county with books, three households and a shop, made once."""
    folder = Path(tempfile.mkdtemp(prefix="jiamei-model-"))
    file = folder / "county.db"
    engine = open_engine(f"sqlite:///{file}")
    place = Place(COUNTY, engine)
    place.create(views)
    with place.write() as sql:
        protect(sql)
    settle(Town(place))
    engine.dispose()
    return file


def settle(town: Town) -> None:
    """What every life begins with."""
    town.books([*RULES, WEDDING])
    for household in HOUSES:
        town.household(household)
    town.shop(stock=0)


class County(Awarding, RuleBasedStateMachine):
    """One life of a county. A subclass may bring another ledger, see `test_planted_bugs.py`."""

    ledger: ClassVar[type[Ledger]] = Ledger

    def __init__(self) -> None:
        super().__init__()
        self.town = Town(self.move_in(), ids_from=1_000_000, ledger=self.ledger)
        self.model = Model(
            now=DAWN,
            houses={household: House() for household in HOUSES},
            keepers={CLEO.id, ZACK.id},
            own={ZOE.id: ZHAO, ZACK.id: ZHAO},
        )
        self.steps = 0
        self.done: list[tuple[Actor, str, str, Any, Any]] = []
        self.openings: dict[str, OpeningEntry] = {}
        self.evenings: dict[date, dict[str, int]] = {}

    def move_in(self) -> Place:
        """A county as `settle` leaves it."""
        self.folder = Path(tempfile.mkdtemp(prefix="jiamei-life-"))
        shutil.copy(template(), self.folder / "county.db")
        return Place(COUNTY, open_engine(f"sqlite:///{self.folder / 'county.db'}"))

    def move_out(self) -> None:
        self.town.county.engine.dispose()
        shutil.rmtree(self.folder)

    # Acting on both sides.

    def both(
        self,
        actor: Actor,
        use_case: str,
        wanted: Callable[[], Any],
        *args: Any,
        at_once: int = 1,
        **kwargs: Any,
    ) -> Any:
        """What the ledger answered; fails unless the model agrees on whether and why not.

        `at_once`: the same command arrives so many times together, and happens once.
        """
        key = str(self.town._commands())
        call = (args, kwargs)
        answers = self._answers(actor, use_case, key, call, at_once)
        assert all(each == answers[0] for each in answers), answers
        try:
            wanted()
            expected = None
        except No as no:
            expected = no.code
        found = answers[0].code if isinstance(answers[0], _Said) else None
        assert found == expected, f"{use_case}: ledger says {answers[0]}, model {expected}"
        if found is None:
            self.done.append((actor, use_case, key, call, answers[0]))
        return None if found else answers[0]

    def _answers(self, actor: Actor, use_case: str, key: str, call: Any, at_once: int) -> list[Any]:
        def act(_: int) -> Any:
            try:
                return getattr(self.town.by(actor, key), use_case)(*call[0], **call[1])
            except Refusal as refusal:
                return _Said(refusal)

        if at_once == 1:
            return [act(0)]
        with ThreadPoolExecutor(at_once) as pool:
            return list(pool.map(act, range(at_once)))

    # What may happen.

    @initialize(stock=st.integers(5, 40))
    def full_shelves_and_some_points(self, stock: int) -> None:
        for sku in ("G01", "G02", "G30"):
            self._goods_come(sku, stock)
        self._paper(QIAN, 1, 9)
        cases: list[Case] = []
        for house, code, points in ((ZHAO, "E01", 90), (QIAN, "G01", 25), (QIAN, "E01", 60)):
            cases.append(Case(house, code, points, self.town.today, None, ADA.id))
            self._propose(cases[-1])
            self._sign(cases[-1], BEN)
        self._in_public(cases)

    def _goods_come(self, sku: str, count: int) -> None:
        self.both(
            CLEO,
            "receive_stock",
            lambda: self.model.shelf.update({sku: self.model.shelf[sku] + count}),
            SHOP,
            sku=sku,
            quantity=count,
            source="donation",
        )

    @rule(
        what=st.sampled_from(("paper", "base", "card", "goods", "paper", "goods")),
        house=houses,
        number=st.integers(1, 4),
    )
    def seldom(self, what: str, house: str, number: int) -> None:
        match what:
            case "paper":
                self._paper(house, number, number * 9)
            case "base":
                self.both(TINA, "grant_base", lambda: self.model.base(house), house)
            case "card":
                self._lose_card(house, again=number > 2)
            case _:
                self._goods_come("G01" if number > 2 else "G02", number)

    def _paper(self, house: str, row: int, ago: int) -> None:
        """A line of a paper register; the same line again changes nothing, and since something
        hung on the board no other comes in."""
        name = f"{house} {row}"
        occurred = self.town.today - timedelta(days=ago)
        entry = self.openings.setdefault(name, OpeningEntry(name, house, "C01", 5, occurred))
        lot = Ledger.opening_lot(entry)
        made = self.both(
            TINA,
            "post_opening_entries",
            lambda: self.model.opening(house, lot, "C01", 5, entry.occurred_on),
            [entry],
        )
        assert made is None or len(made.imported) + len(made.unchanged) == 1

    @rule(
        house=houses,
        basket=st.one_of(goods, little),
        keeper=keepers,
        old_card=st.sampled_from((0, 0, 0, 0, 1)),
        by_number=st.sampled_from((False, False, False, True)),
        pin=st.booleans(),
        at_once=threads,
    )
    def redeem(
        self,
        house: str,
        basket: list[tuple[str, int]],
        keeper: Actor,
        old_card: int,
        by_number: bool,
        pin: bool,
        at_once: int,
    ) -> None:
        edition = max(1, self.model.houses[house].card - old_card)
        shown = (typed if by_number else card)(house, edition)
        sold: list[Any] = []
        receipt = self.both(
            keeper,
            "redeem",
            lambda: sold.append(
                self.model.redeem(house, basket, keeper.id, card=edition, typed=by_number, pin=pin)
            ),
            shop=SHOP,
            card=shown,
            lines=basket,
            pin_checked=pin,
            at_once=at_once,
        )
        if receipt:
            found = (receipt.receipt_no, receipt.points, receipt.balance)
            assert found == (sold[0].receipt, sold[0].points, sold[0].balance_after)
            assert {line["sku"]: line["quantity"] for line in receipt.lines} == sold[0].goods

    @rule(
        house=houses,
        basket=little,
        pin=st.sampled_from((False, False, True)),
        times=st.sampled_from((1, 1, 2)),
        at_once=threads,
    )
    def buy(
        self, house: str, basket: list[tuple[str, int]], pin: bool, at_once: int, times: int = 1
    ) -> None:
        """As it mostly goes: the right card, and not much; or the same once more."""
        for _ in range(times):
            self.redeem(house, basket, CLEO, 0, by_number=False, pin=pin, at_once=at_once)

    @rule(
        house=houses,
        basket=little,
        time=st.sampled_from((timedelta(seconds=30), timedelta(seconds=61), timedelta(days=35))),
    )
    def buy_and_regret(self, house: str, basket: list[tuple[str, int]], time: timedelta) -> None:
        """Bought, and soon voided, or given back much later."""
        before = set(self.model.sales)
        self.buy(house, basket, pin=True, at_once=1)
        for receipt in set(self.model.sales) - before:
            self.time_passes(time)
            if time < timedelta(days=1):
                wanted = lambda receipt=receipt: self.model.void(receipt, CLEO.id)  # noqa: E731
                self.both(CLEO, "void", wanted, receipt)
            else:
                self._give_back(receipt, TINA)

    @precondition(lambda self: self.model.sales)
    @rule(data=st.data(), keeper=keepers, at_once=threads)
    def void(self, data: st.DataObject, keeper: Actor, at_once: int) -> None:
        receipt = data.draw(st.sampled_from(sorted(self.model.sales)[-3:]))
        self.both(
            keeper, "void", lambda: self.model.void(receipt, keeper.id), receipt, at_once=at_once
        )

    @precondition(lambda self: self.model.sales)
    @rule(data=st.data(), signer=st.sampled_from((TINA, TINA, BEN, None)))
    def give_back(self, data: st.DataObject, signer: Actor | None) -> None:
        self._give_back(data.draw(st.sampled_from(sorted(self.model.sales))), signer)

    def _give_back(self, receipt: str, signer: Actor | None) -> None:
        request = Request("sale", receipt, self.model.sales[receipt].house, 0, ADA.id)
        undo = self.both(ADA, "ask_return", lambda: self.model.ask(request), receipt, reason="坏了")
        self._answer(request, undo, signer)

    @rule(
        house=houses,
        data=st.data(),
        signer=st.sampled_from((TINA, TINA, BEN, ZOE, None)),
        of_spent=st.booleans(),
    )
    def reverse(
        self, house: str, data: st.DataObject, signer: Actor | None, of_spent: bool
    ) -> None:
        found = self.model.houses[house]
        credits = [coin for coin in found.coins if coin.name != "base"]
        if of_spent:
            credits = [coin for coin in credits if coin.spent or coin.fined]
        entries = [("credit", coin.name) for coin in credits]
        entries += [("fine", name) for name in found.fines]
        if not entries:
            return
        kind, what = data.draw(st.sampled_from(entries))
        request = Request(kind, what, house, 0, ADA.id)
        undo = self.both(
            ADA,
            "ask_reversal",
            lambda: self.model.ask(request),
            house,
            entry=what,
            reason="记错了",
        )
        self._answer(request, undo, signer)

    @precondition(lambda self: any(r.state == "asked" for r in self.model.requests.values()))
    @rule(data=st.data(), person=st.sampled_from((TINA, BEN, ADA)), yes=st.booleans())
    def answer(self, data: st.DataObject, person: Actor, yes: bool) -> None:
        asked = sorted(what for what, r in self.model.requests.items() if r.state == "asked")
        request = self.model.requests[data.draw(st.sampled_from(asked))]
        self._answer(request, request.undo, person, yes=yes)

    def _answer(
        self, request: Request, undo: Any, person: Actor | None, *, yes: bool = True
    ) -> None:
        if undo is None or person is None:
            request.undo = undo
            return
        request.undo = undo
        if yes:
            high = person.role == "township"
            wanted = lambda: self.model.answer(request, person.id, high=high)  # noqa: E731
            self.both(person, "sign_undo", wanted, undo)
        else:
            refused = lambda: self.model.turn_down(request, person.id)  # noqa: E731
            self.both(person, "refuse_undo", refused, undo, reason="不对")

    def _lose_card(self, house: str, again: bool) -> None:
        found = self.model.houses[house]
        if found.card_lost or again:
            found.card += 1
            found.card_lost = False
            self.both(ADA, "reissue_card", lambda: None, house, **hashes(house, found.card))
        else:
            found.card_lost = True
            self.both(ADA, "report_card_lost", lambda: None, house)

    @rule(time=steps_of_time, to_an_edge=st.sampled_from((None, None, 0, 1)))
    def time_passes(self, time: timedelta, to_an_edge: int | None = None) -> None:
        """Some time, or until the last day of points that are left (0), or the day after (1)."""
        last_days = [
            coin.last_day
            for house in self.model.houses.values()
            for coin in house.coins
            if coin.left and coin.last_day and coin.last_day > self.town.today
        ]
        if to_an_edge is not None and last_days:
            time = min(last_days) - self.town.today + timedelta(days=to_an_edge)
        evening = self.town.today
        self.town.now += time
        self.model.now = self.town.now
        if self.town.today > evening:
            self.evenings[evening] = {
                house: found.balance_on(evening) for house, found in self.model.houses.items()
            }

    @rule(months=st.sampled_from((None, 1, 3, 0, 0)))
    def night(self, months: int | None) -> None:
        """Lapsed points expire; and at times new books come into force."""
        if months != 0:
            self._new_books(months)
        self.town.by(NIGHT).expire_due(self.town.today)
        for found in self.model.houses.values():
            found.lapse(self.model.today)

    @rule(house=houses, edge=st.sampled_from((0, 1)), spent=st.booleans())
    def points_that_lapse(self, house: str, edge: int, spent: bool) -> None:
        """Points for a month, perhaps touched, on their last day or the day after."""
        if self.model.months != 1:
            self._new_books(1)
        case = Case(house, "E01", 20, self.town.today, None, ADA.id)
        self._propose(case)
        self._sign(case, BEN)
        self._in_public([case])
        if spent:
            self.buy(house, [("G01", 1)], pin=True, at_once=1)
        self.time_passes(timedelta(), to_an_edge=edge)
        self.night(months=0)

    def _new_books(self, months: int | None) -> None:
        """From today on points last otherwise; those that are there keep their date."""
        version = self.town.by(ADA).draft_rules(
            [*RULES, WEDDING], policy=Policy(expiry_months=months)
        )
        adopt_by_procedure(self.town.by(BEN), version, self.town.today)
        self.model.months = months

    @precondition(lambda self: self.done)
    @rule(data=st.data(), at_once=threads)
    def the_same_again(self, data: st.DataObject, at_once: int) -> None:
        """A command that was served, sent again: the first answer, and nothing else."""
        before = self.town.ledger.recorder.max_notification_id()
        actor, use_case, key, call, answer = data.draw(st.sampled_from(self.done[-8:]))
        for found in self._answers(actor, use_case, key, call, at_once):
            assert found == answer, f"{use_case} again: {found}, first {answer}"
        assert self.town.ledger.recorder.max_notification_id() == before

    # What always holds.

    @invariant()
    def sums_agree(self) -> None:
        for name, house in self.model.houses.items():
            found = self.town.read.balances.of(name)
            assert found is not None
            assert found.balance == house.balance, name
            assert found.buckets == {purse: house.purse(purse) for purse in sorted(found.buckets)}
            assert (found.receivable, found.pending) == (house.owed, self.model.pending(name))
            assert found.frozen == self.model.frozen(name)
            lots = [(lot["left"], lot["expires_on"]) for lot in self.town.read.lots.of(name)]
            coins = [(coin.left, coin.last_day and str(coin.last_day)) for coin in house.coins]
            assert sorted(map(str, lots)) == sorted(str(coin) for coin in coins if coin[0])
        assert self.town.read.stock.levels(SHOP) == self.model.shelf

    @invariant()
    def cases_agree(self) -> None:
        rows = self.town.read.cases.several([UUID(name) for name in self.model.cases])
        found = {str(row["case_id"]): (row["state"], row["points"]) for row in rows}
        assert found == {name: (one.state, one.points) for name, one in self.model.cases.items()}

    @invariant()
    def the_past_agrees(self) -> None:
        self.steps += 1
        if self.steps % 5 == 0:
            self._statements_close()
            self._past_balances_stay()

    def _statements_close(self) -> None:
        for name, house in self.model.houses.items():
            start = self.town.today - timedelta(days=20)
            statement = self.town.read.statements.of(name, start, self.town.today)
            assert statement.opening == house.balance_on(start - timedelta(days=1))
            assert statement.closing == house.balance
            changes = [n for day, n in house.diary if day >= start]
            assert sum(line["spendable"] for line in statement.lines) == sum(changes)

    def _past_balances_stay(self) -> None:
        for evening in list(self.evenings)[-3:]:
            for name, balance in self.evenings[evening].items():
                found = self.town.read.balances.of(name, on=evening)
                assert found is not None
                assert found.balance == balance, (name, evening)

    def teardown(self) -> None:
        try:
            self._statements_close()
            self._awarded_by_three()
            assert check(self.town.county) == []
            identity = self.town.read.journal.identity()
            assert identity["issued"] == sum(
                coin.came for house in self.model.houses.values() for coin in house.coins
            )
        finally:
            self.move_out()


class _Said:
    """A refusal, comparable by its code."""

    def __init__(self, refusal: Refusal) -> None:
        self.code = refusal.code
        self.facts = refusal.facts

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Said) and other.code == self.code

    def __hash__(self) -> int:
        return hash(self.code)

    def __repr__(self) -> str:
        return f"{self.code} {self.facts}"


def run(county: type[County], *, lives: int, steps: int, planted: bool = False) -> None:
    """So many lives of so many steps, with snapshots all along; raises on the first that differs.

    `planted`: it is known to fail, so the lives are the same each time and none is made shorter.
    """
    wanted = settings(
        max_examples=lives,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=set(Phase) - {Phase.explain} - ({Phase.shrink} if planted else set()),
        suppress_health_check=list(HealthCheck),
        print_blob=False,
        report_multiple_bugs=not planted,
        derandomize=planted,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(base, "SNAPSHOT_EVERY", dict.fromkeys(base.SNAPSHOT_EVERY, 3))
        run_state_machine_as_test(county, settings=wanted)
