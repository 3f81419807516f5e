"""Whom to believe (c2sp.org/tlog-policy): logs, witnesses, and how many of them are enough.

Our own line `# process KEY-ID PUBLIC-KEY` names a key that signs saves; to other readers it is a
comment. Files are UTF-8; a line that says nothing known is refused.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from points.audit.checkpoint import Checkpoint, Signed
from points.audit.signed_note import COSIGNATURE, PLAIN, VKey
from points.audit.strict import Unproven, decoded

NONE = "none"

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_KEY_ID = re.compile(r"[0-9a-f]{32}")
_COUNT = re.compile(r"[1-9][0-9]{0,2}")


@dataclass(frozen=True)
class Party:
    """A log or a witness: its key, and where it is asked if it says so."""

    vkey: VKey
    url: str | None = None


@dataclass(frozen=True)
class Group:
    """Enough of it signed when `needed` of its members did; members may be groups."""

    needed: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Believed:
    """A checkpoint that a policy takes. `cosigned`: POSIX seconds by a witness's name there."""

    checkpoint: Checkpoint
    cosigned: Mapping[str, int]


@dataclass(frozen=True)
class Policy:
    """`processes`: public keys that sign saves, by key id. `quorum`: a name, or `none`."""

    logs: tuple[Party, ...]
    witnesses: Mapping[str, Party]
    groups: Mapping[str, Group]
    quorum: str
    processes: Mapping[str, bytes] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> Policy:
        """Raises `Unproven`, naming the line."""
        reading = _Reading()
        if _CONTROL.search(text) or not text.endswith("\n"):
            raise Unproven("a policy is lines of text, each with its end")
        for at, line in enumerate(text.removesuffix("\n").split("\n"), start=1):
            try:
                reading.line(re.split(r"[ \t]+", line.strip(" \t")))
            except Unproven as error:
                raise Unproven(f"line {at} of the policy: {error}") from error
        if reading.quorum is None:
            raise Unproven("this policy names no quorum")
        return cls(
            tuple(reading.logs),
            reading.witnesses,
            reading.groups,
            reading.quorum,
            reading.processes,
        )

    def believe(self, checkpoint: str) -> Believed:
        """A checkpoint that one of the logs and enough witnesses signed; raises `Unproven`."""
        found = Signed.parse(checkpoint)
        self._check_log(found)
        times = found.cosigned(party.vkey for party in self.witnesses.values())
        cosigned = {
            name: times[party.vkey] for name, party in self.witnesses.items() if party.vkey in times
        }
        if not self.is_enough(cosigned):
            raise Unproven(f"too few witnesses: {' '.join(sorted(cosigned)) or 'nobody'}")
        return Believed(found.checkpoint, cosigned)

    def is_enough(self, names: Collection[str]) -> bool:
        """Whether these witnesses together make the quorum."""
        return self.quorum == NONE or self._signed(self.quorum, names)

    def _check_log(self, found: Signed) -> None:
        """Of several keys with this origin one is enough: a log may change its key."""
        own = [log.vkey for log in self.logs if log.vkey.name == found.checkpoint.origin]
        if not own:
            raise Unproven(f"no log {found.checkpoint.origin} in the policy")
        if not found.note.verify(own):
            raise Unproven("the log did not sign this")

    def _signed(self, name: str, names: Collection[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in names
        return sum(self._signed(one, names) for one in group.members) >= group.needed


class _Reading:
    """A policy while its lines are read, in their order."""

    def __init__(self) -> None:
        self.logs: list[Party] = []
        self.witnesses: dict[str, Party] = {}
        self.groups: dict[str, Group] = {}
        self.processes: dict[str, bytes] = {}
        self.quorum: str | None = None
        self._members: set[str] = set()

    def line(self, words: list[str]) -> None:
        match words:
            case ["#", "process", key_id, public]:
                self._process(key_id, public)
            case [""]:
                pass
            case [first, *_] if first.startswith("#"):
                pass
            case ["log", vkey, *url] if len(url) <= 1:
                self.logs.append(_party(vkey, url, PLAIN, self.logs))
            case ["witness", name, vkey, *url] if len(url) <= 1:
                self._define(name)
                known = self.witnesses.values()
                self.witnesses[name] = _party(vkey, url, COSIGNATURE, known)
            case ["group", name, needed, *members]:
                self._group(name, needed, members)
            case ["quorum", name] if self.quorum is None:
                if name != NONE:
                    self._check_known(name)
                self.quorum = name
            case _:
                raise Unproven("says nothing that a policy may say")

    def _process(self, key_id: str, public: str) -> None:
        if not _KEY_ID.fullmatch(key_id) or key_id in self.processes:
            raise Unproven("a process has one key id of 32 hex digits")
        self.processes[key_id] = decoded(public, 32)

    def _group(self, name: str, needed: str, members: list[str]) -> None:
        self._define(name)
        for member in members:
            self._check_known(member)
            if member in self._members:
                raise Unproven(f"{member} is in a group already")
            self._members.add(member)
        words = {"all": len(members), "any": 1}
        if needed not in words and not _COUNT.fullmatch(needed):
            raise Unproven("how many of the group: a number, all or any")
        count = words[needed] if needed in words else int(needed)
        if not 1 <= count <= len(members):
            raise Unproven(f"{needed} of {len(members)}")
        self.groups[name] = Group(count, tuple(members))

    def _define(self, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise Unproven(f"{name} is taken")

    def _check_known(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise Unproven(f"{name} is not defined above")


def _party(text: str, url: list[str], type_: int, known: Iterable[Party]) -> Party:
    vkey = VKey.parse(text)
    if vkey.type != type_:
        raise Unproven("a log signs plainly, a witness with its time")
    if any(party.vkey.public == vkey.public for party in known):
        raise Unproven("the same key twice")
    return Party(vkey, url[0] if url else None)
