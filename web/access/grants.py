"""Who may do what, and where: the whole of it, one action a line. What is not here is refused.

Source: domain.md §4 (powers P1 to P14), rulings 4, 9, 12 and 13. Where: `all` everywhere, `place`
in her own place of the region tree and below, `shop` in her own shop, `home` for her own
household, `self` for herself at a browser, `-` nowhere. That nobody signs what she proposed, or
for her own household, is the ledger's rule and stands there.
"""

from __future__ import annotations

from types import MappingProxyType

from web.access.roles import ROLES

_TABLE = """
                     villager keeper village township county supervisor auditor inspector administrator

session.end          self     self   self    self     self   self       self    self      self
session.own          -        self   self    self     self   self       self    -         self

household.balance    home     place  place   place    place  place      place   place     all
household.read       home     -      place   place    place  place      place   place     all
household.trace      -        -      place   place    place  place      place   place     all
household.find       -        -      place   place    place  place      place   place     all
household.name       home     -      place   -        -      -          -       -         -
household.register   -        -      place   -        -      -          -       -         all
household.pin        home     -      place   -        -      -          -       -         all

card.lookup          -        shop   place   -        -      -          -       -         all
card.issue           -        -      place   -        -      -          -       -         all
card.block           home     -      place   place    -      -          -       -         all

award.read           -        -      place   place    place  place      place   place     all
award.propose        -        -      place   place    place  -          -       -         all
award.sign           -        -      place   place    place  -          -       -         all

notice.read          -        -      place   place    place  place      place   place     all
notice.open          -        -      place   place    place  -          -       -         all
objection.read       -        -      place   place    place  place      place   place     all
objection.file       -        -      place   place    place  -          -       -         all
objection.decide     -        -      place   place    place  -          -       -         all
kin.read             -        -      place   place    place  place      place   place     all
kin.declare          -        -      place   place    place  -          -       -         all

evaluation.read      -        -      place   place    place  place      place   place     all
evaluation.hold      -        -      place   place    place  -          -       -         all
showcase.read        -        -      place   place    place  place      place   place     all
showcase.change      -        -      place   place    place  -          -       -         all

undo.read            -        -      place   place    place  place      place   place     all
undo.ask             -        -      place   place    place  -          -       -         all
undo.sign            -        -      place   place    place  -          -       -         all

shop.read            -        shop   place   place    place  place      place   place     all
shop.open            -        -      place   place    -      -          -       -         all
shop.keepers         -        -      place   place    -      -          -       -         all
stock.receive        -        shop   place   -        -      -          -       -         all

redemption.make      -        shop   -       -        -      -          -       -         -
redemption.void      -        shop   -       -        -      -          -       -         -
redemption.read      home     shop   place   place    place  place      place   place     all

rule.read            -        place  place   place    place  place      place   place     all
rule.draft           -        -      -       -        place  -          -       -         all
rule.adopt           -        -      -       -        place  -          -       -         all

import.read          -        -      place   place    place  place      place   -         all
import.ask           -        -      place   place    place  -          -       -         all
import.confirm       -        -      place   place    place  -          -       -         all

user.read            -        -      -       place    place  place      place   -         all
user.change          -        -      -       place    place  -          -       -         all
token.read           -        -      place   place    place  place      place   -         all
token.change         -        -      place   place    -      -          -       -         all
log.read             -        -      -       -        -      place      place   -         all
key.read             -        -      place   place    place  place      place   -         all
device.own           -        shop   place   place    place  -          -       -         all
key.change           -        -      -       -        -      -          -       -         all

signoff.read         -        -      place   place    place  place      place   place     all
signoff.make         -        -      -       -        -      place      place   -         -
inspect.link         -        -      -       -        place  place      place   -         -
"""  # noqa: E501  # a column a role


def _read(table: str) -> dict[str, dict[str, str]]:
    heads, *rows = (line.split() for line in table.strip().splitlines() if line.strip())
    assert tuple(heads) == ROLES
    return {action: dict(zip(ROLES, where, strict=True)) for action, *where in rows}


GRANTS = MappingProxyType(_read(_TABLE))
"""action -> role -> all, place, shop, home, self or -"""
