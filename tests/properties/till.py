"""A till in a process of its own: redeems one toothbrush after another and says each receipt.

`python -m tests.properties.till URL NUMBER TIMES`; `NUMBER` keeps the ids of two tills apart.
"""

from __future__ import annotations

import sys

from points.ledger import Ledger
from points.refusals import Refusal
from points.store.county import County
from points.store.engine import open_engine
from tests.support.cast import CLEO, COUNTY, SHOP, ZHAO, card
from tests.support.town import Town


def main(url: str, number: str, times: str) -> None:
    town = Town(County(COUNTY, open_engine(url)), ids_from=int(number) * 1_000_000, ledger=Ledger)
    for n in range(int(times)):
        command = f"till {number} {n}"
        try:
            said = redeem(town, command)
        except Refusal as refusal:
            said = refusal.code
        sys.stdout.write(f"{command}\t{said}\n")
        sys.stdout.flush()


def redeem(town: Town, command: str) -> str:
    """One toothbrush for two points; returns the receipt number."""
    receipt = town.by(CLEO, command).redeem(
        shop=SHOP, card=card(ZHAO), lines=[("G01", 1)], pin_checked=True
    )
    return str(receipt.receipt_no)


if __name__ == "__main__":
    main(*sys.argv[1:])
