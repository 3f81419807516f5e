"""Rows for people: aligned, also where Chinese characters are two columns wide."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table


def table(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Lines of text; whole numbers stand to the right."""
    kept = list(rows)
    made = Table(box=None, pad_edge=False, header_style="bold")
    for at, title in enumerate(titles):
        numbers = bool(kept) and all(isinstance(row[at], int) for row in kept)
        made.add_column(title, justify="right" if numbers else "left", no_wrap=True)
    for row in kept:
        made.add_row(*("" if cell is None else str(cell) for cell in row))
    text = io.StringIO()
    Console(file=text, width=200, color_system=None, markup=False).print(made)
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines())
