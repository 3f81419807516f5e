"""Names of people: written one way, masked for others' eyes, found by their pinyin initials."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_DOTS = str.maketrans(dict.fromkeys("・•‧∙.", "·"))


def plain_name(text: str) -> str:
    """One way of writing a name: no spaces inside, half-width letters, one kind of middle dot."""
    close = "".join(unicodedata.normalize("NFKC", text).translate(_DOTS).split())
    return unicodedata.normalize("NFKC", close)  # an accent may have met its letter


def masked(name: str) -> str:
    """A name for others' eyes: first and last character stay, 张*英; of two only the first, 张*.

    Source: domain.md §0.7 and P13 (the keeper sees the masked name only).
    """
    if len(name) <= 2:
        return name[:1] + "*" * (len(name) - 1)
    return name[0] + "*" * (len(name) - 2) + name[-1]


def has_initials(name: str, letters: str) -> bool:
    """Whether the name's pinyin begins with these letters, one per character, in any reading:
    单英 answers to "sy" and to "dy"."""
    return len(letters) <= len(name) and all(
        letter in _initials(character)
        for letter, character in zip(letters.lower(), name, strict=False)
    )


@lru_cache(maxsize=8192)  # the characters of names are few
def _initials(character: str) -> frozenset[str]:
    from pypinyin import Style, pinyin  # its dictionary takes a while to load

    readings = pinyin(character, style=Style.FIRST_LETTER, heteronym=True)
    return frozenset(reading[:1].lower() for reading in readings[0]) if readings else frozenset()
