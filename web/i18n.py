"""Sentences in the reader's language: Flask-Babel's gettext, with the type it has."""

from __future__ import annotations

from flask_babel import gettext


def _(msgid: str, **facts: object) -> str:
    """`_("还有 %(points)s 分", points=5)`."""
    said: str = gettext(msgid, **facts)
    return said
