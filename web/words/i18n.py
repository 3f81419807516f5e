"""Sentences in the reader's language: Flask-Babel's gettext, with the type it has."""

from __future__ import annotations

from typing import cast

from flask_babel import gettext, lazy_gettext


def _(msgid: str, **facts: object) -> str:
    """`_("还有 %(points)s 分", points=5)`."""
    said: str = gettext(msgid, **facts)
    return said


def _l(msgid: str) -> str:
    """The same, said when it is shown: for words that a module keeps."""
    return cast(str, lazy_gettext(msgid))
