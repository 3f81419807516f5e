"""Everything that is measured side by side, and the order in which a round takes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from benches import library, over_http, pgbench, ready_made
from benches.county import Town, build_town
from benches.measure import Measured, Work, measure
from benches.over_http import Server
from benches.plan import HOT, Plan
from points.store.county import County
from points.store.engine import open_engine
from tests.support.postgres import APP, SUPERUSER, Cluster, cluster

LEDGER, HTTP, PGBENCH = "ledger", "HTTP", "pgbench tpcb-like"
LIBRARY, SAME = "library, one event", "library, the same events"
EMPTY = "an empty Flask route"
BOTH = ("SQLite", "PostgreSQL")


@dataclass(frozen=True)
class Cell:
    """One number of the table: `what` on which `database`, by how many clients, hot or not."""

    what: str
    database: str
    clients: int
    hot: bool = False


@dataclass
class Ring:
    """What stands ready: towns, servers and empty counties by database, and how to run a cell."""

    towns: dict[str, Town]
    servers: dict[str, Server]
    empty: dict[str, County]
    cells: dict[Cell, Callable[[float], Measured]]

    def memory(self) -> dict[str, int]:
        return {database: server.memory() for database, server in self.servers.items()}


@contextmanager
def ring(plan: Plan, folder: Path) -> Iterator[Ring]:
    """Two databases on disk, a county and a server on each, the library's bank on each."""
    with ExitStack() as open_things:
        server = open_things.enter_context(cluster({"shared_buffers": "256MB"}, beside=folder))
        towns = dict(zip(BOTH, (_on_sqlite(plan, folder), _on_postgres(plan, server)), strict=True))
        for town in towns.values():
            open_things.callback(town.house.close)
        servers = {
            database: open_things.enter_context(over_http.shop_server(town))
            for database, town in towns.items()
        }
        empty = open_things.enter_context(over_http.empty_server())
        works = _works(plan, folder, server, towns, servers)
        works[EMPTY, ""] = lambda _: partial(_ask_nothing, empty)
        cells: dict[Cell, Callable[[float], Measured]] = {}
        for clients in plan.clients:
            for (what, database), work in works.items():
                cells[Cell(what, database, clients)] = partial(_measured, work(False), clients)
            cells[Cell(PGBENCH, BOTH[1], clients)] = partial(_tpcb, server, clients)
        for (what, database), work in works.items():
            if what != EMPTY:
                cells[Cell(what, database, HOT, hot=True)] = partial(_measured, work(True), HOT)
        pgbench.prepare(server, "tpcb", plan.pgbench_scale)
        yield Ring(towns, servers, _empty_counties(folder, server), cells)


def _works(
    plan: Plan, folder: Path, server: Cluster, towns: dict[str, Town], servers: dict[str, Server]
) -> dict[tuple[str, str], Callable[[bool], Work]]:
    """How to make the work of a contender, on one hot account or on all of them."""
    works: dict[tuple[str, str], Callable[[bool], Work]] = {}
    for database in BOTH:
        town, shop = towns[database], servers[database]
        works[LEDGER, database] = lambda hot, town=town: partial(town.redeem, hot=hot)
        works[HTTP, database] = lambda hot, town=town, shop=shop: partial(
            over_http.redeem, town, shop, hot=hot
        )
        bank = library.Bank(env=_native(database, "bank", folder, server))
        branch = library.Branch(bank, plan.accounts)
        works[LIBRARY, database] = lambda hot, branch=branch: partial(branch.redeem, hot=hot)
        ready = ready_made.Ready(env=_native(database, "ready", folder, server))
        counter = ready_made.Counter(ready, plan.accounts)
        works[SAME, database] = lambda hot, counter=counter: partial(counter.redeem, hot=hot)
    return works


def _native(database: str, name: str, folder: Path, server: Cluster) -> dict[str, str]:
    """How the library is told to use its own recorder in a database of that name."""
    if database == BOTH[0]:
        return library.on_sqlite(f"{folder}/{name}.db")
    server.database(name)
    return library.on_postgres(str(server.folder), SUPERUSER, name)


def _measured(work: Work, clients: int, seconds: float) -> Measured:
    return measure(work, clients=clients, seconds=seconds)


def _tpcb(server: Cluster, clients: int, seconds: float) -> Measured:
    return pgbench.run(server, "tpcb", clients=clients, seconds=seconds)


def _ask_nothing(server: Server, client: int, _: Random) -> None:
    assert server.ask(client, "GET", "/")[0] == 200


def _on_sqlite(plan: Plan, folder: Path) -> Town:
    return build_town(f"sqlite:///{folder}/town.db", plan.accounts)


def _on_postgres(plan: Plan, server: Cluster) -> Town:
    """The tables are the owner's, the application has no right to change them."""
    owner = server.database("town")
    return build_town(server.url(APP, "town"), plan.accounts, migration_url=owner)


def _empty_counties(folder: Path, server: Cluster) -> dict[str, County]:
    urls = (f"sqlite:///{folder}/growth.db", server.database("growth"))
    return {
        database: County("999902", open_engine(url))
        for database, url in zip(BOTH, urls, strict=True)
    }
