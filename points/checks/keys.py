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
from points.store.signing import ED25519, ES256, key_id


@dataclass(frozen=True)
class Key:
    id: str
    kind: str
    algorithm: str
    public: bytes
    holder: str = ""
    revoked: bool = False


@dataclass
class Keys:
    """The keys of the process in force, and all devices, by their id. `ever`: whether a key of
    the process was registered. `spent`: a digest of each mandate that was used. `just`: devices
    that were registered or revoked just now, and until when that is so."""

    held: dict[str, Key] = field(default_factory=dict)
    devices: dict[str, Key] = field(default_factory=dict)
    ever: bool = False
    spent: set[bytes] = field(default_factory=set)
    just: dict[str, datetime] = field(default_factory=dict)

    def come_to(self, at: datetime) -> None:
        """A save of this date stands next. What stands after it is no longer "just then",
        whatever date it bears: a date can be put back, a place in the history cannot."""
        self.just = {key: until for key, until in self.just.items() if at <= until}

    def must_sign(self, device: Key) -> bool:
        """Whether what its holder does here needs its signature."""
        return not device.revoked and device.id not in self.just

    def may_sign(self, device: Key) -> bool:
        return not device.revoked or device.id in self.just

    def learn(self, read: Read) -> None:
        match read.event:
            case SigningKey.Created():
                key = made(read.event)
                kept = self.devices if key.kind == DEVICE else self.held
                kept[key.id] = key
                self._just(key.id, read)
                self.ever |= key.kind == PROCESS
            case SigningKey.Revoked():
                self._revoke(read)

    def _revoke(self, read: Read) -> None:
        ids = [key for key in (*self.held, *self.devices) if SigningKey.id_of(key) == read.stream]
        for each in ids:
            self.held.pop(each, None)
            if each in self.devices:
                self.devices[each] = replace(self.devices[each], revoked=True)
                self._just(each, read)

    def _just(self, key: str, read: Read) -> None:
        if key in self.devices and read.stamp:
            self.just[key] = read.stamp.instant + JUST_THEN

    def signs_saves(self, key: str | None) -> Key | None:
        """The key of this name, if it is the process's and in force."""
        return self.held.get(key or "")

    def devices_of(self, holder: str) -> list[Key]:
        return [key for key in self.devices.values() if key.holder == holder]


def made(event: SigningKey.Created) -> Key:
    public = b64decode(event.public_key)
    return Key(event.key_id, event.kind, event.algorithm, public, event.holder)


def is_right(read: Read) -> bool:
    """Whether a key is registered under its own name, once, and a device by its holder."""
    key, actor = made(read.event), read.stamp.actor if read.stamp else ""
    wanted = {PROCESS: (ED25519, PROCESS), DEVICE: (ES256, actor)}.get(key.kind)
    first = (read.stream, read.version) == (SigningKey.id_of(key.id), 1)
    named = key.id == key_id(key.algorithm, key.public)
    return first and named and wanted == (key.algorithm, key.holder)
