"""The log as it is published: what strangers may ask for. Reads the folder and nothing else."""

from __future__ import annotations

from pathlib import Path

from points.audit.checkpoint import Signed
from points.audit.proof import Proof
from points.audit.strict import Unproven, utf8
from points.audit.tile_log import TileLog
from points.audit.tiles import Tile
from points.audit.tree import HashAt, inclusion
from points.refusals import Refusal


class NotLoggedYet(Refusal):
    """This event is in no published checkpoint. Facts: `event`, `size`."""

    code = "not-logged-yet"


class NotPublished(Refusal):
    """There is no such tile, or nothing was published yet."""

    code = "not-published"


class PublishedLog:
    """Nothing is shown that no published checkpoint covers. `origin`: the log's name."""

    def __init__(self, directory: Path, origin: str) -> None:
        self.directory = directory
        self.origin = origin
        self._log = TileLog(directory)

    def checkpoint(self) -> str | None:
        """The last one, signed and cosigned; None where nothing was published yet."""
        return self._log.checkpoint()

    def signed(self) -> Signed:
        """The same, read; its signatures are not verified. Raises `NotPublished`."""
        text = self.checkpoint()
        if text is None:
            raise NotPublished
        return Signed.parse(text)

    @property
    def size(self) -> int:
        """How many events are covered."""
        text = self.checkpoint()
        return Signed.parse(text).checkpoint.size if text else 0

    def checkpoints(self) -> list[tuple[int, Path]]:
        """Every checkpoint that was published: size and file, the oldest first."""
        return list(self._log.checkpoints())

    def policy(self) -> str:
        """The policy file that goes with this log. Raises `NotPublished`."""
        path = self.directory / "policy"
        if not path.exists():
            raise NotPublished
        return utf8(path.read_bytes())

    def tree(self) -> HashAt:
        """The hashes of the tree that is published."""
        return self._log.tree(self.size)

    def leaf(self, index: int) -> bytes:
        """The hash of a leaf (event id - 1). Raises `NotLoggedYet`."""
        size = self.size
        if not 0 <= index < size:
            raise NotLoggedYet(event=index + 1, size=size)
        return self._log.leaf(index, size)

    def proof(self, event_id: int) -> str:
        """That this event is in the log (tlog-proof). Raises `NotLoggedYet`."""
        text = self.checkpoint()
        size = Signed.parse(text).checkpoint.size if text else 0
        if text is None or not 0 < event_id <= size:
            raise NotLoggedYet(event=event_id, size=size)
        path = inclusion(self._log.tree(size), event_id - 1, size)
        return str(Proof(event_id - 1, tuple(path), Signed.parse(text)))

    def tile(self, path: str) -> bytes:
        """By the address after `tile/`. Raises `NotPublished`."""
        try:
            tile = Tile.parse(path)
            if not tile.is_in(self.size):
                raise NotPublished
            return self._log.read(tile)
        except Unproven as error:
            raise NotPublished from error
