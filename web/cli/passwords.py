"""Passwords that a person can type from a slip of paper."""

from __future__ import annotations

import secrets

_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"


def new_password() -> str:
    """Sixteen signs in four groups, 79 bits, none easily taken for another."""
    return "-".join("".join(secrets.choice(_SIGNS) for _ in range(4)) for _ in range(4))
