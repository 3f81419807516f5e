"""How every use case runs: once per command, from fresh state, in one save.

A command loads aggregates, lets them decide, and ends in one `save`. A race raises
`IntegrityError`; the command then looks again from fresh state. The same command sent twice finds
the events of the first and gives the first answer.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from functools import wraps
from threading import Lock
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.domain import Snapshot
from eventsourcing.persistence import InfrastructureFactory, IntegrityError, OperationalError

from points.account import PointsAccount
from points.envelope import current, is_new, next_command, note_new, note_replay
from points.ledger.mandating import Devices, Mandating
from points.ledger.repository import StreamRepository
from points.ledger.signing import SigningSaves
from points.pricelist import PriceList
from points.refusals import Refusal
from points.rulebook import RuleBook
from points.shop import ShopDay
from points.stock import Stock
from points.store.county import County
from points.store.disk import trouble
from points.store.engine import make_sure
from points.store.notes import Note, NoteBox, make_note
from points.store.recorded import Hook, Notified, Recorded, Stored
from points.store.recorder import HistoryRecorder
from points.store.signing import SaveKey
from points.store.snapshots import kept
from points.views import FOLDS, Reads

log = logging.getLogger(__name__)

SNAPSHOT_EVERY: Mapping[type[Any], int] = {PointsAccount: 100, Stock: 20, ShopDay: 20}
"""Events between two snapshots. Every redemption of a shop reads its day and its shelves."""

ATTEMPTS = 12
"""How often a command looks again after a race, before it asks the person to try again."""

P = ParamSpec("P")
R = TypeVar("R")
L = TypeVar("L", bound="LedgerBase")
A = TypeVar("A")


class Busy(Refusal):
    """Too many wrote at once, or the database did not answer: nothing happened, try again."""

    code = "busy"


class KeyReused(Refusal):
    """The idempotency key was used for another request (rulings 14)."""

    code = "key-reused"


class UnknownAccount(Refusal):
    code = "household-unknown"


_read_together: ContextVar[dict[UUID, Any]] = ContextVar("read_together", default={})  # noqa: B039  # never changed

Answer = Callable[[Any, Sequence[Notified]], Any]
"""Makes a command's first answer again from the events that it stored."""


def no_answer(_: Any, __: Sequence[Notified]) -> None:
    """For commands that answer nothing."""


def first_id(_: Any, made: Sequence[Notified]) -> UUID:
    """For commands that answer the id of what they save first."""
    return cast(UUID, made[0].originator_id)


def command(
    answer: Answer,
) -> Callable[[Callable[Concatenate[L, P], R]], Callable[Concatenate[L, P], R]]:
    """Run a use case as one idempotent command of the open envelope."""

    def decorate(use_case: Callable[Concatenate[L, P], R]) -> Callable[Concatenate[L, P], R]:
        @wraps(use_case)
        def once(self: L, /, *args: P.args, **kwargs: P.kwargs) -> R:
            with next_command():
                once_only = current().request_hash is not None and not is_new()
                if once_only and (made := self.made_by_command()):
                    note_replay()  # even where a retry carries the request id of the first
                    return cast(R, answer(self, made))
                return self.try_until_done(lambda: use_case(self, *args, **kwargs), answer)

        return once

    return decorate


class LedgerBase(Mandating, SigningSaves, Application[UUID]):
    """Loading, saving and answering again. The use cases stand in the modules beside this one."""

    name = "ledger"
    recorder: HistoryRecorder
    repository: StreamRepository

    def __init__(
        self,
        county: County,
        *,
        new_id: Callable[[], UUID],
        note_box: NoteBox,
        signer: SaveKey | None = None,
    ) -> None:
        """`new_id` makes the ids of cases and redemptions; `note_box` seals free text; `signer`
        answers for every save (without one nobody does, and a row put in by SQL looks alike)."""
        self.county = county
        self.signer = signer
        self.read = Reads(county)
        self.devices = Devices(self.read.keys.device_of)
        self.new_id = new_id
        self._note_box = note_box
        self._turns = [Lock() for _ in range(4096)]
        super().__init__(env={})

    def construct_factory(self, env: Any) -> InfrastructureFactory[Any]:  # noqa: ARG002  # settings come by argument
        return self.county.factory(FOLDS)

    def construct_repository(self) -> StreamRepository:
        assert self.snapshots is not None
        return StreamRepository(
            self.events,
            snapshots=self.snapshots,
            streams=self.county.streams(),
            keep=(RuleBook.the_id(), PriceList.the_id()),
        )

    # Saving.

    def save(self, *aggregates: Any, also: Sequence[Hook] = (), **_: Any) -> list[Any]:
        """Everything that one command decided, in one transaction, and `also` the rows beside it.

        An aggregate whose save failed is never saved again: its command loads it anew.
        """
        decided = [(aggregate, aggregate.collect_events()) for aggregate in aggregates]
        stored = [self.mapper.to_stored_event(event) for _, events in decided for event in events]
        due = [aggregate for aggregate, events in decided if _snapshot_due(aggregate, len(events))]
        snapshots = self._snapshot_hooks(due)
        signed = self.signed(self.mandated(cast("list[Stored]", stored)))
        return list(self.recorder.insert_events(signed, also=[*also, *snapshots]) or ())

    def _snapshot_hooks(self, aggregates: Iterable[Any]) -> list[Hook]:
        """A snapshot only saves time: the save stands, whatever becomes of it."""
        assert self.snapshots is not None
        try:
            taken = [Snapshot.take(aggregate) for aggregate in aggregates]
            rows = [self.snapshots.mapper.to_stored_event(snapshot) for snapshot in taken]
        except Exception:
            log.exception("snapshot not taken")
            return []
        return [kept(rows)] if rows else []

    def try_until_done(self, use_case: Callable[[], R], answer: Answer) -> R:
        """Run, and after a race look again: first for what this command has done already."""
        failed: Exception | None = None
        for attempt in range(ATTEMPTS):
            try:
                return use_case()
            except (IntegrityError, OperationalError) as error:
                failed = error
                if trouble(error) == "disk-full":
                    raise
                log.info("looking again after %s", type(error).__name__)
                time.sleep(_pause(attempt))
                if made := self.made_by_command():
                    return cast(R, answer(self, made))
            except Refusal:
                if made := self.made_by_command():  # refused because its twin was served
                    return cast(R, answer(self, made))
                raise
        if failed is not None and trouble(failed):
            raise failed
        raise Busy(attempts=ATTEMPTS)

    def made_by_command(self) -> Sequence[Notified]:
        """The events that the open command stored before; raises `KeyReused`."""
        envelope = current()
        try:
            made = self.recorder.select_command(envelope.command_id)
        except OperationalError:
            return []
        for event in made[:1]:
            if event.stamp is not None and event.stamp.request_hash != envelope.request_hash:
                raise KeyReused
            if event.stamp is not None and event.stamp.request_id != envelope.request_id:
                note_replay()
        if not made:
            note_new()
            return made
        make_sure(self.county.engine)
        return made

    # Loading.

    def account(self, household: str) -> PointsAccount:
        """Raises `UnknownAccount`."""
        found = self.load(PointsAccount, PointsAccount.id_of(household))
        if found is None:
            raise UnknownAccount(household=household)
        return found

    def accounts(self, households: Iterable[str]) -> dict[str, PointsAccount]:
        """Several accounts, read together; raises `UnknownAccount` for the first that is not."""
        ids = {household: PointsAccount.id_of(household) for household in households}
        with self.read_together(*ids.values()):
            return {household: self.account(household) for household in ids}

    def load(self, kind: type[A], aggregate_id: UUID, version: int | None = None) -> A | None:
        """The aggregate as it is now, or was at a version; None where there is none."""
        ahead = _read_together.get()
        if version is None and aggregate_id in ahead:
            found: Any = ahead.pop(aggregate_id)
            return found if isinstance(found, kind) else None
        try:
            found = self.repository.get(aggregate_id, version=version)
        except AggregateNotFoundError:
            return None
        return found if isinstance(found, kind) else None

    @contextmanager
    def read_together(self, *ids: UUID) -> Iterator[None]:
        """Read streams that the command is sure to need in one question.

        Inside, the first `load` of each takes it from there; a second one reads anew.
        """
        before = _read_together.set(self.repository.get_all(ids))
        try:
            yield
        finally:
            _read_together.reset(before)

    def recorded(self, event_id: int) -> Recorded | None:
        """One event of the history as it was stored, with its envelope."""
        found = self.recorder.select_notifications(event_id, 1, stop=event_id)
        if not found or found[0].stamp is None:
            return None
        return Recorded(event_id, self.mapper.to_domain_event(found[0]), found[0].stamp)

    def note(self, subject: str, text: str) -> Note | None:
        """Seal free text; None where there is none."""
        return make_note(self._note_box, subject, text) if text.strip() else None

    @contextmanager
    def turn(self, *names: str) -> Iterator[None]:
        """One command at a time, in this process, on each named thing.

        It only spares retries: correctness stands on versions, here and in other processes.
        """
        slots = sorted({hash(name) % len(self._turns) for name in names})
        with ExitStack() as held:
            for slot in slots:
                held.enter_context(self._turns[slot])
            yield


def _snapshot_due(aggregate: Any, new: int) -> bool:
    """Whether the last `new` events of an aggregate went over a multiple of its interval."""
    every = SNAPSHOT_EVERY.get(type(aggregate), 0)
    return every > 0 and aggregate.version // every > (aggregate.version - new) // every


def _pause(attempt: int) -> float:
    """Seconds before looking again: a little more and a little different each time."""
    longest: float = min(0.5, 0.005 * 2**attempt)
    return longest * (0.5 + random.random())  # noqa: S311  # no secret  # nosec B311
