"""Days that the county declared to be worked or free, as everybody may read them."""

from __future__ import annotations

from datetime import timedelta

from points.clock import business_day
from web.wiring import House

SHOWN_AFTER = timedelta(days=30)
"""A day that is over is still read beside the notices that it made longer or shorter."""


def declared_days(house: House) -> list[tuple[str, bool]]:
    """Each day, and whether it is worked; those to come and of the last month, in their order."""
    since = (business_day(house.clock()) - SHOWN_AFTER).isoformat()
    return sorted((day, on) for day, on in house.ledger.days_declared().items() if day >= since)
