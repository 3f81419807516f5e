"""What hledger and Beancount, who know nothing of the ledger, make of its books."""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Callable
from pathlib import Path

from beancount import loader
from beancount.core.data import Transaction

from points.audit.export.books import safe
from points.views import Reads

Sums = dict[str, int]
"""What accounts hold that hold anything, by hledger's name: `household:NUMBER:earned`."""


def ask_hledger(file: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["hledger", "-f", str(file), *words], capture_output=True, text=True, check=False
    )


def by_hledger(file: Path) -> Sums:
    """Every account, once hledger has found nothing wrong in the file."""
    checked = ask_hledger(file, "check")
    assert checked.returncode == 0, checked.stderr
    told = ask_hledger(file, "balance", "--flat", "--no-total", "-O", "csv").stdout
    rows = list(csv.reader(told.splitlines()))[1:]
    return {name: int(points.split()[0]) for name, points in rows}


def by_beancount(file: Path) -> Sums:
    """The same, summed from the postings that Beancount has read without an error."""
    entries, errors, _ = loader.load_file(str(file))
    assert errors == []
    sums: Sums = {}
    for entry in entries:
        for posting in entry.postings if isinstance(entry, Transaction) else ():
            assert posting.units is not None
            name = _hledgers(posting.account)
            sums[name] = sums.get(name, 0) + int(posting.units.number or 0)
    return {name: points for name, points in sums.items() if points}


def _hledgers(account: str) -> str:
    _, head, *rest = account.split(":")
    if head == "Household":
        rest[-1] = rest[-1].lower()
    return ":".join((head.lower(), *rest))


def by_views(read: Reads, county: str, name: Callable[[str], str]) -> Sums:
    """The same, as the ledger's own pages and `jiamei balance` tell it."""
    sums: Sums = {}
    for row in read.accounts.all(county):
        balance = read.balances.of(str(row["household"]))
        assert balance is not None
        mine = f"household:{safe(name(balance.household))}"
        sums |= {f"{mine}:{bucket}": points for bucket, points in balance.buckets.items()}
        sums[f"{mine}:receivable"] = -balance.receivable
    for account, points in read.journal.balances().items():
        head, _, rest = account.partition(":")
        if head not in {"household", "receivable"}:
            sums[f"{head}:{safe(rest)}" if rest else head] = points
    return {account: points for account, points in sums.items() if points}
