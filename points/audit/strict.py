"""Reading text that strangers wrote: there is one way to write a thing, and no other is taken."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode

SIZE_MAX = 2**63 - 1

_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


class Unproven(ValueError):
    """This text does not prove what it should, or is not written as it must be."""


def utf8(raw: bytes) -> str:
    """Bytes as text; raises `Unproven`."""
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise Unproven("not UTF-8") from error


def encoded(raw: bytes) -> str:
    """Standard base64 with padding (RFC 4648 §4)."""
    return b64encode(raw).decode()


def decoded(text: str, length: int | None = None) -> bytes:
    """Base64 as `encoded` writes it, of `length` bytes; raises `Unproven`."""
    try:
        raw = b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise Unproven("not base64") from error
    if encoded(raw) != text:
        raise Unproven("base64 with stray bits")
    if length is not None and len(raw) != length:
        raise Unproven(f"{len(raw)} bytes, not {length}")
    return raw


def number(text: str) -> int:
    """A decimal without sign or leading zero, below 2**63; raises `Unproven`."""
    if not _NUMBER.fullmatch(text) or int(text) > SIZE_MAX:
        raise Unproven("not a plain number")
    return int(text)
