"""What holds for all rules of a version of the rule book (domain.md §2.3, §2.6, §2.7)."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

MONTHS_MAX = 120
"""How long points may last where they do not last for ever."""

ISSUANCE_MAX = 1_000_000
"""Points of one village and quarter: more than a whole county gives in a year."""

PERCENT_MAX = 1000


@dataclass(frozen=True)
class Policy:
    """`expiry_months`: whole months that a lot lasts, None for carry-over. `base_redeemable`:
    whether base points buy goods.

    `issuance_cap`: points that a village may give in a quarter, None without a limit (总额控制).
    Points out against the worth of what stands on the village's shelves, in percent: above
    `cover_warn_percent` staff are told, above `cover_refuse_percent` nothing more is hung up, None
    for never.
    """

    base_redeemable: bool = False
    expiry_months: int | None = None
    issuance_cap: int | None = None
    cover_warn_percent: int = 80
    cover_refuse_percent: int | None = None

    def redeemable(self, bucket: str) -> bool:
        return bucket != "base" or self.base_redeemable

    def expires_on(self, posted_on: date) -> str | None:
        """The last day on which points posted today may be spent."""
        if self.expiry_months is None:
            return None
        months = posted_on.year * 12 + posted_on.month - 1 + self.expiry_months
        year, month = divmod(months, 12)
        day = min(posted_on.day, monthrange(year, month + 1)[1])
        return date(year, month + 1, day).isoformat()

    def wrong(self) -> str:
        """Which of its figures cannot stand: a code, empty where all can."""
        if not _within(self.expiry_months, MONTHS_MAX):
            return "expiry-months"
        if not _within(self.issuance_cap, ISSUANCE_MAX):
            return "issuance-cap"
        percents = (self.cover_warn_percent, self.cover_refuse_percent)
        if not all(_within(each, PERCENT_MAX) for each in percents):
            return "cover-percent"
        return ""


def _within(figure: int | None, most: int) -> bool:
    return figure is None or 1 <= figure <= most


CARRY_OVER = Policy()
"""The default: points last, base points buy nothing, and no total is set."""
