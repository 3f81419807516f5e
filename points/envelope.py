"""The envelope: who asks, in what role, when and through which door.

Opened once per request, command-line call or job, and kept beside every event that the command
makes. The transparency log covers payload and envelope alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from time import monotonic

from points.clock import business_day
from points.refusals import Refusal

LONG_S = 60
"""A command that begins so long after its envelope was opened is dated by itself: whoever checks
dates by the checkpoints between entries allows five minutes (V10)."""


class NoEnvelope(LookupError):
    """A command was run outside an envelope: nobody would answer for it."""


class OwnHousehold(Refusal):
    """Nobody decides for her own household (design §1, promise 3; rulings 13)."""

    code = "own-household"


class OthersHousehold(Refusal):
    """A villager reports what her own household did, and nobody else's."""

    code = "others-household"


class SamePerson(Refusal):
    """The second signature is another person's (design §1, promise 3)."""

    code = "same-person"


class AppointedByProposer(Refusal):
    """The second signature is of somebody whose password the first could know (decision 0018)."""

    code = "appointed-by-proposer"


VILLAGER = "villager"
"""Who comes with a household's card: she speaks for it."""

HOUSEHOLD = "household:"
"""Begins the id of who speaks for a household and has no login: by its card, or in a meeting."""


@dataclass(frozen=True)
class Actor:
    """A person, device or program that acts. `id` is opaque; `place` is a region code;
    `household` is the actor's own household number, if she has one here."""

    id: str
    role: str
    place: str = ""
    household: str | None = None

    def appointed_by(self) -> frozenset[str]:
        """Ids of those who gave this actor the means to come in; the front knows them."""
        return frozenset()


@dataclass(frozen=True)
class Envelope:
    """`nonce`: the request's idempotency key as it was sent. `mandates`: what the actor's own
    device signed for it (`points/mandates.py`); none where she has no such device, and the
    process alone answers for it."""

    actor: Actor
    at: datetime
    channel: str
    command_id: str
    request_id: str = ""
    request_hash: str | None = None
    reason: str | None = None
    nonce: str = ""
    mandates: tuple[str, ...] = ()

    @property
    def today(self) -> date:
        return business_day(self.at)


class _Opened:
    """The envelope in force, how many commands it has carried, and whether one was done before.

    `new`: somebody looked, and nothing was done under its id yet.
    """

    def __init__(self, envelope: Envelope) -> None:
        self.envelope = envelope
        self.began = monotonic()
        self.commands = 0
        self.replayed = False
        self.new = False


_open: ContextVar[_Opened] = ContextVar("envelope")


@contextmanager
def opened(envelope: Envelope) -> Iterator[Envelope]:
    """Everything decided inside is answered for by this envelope."""
    if envelope.at.tzinfo is None:
        raise ValueError("an envelope's time carries its zone")
    token = _open.set(_Opened(envelope))
    try:
        yield envelope
    finally:
        _open.reset(token)


@contextmanager
def next_command() -> Iterator[Envelope]:
    """One command inside the open envelope, under an id of its own.

    The first carries the envelope's own id, the second `id/2` and so on: the same request sent
    again gives the same ids, in the same order.
    """
    carrier = _carrier()
    carrier.commands += 1
    envelope = carrier.envelope
    if carrier.commands > 1:
        envelope = replace(envelope, command_id=f"{envelope.command_id}/{carrier.commands}")
    if (passed := monotonic() - carrier.began) > LONG_S:
        envelope = replace(envelope, at=envelope.at + timedelta(seconds=passed))
    with opened(envelope):
        _carrier().new = carrier.new and carrier.commands == 1
        yield envelope
        carrier.replayed |= replayed()


def note_replay() -> None:
    """An earlier request did this command already: what follows is its first answer again."""
    _carrier().replayed = True


def note_new() -> None:
    """Nothing was done under this envelope's id when somebody looked: no need to look again
    before the command, for a twin that comes in between is found by its save or its refusal."""
    _carrier().new = True


def is_new() -> bool:
    return _carrier().new


def replayed() -> bool:
    """Whether a command of the open envelope was answered from what an earlier request did."""
    return _carrier().replayed


def current() -> Envelope:
    """The open envelope; raises `NoEnvelope`."""
    return _carrier().envelope


def _carrier() -> _Opened:
    try:
        return _open.get()
    except LookupError:
        raise NoEnvelope("open an envelope first") from None


def not_for_own(household: str) -> Actor:
    """The acting person, unless this is her own household; raises `OwnHousehold`."""
    actor = current().actor
    if actor.household == household:
        raise OwnHousehold(household=household)
    return actor


def only_for_own(household: str) -> Actor:
    """A villager's word is about her own household; raises `OthersHousehold`."""
    actor = current().actor
    if actor.household != household:
        raise OthersHousehold(household=household)
    return actor


def another_than(*before: str) -> Actor:
    """The acting person, unless she has acted before in this matter, or comes in by what one of
    those gave her; raises `SamePerson` or `AppointedByProposer`."""
    actor = current().actor
    if actor.id in before:
        raise SamePerson(actor=actor.id)
    if actor.appointed_by().intersection(before):
        raise AppointedByProposer(actor=actor.id)
    return actor
