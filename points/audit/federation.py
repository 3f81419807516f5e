"""The federation's log: its leaves are the checkpoints of the counties' logs.

So a county cannot show one history to its villages and another to the city: what it showed here
stands in a log of its own, and the next must continue it. A leaf is a checkpoint with the line of
the county's log under it and no cosignature, so the same checkpoint is the same leaf.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import Protocol

from points.audit.asking import Caller, Unanswered
from points.audit.checkpoint import Checkpoint, Signed
from points.audit.memory import Memory
from points.audit.policy import Party, Policy
from points.audit.published import PublishedLog
from points.audit.signed_note import CHARACTERS_MAX, PLAIN, Key, signed
from points.audit.signer import LogDamaged, Pass, Signer, Witnesses, nobody
from points.audit.strict import Unproven, utf8
from points.audit.tile_log import TileLog
from points.audit.tiles import HASH, WIDTH, Tile, entries_of, hash_at
from points.audit.tree import consistency, verify_consistency
from points.refusals import Refusal

REQUEST_S, WHOLE_S = 10.0, 30.0


class NoFederation(Refusal):
    """This folder holds no log of a federation. Facts: `folder`, `why`."""

    code = "federation-unknown"


class NotInFederation(Refusal):
    """Facts: `origin`, `size` of the checkpoint."""

    code = "not-in-federation"


class CountySilent(Refusal):
    """Facts: `origin`, `why`."""

    code = "county-log-silent"


class CountyUntrusted(Refusal):
    """The policy does not take its checkpoint. Facts: `origin`, `why`."""

    code = "county-log-untrusted"


class CountyShrank(Refusal):
    """Facts: `origin`, `seen`, `size`."""

    code = "county-log-shrank"


class CountyDiffers(Refusal):
    """It does not continue what was taken last. Facts: `origin`, `seen`, `why`."""

    code = "county-log-differs"


ALARMS = (CountyShrank, CountyDiffers)
"""What an honest county's log never does."""


class CountyLog(Protocol):
    """A published log, as far as it is asked. Raises `Unanswered`, `Unproven`."""

    def checkpoint(self) -> str | None: ...
    def read(self, tile: Tile) -> bytes: ...


class WebLog:
    """A log at an address (c2sp.org/tlog-tiles)."""

    def __init__(self, url: str) -> None:
        self._caller = Caller(url, timeout_s=REQUEST_S)

    def checkpoint(self) -> str | None:
        return utf8(self._get("/checkpoint", CHARACTERS_MAX))

    def read(self, tile: Tile) -> bytes:
        """A tile of hashes; the full one where the partial one is gone."""
        try:
            return self._get(f"/tile/{tile}", WIDTH * HASH)
        except Unanswered:
            if tile == tile.full:
                raise
        return self._get(f"/tile/{tile.full}", WIDTH * HASH)[: tile.width * HASH]

    def _get(self, path: str, bytes_max: int) -> bytes:
        patience = Timer(WHOLE_S, self._caller.cut)
        patience.start()
        try:
            reply = self._caller.get(path, bytes_max=bytes_max)
        finally:
            patience.cancel()
        if reply.status != 200:
            raise Unanswered(f"{path}: {reply.status}")
        return reply.body


def log_at(place: str) -> CountyLog:
    """An address, or a folder on this machine."""
    return WebLog(place) if "://" in place else TileLog(Path(place))


@dataclass(frozen=True)
class Gathered:
    """`added`: checkpoints that are new. `refused`: by origin, why a county's was not taken."""

    added: tuple[Checkpoint, ...]
    refused: dict[str, Refusal]
    done: Pass


class Federation:
    """In a folder: `key`, `state` (what it remembers), and `log`, which is published."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._log = TileLog(folder / "log")
        self._memory = Memory(folder / "state")

    @property
    def key_file(self) -> Path:
        return self.folder / "key"

    def key(self) -> Key:
        """Raises `NoFederation`."""
        try:
            key = Key.parse(utf8(self.key_file.read_bytes()).removesuffix("\n"))
            if key.vkey.type != PLAIN:
                raise Unproven("a witness's key")
        except (OSError, Unproven) as error:
            raise NoFederation(folder=str(self.folder), why=str(error)) from error
        return key

    @property
    def published(self) -> PublishedLog:
        return PublishedLog(self._log.directory, self.key().vkey.name)

    def sign(
        self,
        counties: Policy,
        witnesses: Witnesses = nobody,
        log_at: Callable[[str], CountyLog] = log_at,
    ) -> Gathered:
        """Take what is new, and sign. One county's trouble is not another's. Raises what a
        `Signer` raises; then nothing was published."""
        key = self.key()
        with Memory(self.folder / "gathering").alone():
            last, size = self._last(), self._size
            added, refused = list[bytes](), dict[str, Refusal]()
            for origin, party in _places(counties).items():
                try:
                    added += _new(counties, origin, last.get(origin), log_at(party.url or ""))
                except (Unanswered, OSError) as error:
                    refused[origin] = CountySilent(origin=origin, why=str(error))
                except Refusal as refusal:
                    refused[origin] = refusal
            history = _Leaves(self._log, size, added)
            done = Signer(self._log, self._memory, key, history, witnesses).sign(whole=True)
        points = tuple(Signed.parse(utf8(leaf)).checkpoint for leaf in added)
        return Gathered(points, refused, done)

    def proof(self, checkpoint: str) -> str:
        """That a county's checkpoint is in the published log (tlog-proof; the leaf is its text
        and the line of its log). Raises `NotInFederation`, `Unproven`."""
        asked, shown = Signed.parse(checkpoint), self.published
        lines = map(str, asked.note.signatures)
        wanted = {signed(asked.note.text, line).encode() for line in lines}
        for event, leaf in _Leaves(self._log, shown.size).leaves(0):
            if leaf in wanted:
                return shown.proof(event)
        raise NotInFederation(origin=asked.checkpoint.origin, size=asked.checkpoint.size)

    @property
    def _size(self) -> int:
        last = self._memory.last()
        return last.size if last else 0

    def _last(self) -> dict[str, Checkpoint]:
        """What was taken last of each county. Raises `LogDamaged`; that the leaves are those that
        were signed is for the signer to see, who compares them all."""
        try:
            leaves = _Leaves(self._log, self._size).leaves(0)
            points = [Signed.parse(utf8(leaf)).checkpoint for _, leaf in leaves]
        except Unproven as error:
            raise LogDamaged(why=str(error)) from error
        return {point.origin: point for point in points}


class _Leaves:
    """A `History`: the leaves that are in the log, and new ones after them."""

    def __init__(self, log: TileLog, size: int, new: Sequence[bytes] = ()) -> None:
        self._log, self._size, self._new = log, size, new

    @contextmanager
    def moment(self) -> Iterator[_Leaves]:
        yield self

    @property
    def last_id(self) -> int:
        return self._size + len(self._new)

    def leaves(self, after: int) -> Iterator[tuple[int, bytes]]:
        for start in range(after // WIDTH * WIDTH, self._size, WIDTH):
            width = min(WIDTH, self._size - start)
            entries = entries_of(self._log.read(Tile(None, start // WIDTH, width)))
            for index, leaf in enumerate(entries, start=start):
                if index >= after:
                    yield index + 1, leaf
        for index, leaf in enumerate(self._new, start=self._size):
            if index >= after:
                yield index + 1, leaf

    def process_key(self) -> None:
        return None


def _places(counties: Policy) -> dict[str, Party]:
    """One place for each log that has one; a log may have several keys."""
    placed: dict[str, Party] = {}
    for party in counties.logs:
        if party.url:
            placed.setdefault(party.vkey.name, party)
    return placed


def _new(counties: Policy, origin: str, last: Checkpoint | None, log: CountyLog) -> list[bytes]:
    """The leaf of a county's newest checkpoint, if it is new."""
    try:
        text = log.checkpoint()
        if text is None:
            raise Unanswered("no checkpoint")
        point = counties.believe(text).checkpoint
        if point.origin != origin:
            raise Unproven(f"a checkpoint of {point.origin}")
    except Unproven as error:
        raise CountyUntrusted(origin=origin, why=str(error)) from error
    if point == last:
        return []
    if last is not None:
        _check_continues(last, point, log)
    own = [party.vkey for party in counties.logs if party.vkey.name == origin]
    note = Signed.parse(text).note
    line = next(str(each) for key in own for each in note.signatures if each.by(key))
    return [signed(note.text, line).encode()]


def _check_continues(last: Checkpoint, new: Checkpoint, log: CountyLog) -> None:
    if new.size < last.size:
        raise CountyShrank(origin=new.origin, seen=last.size, size=new.size)
    try:
        path = consistency(hash_at(log.read, new.size), last.size, new.size)
        verify_consistency(last.size, new.size, last.root, new.root, path)
    except Unproven as error:
        raise CountyDiffers(origin=new.origin, seen=last.size, why=str(error)) from error
