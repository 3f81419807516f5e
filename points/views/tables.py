"""What the tables of all views share. They are disposable: `rebuild` makes them anew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, MetaData, Select, Text
from sqlalchemy.types import TypeEngine

from points.store.county import County

views = MetaData()
"""Every view table of a county, declared without a schema."""


def text(name: str, *, key: bool = False, index: bool = False, unique: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, index=index, unique=unique, nullable=False)


def streamed(county: County, rows: Select[Any]) -> Iterator[dict[str, Any]]:
    """Row by row, of one moment; a thousand are held at once."""
    with county.moment() as sql:
        for row in sql.execute(rows, execution_options={"yield_per": 1_000}).mappings():
            yield dict(row)


def maybe(name: str, kind: type[TypeEngine[Any]] = Text) -> Column[Any]:
    """A column that may be empty."""
    return Column(name, kind, nullable=True)
