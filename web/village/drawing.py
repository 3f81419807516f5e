"""Drawing a sheet: words in, PDF or picture out. The same words always give the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import orjson
import typst

from points.clock import SHANGHAI
from points.refusals import Refusal

FONT = "Noto Sans CJK TC"
"""One face with the signs of all of China; the language on the sheet chooses their shapes."""

SOURCE = Path(__file__).parent.parent / "templates" / "village" / "notice.typ"

SHEETS = ("a4.pdf", "a3.pdf", "group.png")
KINDS = {"pdf": "application/pdf", "png": "image/png"}

PIXELS_PER_INCH = 208
"""The picture is 374 points wide: 1,080 pixels."""


class FontMissing(Refusal):
    """A sheet in another face than the one asked for would have holes for people's names."""

    code = "font-missing"


def drawn(told: Mapping[str, Any], sheet: str) -> bytes:
    """One sheet; the same words always give the same bytes. Raises `FontMissing`."""
    paper, kind = sheet.split(".")
    compiler = typst.Compiler(
        str(SOURCE),
        root=str(SOURCE.parent),
        font_paths=_fonts(),
        sys_inputs={"told": orjson.dumps(dict(told)).decode(), "paper": paper, "font": FONT},
    )
    made, warnings = compiler.compile_with_warnings(
        format="png" if kind == "png" else "pdf",
        ppi=PIXELS_PER_INCH,
        timestamp=_midnight(str(told["opens_on"])),
    )
    if any("font" in str(warning) for warning in warnings):
        raise FontMissing(font=FONT)
    assert isinstance(made, bytes)
    return made


def _midnight(day: str) -> int:
    """Seconds since 1970 at which this day began in Shanghai."""
    return int(datetime.fromisoformat(day).replace(tzinfo=SHANGHAI).timestamp())


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """Only the face that comes with the program; raises `FontMissing`."""
    package = find_spec("cvttf_NotoSansCJK_Regular")
    if package is None or package.origin is None:
        raise FontMissing(font=FONT)
    folder = str(Path(package.origin).parent)
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
    )
