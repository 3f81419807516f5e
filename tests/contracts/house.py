"""What the contract tests read: the code as modules, the pages of docs/ as tables."""

from __future__ import annotations

import importlib
import pkgutil
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]


def modules(package: str) -> Iterator[ModuleType]:
    """Every module of a package, imported; scripts for Alembic are no modules."""
    top = importlib.import_module(package)
    yield top
    for found in pkgutil.walk_packages(top.__path__, f"{package}."):
        if ".migrations." not in found.name and not found.name.endswith("__main__"):
            yield importlib.import_module(found.name)


def subclasses(of: type) -> set[type]:
    """All classes below one, however deep."""
    below = set(of.__subclasses__())
    return below.union(*(subclasses(one) for one in below)) if below else below


def rows(page: str) -> Iterator[list[str]]:
    """The cells of every table row on a page of docs/, without heads and rulers."""
    table = re.compile(r"^\|(.+)\|$")
    before: list[str] | None = None
    for line in (ROOT / page).read_text("utf-8").splitlines():
        match = table.match(line.strip())
        if match is None:
            before = None
            continue
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", match[1])]
        if before is not None and not set("".join(cells)) <= set("-: "):
            yield cells
        before = cells


def quoted(text: str) -> list[str]:
    """The `names` in a text."""
    return re.findall(r"`([^`]+)`", text)


def committed() -> list[Path]:
    """Every file that git keeps, or would keep."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def texts() -> Iterator[tuple[str, str]]:
    """Name and content of every committed file that is text."""
    for path in committed():
        try:
            yield str(path.relative_to(ROOT)), path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
