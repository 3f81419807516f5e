"""A key that signs: the process's for every save, a person's device for what she asked for.

Only the public half is here. A later key of the process is registered in a save that an earlier
one signed; the first one stands in the policy file, outside the database.
"""

from __future__ import annotations

from typing import Self
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from points.aggregate import LedgerAggregate, stable_id
from points.refusals import Refusal

PROCESS, DEVICE = "process", "device"


class UnknownKey(Refusal):
    code = "key-unknown"


class KeyKnown(Refusal):
    """A key is registered once, for one holder; a revoked one does not come back."""

    code = "key-known"


class DeviceKnown(Refusal):
    """One device signs for a person; another one takes its place once it is revoked."""

    code = "device-known"


class DeviceUnknown(Refusal):
    """No device signs for this person."""

    code = "device-unknown"


class KeyRevoked(Refusal):
    code = "key-revoked"


class KeyNotAdmitted(Refusal):
    """A save under a key that nobody admitted could never be verified: better no save."""

    code = "key-not-admitted"


class KeyInUse(Refusal):
    """A key does not revoke itself: another one signs from now on, and revokes it."""

    code = "key-in-use"


class SigningKey(LedgerAggregate):
    TOPIC = "signing_key"

    class Created(Aggregate.Created):
        TOPIC = "signing_key.registered"
        key_id: str
        kind: str
        algorithm: str
        public_key: str
        holder: str
        name: str

    class Revoked(Aggregate.Event):
        TOPIC = "signing_key.revoked"
        why: str

        def apply(self, aggregate: SigningKey) -> None:
            aggregate.revoked = True

    @event(Created)
    def __init__(
        self, key_id: str, kind: str, algorithm: str, public_key: str, holder: str, name: str
    ) -> None:
        self.key_id, self.kind, self.algorithm = key_id, kind, algorithm
        self.public_key, self.holder, self.name = public_key, holder, name
        self.revoked = False

    @staticmethod
    def id_of(key_id: str) -> UUID:
        return stable_id("signing_key", key_id)

    @classmethod
    def register(
        cls, key_id: str, *, kind: str, algorithm: str, public_key: str, holder: str, name: str
    ) -> Self:
        """`public_key` is base64; `holder` the person whose device it is, or "process"."""
        return cls.begin(
            cls.Created,
            cls.id_of(key_id),
            key_id=key_id,
            kind=kind,
            algorithm=algorithm,
            public_key=public_key,
            holder=holder,
            name=name,
        )

    def revoke(self, why: str) -> None:
        """From now on it signs nothing; what it signed stays. `why`: a reason code."""
        if self.revoked:
            raise KeyRevoked(key=self.key_id)
        self.record(self.Revoked, why=why)
