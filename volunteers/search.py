"""Finding a household by whatever somebody has at hand: number, name, initials, phone.

Exact names and whole phone numbers go by their keyed hash. Initials, parts of names and phone
tails would need a hash that tells too much, so one field of each household of the place is opened
in memory: 15 ms for a village of 900, half a second for a county of 30,000.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from volunteers.households import Household, Registry
from volunteers.names import has_initials, plain_name
from volunteers.numbers import plain_number

_HAN = re.compile(r"[㐀-鿿]")
_INITIALS = re.compile(r"[A-Z]{1,6}")
_TAIL = re.compile(r"[0-9]{4,10}")
_PHONE = re.compile(r"[0-9]{11}")


def search(registry: Registry, words: str, place: str, *, limit: int = 50) -> list[Household]:
    """The households of `place` that answer to `words`, in the order of numbers."""
    found = registry.find_all(_numbers(registry, words, place)[:limit])
    return [found[number] for number in sorted(found)]


def _numbers(registry: Registry, words: str, place: str) -> list[str]:
    name, number = plain_name(words), plain_number(words)
    if _HAN.search(name):
        exact = [one.number for one in registry.with_head(name, place)]
        return exact or _where(registry, place, "head", lambda head: name in head)
    if _PHONE.fullmatch(number):
        return [one.number for one in registry.with_phone(number, place)]
    if not number:
        return []
    found = set(registry.numbered(number, place))
    if _INITIALS.fullmatch(number):
        found.update(_where(registry, place, "head", lambda head: has_initials(head, number)))
    if _TAIL.fullmatch(number):
        found.update(_where(registry, place, "phone", lambda phone: phone.endswith(number)))
    return sorted(found)


def _where(registry: Registry, place: str, field: str, answers: Callable[[str], bool]) -> list[str]:
    opened = registry.vault.get_all(registry.numbers(place), field)
    return [number for number, text in opened.items() if answers(text)]
