"""The vault key: 32 secret bytes outside the database, and what is derived from them.

`JIAMEI_VAULT_KEY` holds them as base64. Where it is unset and the history is on SQLite, a file
`vault.key` with mode 0600 is made beside the database: back it up apart from the database, for
without it names, phones and card sheets cannot be read again.
"""

from __future__ import annotations

import hmac
import os
import secrets
from base64 import b64decode, urlsafe_b64encode
from binascii import Error
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from environs import EnvError
from sqlalchemy import make_url

KEY_BYTES = 32


def key_of(text: str, name: str = "JIAMEI_VAULT_KEY") -> bytes | None:
    """Base64 text as a key, nothing as None; raises `EnvError` when it is not 32 bytes."""
    if not text.strip():
        return None
    try:
        key = b64decode(text.strip(), altchars=b"-_", validate=True)
    except Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise EnvError(f"{name} is not {KEY_BYTES} bytes in base64")
    return key


def kept_key(database_url: str) -> bytes:
    """The key in the file beside a SQLite database, made at first; raises `EnvError`."""
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise EnvError("JIAMEI_VAULT_KEY is needed: 32 bytes in base64")
    path = Path(url.database).parent / "vault.key"
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        _write_new(path, secrets.token_bytes(KEY_BYTES))
    key = key_of(path.read_text())
    if key is None:
        raise EnvError(f"{path} is empty")
    return key


def derived(key: bytes, purpose: str) -> bytes:
    """A key for one purpose; who learns it learns neither the vault key nor another one."""
    return hmac.new(key, b"jiamei web " + purpose.encode(), sha256).digest()


def _write_new(path: Path, key: bytes) -> None:
    """Write it whole under another name first: nobody ever reads half a key."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(urlsafe_b64encode(key) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    finally:
        draft.unlink()
