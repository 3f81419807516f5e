"""Every list of a county in a folder of its own: all of one moment, whole or not there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from points.audit.export.events import FolderNotEmpty
from points.clock import business_day
from points.pricelist import Good
from points.rulebook import Rule
from points.store.still import still
from points.versions import NothingInForce
from points.views import Reads
from web.sheets import lists, shop_lists
from web.sheets.source import Source
from web.sheets.writing import Sheet, Told, write
from web.wiring import House

LISTS = (
    *(lists.households, lists.entries, lists.cases, lists.undos, lists.lots),
    *(shop_lists.redemptions, shop_lists.shops, shop_lists.stock, shop_lists.moves),
    *(shop_lists.goods, lists.rules, lists.keys, lists.signoffs),
)
"""Every list of a county."""

Named = Callable[[str], str]


@contextmanager
def source_of(house: House, name: Named, place: str = "") -> Iterator[Source]:
    """The county, or a place in it, as it is at this moment."""
    today = business_day(house.clock())
    goods: Mapping[str, Good] = {}
    rules: Mapping[str, Rule] = {}
    with suppress(NothingInForce):
        goods = house.ledger.goods_on(today)[1]
    with suppress(NothingInForce):
        rules = house.ledger.rules_on(today)[1]
    villages = {each.code: each.name for each in house.regions.villages(house.county.code)}
    with still(house.county) as county:
        yield Source(Reads(county), name, villages, goods, rules, place)


def export(house: House, folder: Path, name: Named, *more: Callable[[Source], Sheet]) -> list[Told]:
    """What each file holds; raises `FolderNotEmpty`."""
    folder = folder.resolve()
    if not _is_free(folder):
        raise FolderNotEmpty(folder=str(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as beside:
        draft = Path(beside) / folder.name
        draft.mkdir()
        with source_of(house, name) as source:
            told = [_written(make(source), draft) for make in (*LISTS, *more)]
        try:
            draft.replace(folder)
        except OSError:
            if _is_free(folder):
                raise
            raise FolderNotEmpty(folder=str(folder)) from None
    return told


def _is_free(folder: Path) -> bool:
    return not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))


def _written(sheet: Sheet, folder: Path) -> Told:
    with (folder / f"{sheet.name}.csv").open("w", encoding="utf-8", newline="") as out:
        return write(sheet, out)
