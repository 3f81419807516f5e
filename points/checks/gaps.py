"""Gaps between what the views say and what their entries add up to: what must not be published.

Quicker than the whole check, because it trusts the events; the nightly check does not (J1).
"""

from __future__ import annotations

from points.checks import sums
from points.checks.findings import Finding
from points.store.county import County


def gaps(county: County) -> list[Finding]:
    """Where balances, journal and stock do not agree with their entries; reads one moment."""
    with county.moment() as sql:
        return [*sums.uneven(sql), *sums.balances(sql), *sums.stock(sql)]
