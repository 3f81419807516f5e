"""A county as it was at one moment, for whoever reads much of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from sqlalchemy import Connection

from points.store.county import County


class Still(County):
    """Every question to it is asked over one connection, and answered as of its first one."""

    def __init__(self, county: County, sql: Connection) -> None:
        super().__init__(county.code, county.engine)
        self._sql = sql

    def read(self) -> AbstractContextManager[Connection]:
        return nullcontext(self._sql)

    def moment(self) -> AbstractContextManager[Connection]:
        return nullcontext(self._sql)


@contextmanager
def still(county: County) -> Iterator[County]:
    with county.moment() as sql:
        yield Still(county, sql)
