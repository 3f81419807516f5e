"""Which keys may sign at a place in the history: registered before it, not revoked before it."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass, field

from points.checks.reads import Read
from points.signing_key import PROCESS, SigningKey


@dataclass(frozen=True)
class Key:
    kind: str
    algorithm: str
    public: bytes


@dataclass
class Keys:
    """The keys in force, by their id. `ever`: whether one of the process was registered."""

    held: dict[str, Key] = field(default_factory=dict)
    ever: bool = False

    def learn(self, read: Read) -> None:
        match read.event:
            case SigningKey.Created():
                self.held[read.event.key_id] = made(read.event)
                self.ever |= read.event.kind == PROCESS
            case SigningKey.Revoked():
                gone = (key for key in self.held if SigningKey.id_of(key) == read.stream)
                for key in list(gone):
                    del self.held[key]

    def signs_saves(self, key: str | None) -> Key | None:
        """The key of this name, if it is the process's and in force."""
        found = self.held.get(key or "")
        return found if found and found.kind == PROCESS else None


def made(event: SigningKey.Created) -> Key:
    return Key(event.kind, event.algorithm, b64decode(event.public_key))
