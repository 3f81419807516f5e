"""What is measured, and how long: a full run of ten minutes, or a quick look at everything."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """`seconds` of each measurement in each of `rounds`; `accounts` that are drawn from;
    `sizes`: accounts among which one balance is read; `proofs`: events that are proven."""

    name: str
    rounds: int
    seconds: float
    clients: tuple[int, ...]
    accounts: int
    sizes: tuple[int, ...]
    reads: int
    proofs: tuple[int, ...]
    pgbench_scale: int
    cut: str


PLANS = {
    "full": Plan(
        name="full",
        rounds=3,
        seconds=3.0,
        clients=(1, 8, 16),
        accounts=1_000,
        sizes=(1_000, 100_000, 1_000_000),
        reads=2_000,
        proofs=(1_000, 100_000, 1_000_000),
        pgbench_scale=16,
        cut="nothing",
    ),
    "quick": Plan(
        name="quick",
        rounds=1,
        seconds=0.6,
        clients=(1, 16),
        accounts=100,
        sizes=(1_000, 20_000),
        reads=300,
        proofs=(1_000, 20_000),
        pgbench_scale=2,
        cut="one round of 0.6 s, 100 accounts, balances among 20,000 at most; read no ratio off it",
    ),
}

SMOKE = Plan(
    name="smoke",
    rounds=1,
    seconds=0.1,
    clients=(1,),
    accounts=3,
    sizes=(10, 30),
    reads=10,
    proofs=(7_000,),
    pgbench_scale=1,
    cut="almost everything: it only proves that the bench runs",
)

HOT = 16
"""Clients on one hot account."""
