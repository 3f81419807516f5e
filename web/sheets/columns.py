"""What columns of lists are made of: a title, and how a row's value is written."""

from __future__ import annotations

from collections.abc import Mapping

from web.sheets.writing import Column, Row
from web.words.formats import as_instant


def text(title: str, name: str) -> Column:
    """The value as it is: a text, a number, or nothing."""
    return Column(title, lambda row: row.get(name))


def adds(title: str, name: str) -> Column:
    """A number whose sum is told."""
    return Column(title, lambda row: row[name], adds=True)


def word(title: str, name: str, said: Mapping[str, str]) -> Column:
    """A code as people say it; one without a word stands as it is."""

    def of(row: Row) -> str | None:
        code = row.get(name)
        return str(said.get(code, code)) if code else None

    return Column(title, of)


def moment(title: str, name: str) -> Column:
    """On the wall clock in Shanghai, to the second."""

    def of(row: Row) -> str | None:
        return f"{as_instant(row[name]):%Y-%m-%d %H:%M:%S}" if row[name] else None

    return Column(title, of)
