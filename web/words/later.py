"""Marks a sentence that is translated when it is said."""

from __future__ import annotations


def N_(msgid: str) -> str:  # noqa: N802 - gettext's own name for "translate later"
    return msgid
