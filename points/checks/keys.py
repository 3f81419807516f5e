"""Which keys may sign at a place in the history: registered before it, not revoked before it.

The process's keys sign saves; a person's device signs mandates (`points/mandates.py`).
"""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass, field, replace
from datetime import datetime

from points.checks.reads import Read
from points.mandates import JUST_THEN
from points.signing_key import DEVICE, PROCESS, SigningKey


@dataclass(frozen=True)
class Key:
    """`since` and `until`: when it was registered, and revoked."""

    id: str
    kind: str
    algorithm: str
    public: bytes
    holder: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def must_sign(self, at: datetime) -> bool:
        """Whether what its holder did then needs its signature."""
        return self.until is None and (self.since is None or at > self.since + JUST_THEN)

    def may_sign(self, at: datetime) -> bool:
        return self.until is None or at <= self.until + JUST_THEN


@dataclass
class Keys:
    """The keys of the process in force, and all devices, by their id. `ever`: whether a key of
    the process was registered. `spent`: a digest of each mandate that was used."""

    held: dict[str, Key] = field(default_factory=dict)
    devices: dict[str, Key] = field(default_factory=dict)
    ever: bool = False
    spent: set[int] = field(default_factory=set)

    def learn(self, read: Read) -> None:
        match read.event:
            case SigningKey.Created():
                key = made(read.event)
                kept = self.devices if key.kind == DEVICE else self.held
                kept[key.id] = replace(key, since=read.stamp.instant if read.stamp else None)
                self.ever |= key.kind == PROCESS
            case SigningKey.Revoked():
                self._revoke(read)

    def _revoke(self, read: Read) -> None:
        ids = [key for key in (*self.held, *self.devices) if SigningKey.id_of(key) == read.stream]
        for each in ids:
            self.held.pop(each, None)
            if each in self.devices and read.stamp:
                self.devices[each] = replace(self.devices[each], until=read.stamp.instant)

    def signs_saves(self, key: str | None) -> Key | None:
        """The key of this name, if it is the process's and in force."""
        return self.held.get(key or "")

    def devices_of(self, holder: str) -> list[Key]:
        return [key for key in self.devices.values() if key.holder == holder]


def made(event: SigningKey.Created) -> Key:
    public = b64decode(event.public_key)
    return Key(event.key_id, event.kind, event.algorithm, public, event.holder)
