"""Whether a history is whole, and the one that was published."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from points.audit.checkpoint import Checkpoint, Signed
from points.audit.policy import Policy
from points.audit.strict import Unproven
from points.audit.tree import Frontier, leaf_hash
from points.checks import Finding
from points.store.county import County
from points.store.engine import open_engine
from points.store.reading import in_order
from points.store.recorded import Notified
from points.store.records import NoRecord, leaf, line
from web.backup.refusals import BoardDiffers, BoardUnproven, Damaged, EntriesMissing, NotSound


@dataclass(frozen=True)
class Tree:
    """`size`: events; `roots`: of the whole, and of the sizes that were asked for."""

    size: int
    roots: dict[int, bytes]

    @property
    def root(self) -> bytes:
        return self.roots[self.size]


@contextmanager
def county_at(dsn: str, code: str) -> Iterator[County]:
    engine = open_engine(dsn)
    try:
        yield County(code, engine)
    finally:
        engine.dispose()


def tree_of(
    county: County,
    sizes: Collection[int] = (),
    also: Callable[[Notified], object] = lambda _: None,
) -> Tree:
    """The tree over a history, from its stored events, each of which `also` sees; raises
    `Damaged`."""
    tree, roots = Frontier(), {}
    with county.moment() as connection:
        for events in in_order(connection):
            for event in events:
                if event.id != tree.size + 1:
                    raise Damaged(file=f"event {tree.size + 1}")
                try:
                    tree.add(leaf_hash(leaf(line(event))))
                except NoRecord as error:
                    raise Damaged(file=f"event {event.id}") from error
                also(event)
                if tree.size in sizes:
                    roots[tree.size] = tree.root
    return Tree(tree.size, roots | {tree.size: tree.root})


def check_file(county: County) -> None:
    """The file is sound; raises `Damaged`."""
    with county.read() as connection:
        if connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() != "ok":
            raise Damaged(file=county.code)


def check_found(county: County, found: Sequence[Finding]) -> None:
    """Raises `NotSound` with the first of them, if there is one."""
    if found:
        raise NotSound(county=county.code, found=len(found), first=str(found[0]))


def published(log: Path) -> list[Checkpoint]:
    """The checkpoint that a county's own log shows, if there is one."""
    file = log / "checkpoint"
    return [read_board(file.read_text("utf-8"))] if file.is_file() else []


def read_board(text: str, policy: str | None = None) -> Checkpoint:
    """A checkpoint as it was photographed from the wall, perhaps with a policy that says whose
    signatures count; raises `BoardUnproven`."""
    try:
        if policy is not None:
            return Policy.parse(policy).believe(text).checkpoint
        return Signed.parse(text).checkpoint
    except Unproven as error:
        raise BoardUnproven(why=str(error)) from error


def county_of(board: Checkpoint) -> str:
    """An origin ends with the county's code."""
    return board.origin.rpartition("/")[2]


def compare(code: str, tree: Tree, boards: Iterable[Checkpoint], accepted: int = 0) -> int:
    """How many published entries are missing, of which `accepted` may be.

    Raises `EntriesMissing`, and `BoardDiffers` where the history is another one.
    """
    missing = 0
    for board in boards:
        lacks = max(0, board.size - tree.size)
        if lacks > accepted:
            raise EntriesMissing(
                county=code, missing=lacks, first=tree.size + 1, last=board.size, has=tree.size
            )
        if not lacks and board.size and tree.roots[board.size] != board.root:
            raise BoardDiffers(county=code, size=board.size)
        missing = max(missing, lacks)
    return missing
