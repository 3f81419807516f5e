"""A workbook of Excel 97 (.xls), opened on trial by a process of its own, which may die of it.

Its cells cannot be told from outside as those of a workbook of XML can (`extent`): two of them far
apart in a file of ten kilobytes would be laid out as a field of four thousand million.
"""

from __future__ import annotations

import subprocess  # nosec B404
import sys

MEMORY_MAX = 512 * 1024 * 1024
SECONDS_MAX = 30

_OPEN = f"""
import io, resource, sys
from python_calamine import CalamineError, CalamineWorkbook
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY_MAX}, {MEMORY_MAX}))
try:
    with CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read())) as book:
        for name in book.sheet_names:
            book.get_sheet_by_name(name)
except CalamineError:
    pass  # whoever opens it next says what is wrong
"""


def survived(content: bytes) -> bool:
    """Whether a process could open the workbook and every sheet in it, and lived."""
    command = [sys.executable, "-I", "-c", _OPEN]
    try:
        done = subprocess.run(  # noqa: S603  # nosec B603
            command, input=content, capture_output=True, timeout=SECONDS_MAX, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0
