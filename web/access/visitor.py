"""Whoever stands at the door: an actor of the ledger, with what only the front needs to know."""

from __future__ import annotations

from dataclasses import dataclass

from points.envelope import Actor


@dataclass(frozen=True)
class Visitor(Actor):
    """`name`: shown on the page, never stored. `door`: session, card, token or cli. `shop`: the
    shop she or it serves. `duty`: what must be done before anything else (password, totp)."""

    name: str = ""
    door: str = "session"
    shop: str | None = None
    duty: str | None = None
    language: str | None = None
