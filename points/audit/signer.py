"""The signer: reads the history, adds to the log, and signs only what continues what it signed.

One pass: read its own memory and what is published; see that tiles, memory and history agree;
write the new tiles; remember; sign; ask the witnesses; publish. It may die between any two steps:
the next pass goes on from what it remembers. It never writes to the history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from points.audit.checkpoint import Checkpoint, Signed, sign
from points.audit.history import History, Moment
from points.audit.memory import Memory
from points.audit.signed_note import Key, Note
from points.audit.strict import Unproven
from points.audit.tile_log import TileLog, differs_from
from points.audit.tiles import WIDTH, Builder
from points.audit.tree import Frontier, consistency, leaf_hash, verify_consistency
from points.refusals import Refusal
from points.store.records import NoRecord

Proving = Callable[[int], Sequence[bytes]]
"""The path that the tree begins with the tree of so many leaves."""

Witnesses = Callable[[str, Proving], Sequence[str]]
"""Shows a signed checkpoint to the witnesses; the verified lines of those who cosigned it."""


class HistoryShrank(Refusal):
    """Facts: `signed`, `found`: how many events there were and are."""

    code = "log-history-shrank"


class HistoryDiffers(Refusal):
    """Fact: `event`, the first id whose record is not the one that was signed."""

    code = "log-history-differs"


class LogDamaged(Refusal):
    """The history is what was signed, the log's own files are not. Fact: `why`."""

    code = "log-damaged"


class SignerRolledBack(Refusal):
    """What is published is newer than the signer's memory. Facts: `published`, `remembered`."""

    code = "log-rolled-back"


@dataclass(frozen=True)
class Pass:
    """`before`, `size`: leaves before and after. `compared`: leaves compared with the history.
    `cosigned`: how many witnesses signed."""

    before: int
    size: int
    root: bytes
    compared: int
    cosigned: int


def nobody(_: str, __: Proving) -> Sequence[str]:
    """No witnesses."""
    return []


class Signer:
    """`key` is the log's; its name is the log's origin."""

    def __init__(
        self,
        log: TileLog,
        memory: Memory,
        key: Key,
        history: History,
        witnesses: Witnesses = nobody,
    ) -> None:
        self._log = log
        self._memory = memory
        self._key = key
        self._history = history
        self._witnesses = witnesses

    def sign(self, *, whole: bool = False) -> Pass:
        """One pass; `whole` compares every leaf with the history first.

        Raises `HistoryShrank`, `HistoryDiffers`, `LogDamaged`, `SignerRolledBack`,
        `AlreadySigning`; then nothing was published.
        """
        with self._memory.alone():
            published = self._published()
            last = self._agreed(published)
            with self._history.moment() as moment:
                _check_length(moment, last)
                compared = self._compare(moment, last) if whole else 0
                size = self._grow(moment, last)
            new = self._continued(last, size)
            self._memory.keep(new)
            cosigned = self._publish(new, published)
            self._log.tidy(published.checkpoint.size if published and not whole else 0, size)
            return Pass(last.size, new.size, new.root, compared, cosigned)

    # What was.

    def _published(self) -> Signed | None:
        """Raises `LogDamaged` unless this signer's key signed what is published."""
        text = self._log.checkpoint()
        if text is None:
            return None
        try:
            found = Signed.parse(text)
            found.check_log(self._key.vkey)
        except Unproven as error:
            raise LogDamaged(why=f"checkpoint: {error}") from error
        return found

    def _agreed(self, published: Signed | None) -> Checkpoint:
        """What was signed last, the tiles and the published checkpoint being the same history."""
        shown = published.checkpoint if published else self._empty
        last = self._memory.last() or self._empty
        if last.origin != self._key.vkey.name:
            raise LogDamaged(why=f"the signer's memory is of {last.origin}")
        if shown.size > last.size:
            raise SignerRolledBack(published=shown.size, remembered=last.size)
        try:
            found = self._log.root(last.size)
            path = consistency(self._log.tree(last.size), shown.size, last.size)
            if found != last.root:
                raise Unproven("the tiles have another root than was signed")
            verify_consistency(shown.size, last.size, shown.root, last.root, path)
        except Unproven as error:
            raise LogDamaged(why=str(error)) from error
        return last

    @property
    def _empty(self) -> Checkpoint:
        return Checkpoint(self._key.vkey.name, 0, Frontier().root)

    # What is.

    def _compare(self, moment: Moment, last: Checkpoint) -> int:
        """Every tile made again from the history. Raises `HistoryDiffers`, `LogDamaged`."""
        builder, frontier, first = Builder(), Frontier(), None
        for index, data in _leaves(moment, 0, last.size):
            frontier.add(leaf_hash(data))
            made = [*builder.add(data), *(builder.rest() if index == last.size - 1 else ())]
            for tile, content in made:
                first = differs_from(self._log, tile, content) if first is None else first
        if frontier.root != last.root:
            raise HistoryDiffers(event=(first or 0) + 1)
        if first is not None:
            raise LogDamaged(why=f"leaf {first}")
        return last.size

    def _grow(self, moment: Moment, last: Checkpoint) -> int:
        """New tiles; the leaves of the last one are compared with the history on the way."""
        if moment.last_id == 0:
            return 0
        start = max(last.size - 1, 0) // WIDTH * WIDTH
        at = self._log.tree(last.size)

        def leaves() -> Iterator[bytes]:
            for index, data in _leaves(moment, start, moment.last_id):
                if index < last.size and leaf_hash(data) != at(0, index):
                    raise HistoryDiffers(event=index + 1)
                yield data

        return self._log.grow(start, leaves())

    def _continued(self, last: Checkpoint, size: int) -> Checkpoint:
        """The new checkpoint, once it is proven that it continues the last one."""
        new = Checkpoint(last.origin, size, self._log.root(size))
        try:
            path = consistency(self._log.tree(size), last.size, size)
            verify_consistency(last.size, size, last.root, new.root, path)
        except Unproven as error:
            raise LogDamaged(why=str(error)) from error
        return new

    # What shall be.

    def _publish(self, new: Checkpoint, published: Signed | None) -> int:
        """Signed by the log and by the witnesses that answer; older cosignatures of the same
        checkpoint stay where a witness does not answer now."""
        text = sign(new, self._key)
        tree = self._log.tree(new.size)
        lines = {}
        if published and published.checkpoint == new:
            own = (self._key.vkey.name, self._key.vkey.id)
            kept = published.note.signatures
            lines = {(one.name, one.key_id): str(one) for one in kept}
            lines.pop(own, None)
        for line in self._witnesses(text, lambda old: consistency(tree, old, new.size)):
            one = Note.parse(f"{new}\n{line}").signatures[0]
            lines[one.name, one.key_id] = line
        cosigned = text + "".join(lines.values())
        if published is None or str(published) != cosigned:
            self._log.publish(cosigned)
        return len(lines)


def _check_length(moment: Moment, last: Checkpoint) -> None:
    if moment.last_id < last.size:
        raise HistoryShrank(signed=last.size, found=moment.last_id)


def _leaves(moment: Moment, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Index and data of the leaves from `start` to `end`; raises where one is missing."""
    index = start
    if index < end:
        for event, data in _readable(moment, start):
            if event != index + 1:
                raise HistoryDiffers(event=index + 1)
            yield index, data
            index += 1
            if index == end:
                return
        raise HistoryShrank(signed=end, found=index)


def _readable(moment: Moment, start: int) -> Iterator[tuple[int, bytes]]:
    last = start
    try:
        for event, data in moment.leaves(start):
            last = event
            yield event, data
    except NoRecord as error:
        raise HistoryDiffers(event=last + 1) from error
