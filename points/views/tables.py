"""What the tables of all views share. They are disposable: `rebuild` makes them anew."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, MetaData, Text
from sqlalchemy.types import TypeEngine

views = MetaData()
"""Every view table of a county, declared without a schema."""


def text(name: str, *, key: bool = False, index: bool = False, unique: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, index=index, unique=unique, nullable=False)


def maybe(name: str, kind: type[TypeEngine[Any]] = Text) -> Column[Any]:
    """A column that may be empty."""
    return Column(name, kind, nullable=True)
