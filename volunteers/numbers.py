"""Household numbers: `A001` on the village's paper, `999901100201-A001` everywhere else.

A village numbers its own households, so the paper's number is unique in one village only; the
external number puts the village's 12-digit code before it (rulings 2).
"""

from __future__ import annotations

import re
import unicodedata

_LOCAL = re.compile(r"[0-9A-Z][0-9A-Z-]{0,19}")
_EXTERNAL = re.compile(r"(\d{12})-([0-9A-Z][0-9A-Z-]{0,19})")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))


def plain_number(text: str) -> str:
    """One way of writing a number: half-width capitals, no spaces."""
    close = "".join(unicodedata.normalize("NFKC", text).translate(_DASHES).split())
    return unicodedata.normalize("NFKC", close.upper())  # an accent may have met its letter


def is_local(number: str) -> bool:
    """Whether a plain number could stand on a village's paper."""
    return bool(_LOCAL.fullmatch(number))


def external(village: str, local_no: str) -> str:
    return f"{village}-{local_no}"


def village_and_local(number: str) -> tuple[str, str] | None:
    """The parts of an external number; None for anything else."""
    parts = _EXTERNAL.fullmatch(number)
    return (parts[1], parts[2]) if parts else None


def within(place: str) -> tuple[str, str]:
    """The first and the last village code a place can hold: a county, a township, a village."""
    return place.ljust(12, "0"), place.ljust(12, "9")
