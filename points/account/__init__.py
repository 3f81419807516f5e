"""A household's account: what happened to it, what may be asked of it, and its card."""

from points.account.account import AlreadyReversed, NotEnoughPoints, PointsAccount, UnknownEntry
from points.account.card import CardBlocked, CardInUse, CardUnknown, PinRequired

__all__ = [
    "AlreadyReversed",
    "CardBlocked",
    "CardInUse",
    "CardUnknown",
    "NotEnoughPoints",
    "PinRequired",
    "PointsAccount",
    "UnknownEntry",
]
