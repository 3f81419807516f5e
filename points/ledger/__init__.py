"""The ledger: every use case of the points side, one method each.

`Ledger` is built of one class per subject, in the order in which they stand on each other: keys,
books, accounts, awards, notices, objections, shops, redemptions, undoing, signing off. Every
command needs an open envelope.
"""

from __future__ import annotations

from points.ledger.accounts import Imported, OpeningEntry
from points.ledger.awards import Proposal
from points.ledger.noticing import Done
from points.ledger.objecting import Answer
from points.ledger.redemptions import CardUse, Receipt
from points.ledger.shops import Delivered
from points.ledger.signing_off import Checked, SigningOff

__all__ = [
    "Answer",
    "CardUse",
    "Checked",
    "Delivered",
    "Done",
    "Imported",
    "Ledger",
    "OpeningEntry",
    "Proposal",
    "Receipt",
]


class Ledger(SigningOff):
    """One county's points: `Ledger(county, new_id=uuid4, note_box=vault)`."""

    name = "ledger"
