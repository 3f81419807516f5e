"""Keyed codes in place of household numbers, stable within a county: H-7K2M9QXD."""

from __future__ import annotations

from collections.abc import Callable

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHARACTERS = 8


def code_of(household: str, blind: Callable[[str, str], bytes]) -> str:
    """40 bits of the vault's keyed hash; without the vault key no number is told by it."""
    number = int.from_bytes(blind("export", household)[:5], "big")
    digits = (_CROCKFORD[number >> 5 * at & 31] for at in reversed(range(_CHARACTERS)))
    return "H-" + "".join(digits)
