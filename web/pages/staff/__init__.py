"""Pages of the staff: village, township, county, supervisor and administrator, each in her place.

One module a subject; all of them hang on one blueprint.
"""

from __future__ import annotations

from web.pages.staff import (
    accounts,
    award,
    books,
    cards,
    entries,
    home,
    households,
    imports,
    inspectors,
    kin,
    notices,
    objections,
    packets,
    papers,
    receiving,
    rule_steps,
    serving,
    sheets,
    shops,
    sign,
    undos,
    users,
    watch,
    watched_entries,
    worksheet,
)
from web.pages.staff.blueprint import pages

__all__ = [
    "accounts",
    "award",
    "books",
    "cards",
    "entries",
    "home",
    "households",
    "imports",
    "inspectors",
    "kin",
    "notices",
    "objections",
    "packets",
    "pages",
    "papers",
    "receiving",
    "rule_steps",
    "serving",
    "sheets",
    "shops",
    "sign",
    "undos",
    "users",
    "watch",
    "watched_entries",
    "worksheet",
]
