"""A bar on standard error for what takes long; nothing for programs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from web.registers.answers import Progress as Told
from web.registers.answers import silent


@contextmanager
def progress_bar(title: str, quiet: bool) -> Iterator[Told]:
    """A function that is told what is done of how much; silent where nobody looks at a screen."""
    screen = Console(stderr=True)
    if quiet or not screen.is_terminal:
        yield silent
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=screen, transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
