"""Photos that prove an award (A4): re-encoded, so that no place, device or owner is left in them,
named by their content, and sealed on disk. The event holds the name; who may see the case may see
them. Never on a public page.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from PIL import Image, ImageOps, UnidentifiedImageError

from points.refusals import Refusal

SIDE_MAX = 1600
"""Pixels of the longer side that are kept."""

PIXELS_MAX = 60_000_000
QUALITY = 80
FORMATS = ("JPEG", "PNG", "WEBP")
PHOTOS_MAX = 5
"""Photos of one proposal."""


class NoPhoto(Refusal):
    """What was sent is no picture that can be read."""

    code = "no-photo"


class TooManyPhotos(Refusal):
    code = "too-many-photos"


class PhotoGone(Refusal):
    """It is not in the store, or was tampered with there."""

    code = "photo-gone"


class Evidence:
    """One county's photos. `key`: 32 bytes."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._folder, self._key = folder, AESGCM(key)

    def put(self, sent: bytes) -> str:
        """Keep a photo as it is shown, without anything that was written into it; its name.

        Raises `NoPhoto`.
        """
        content = plain(sent)
        name = sha256(content).hexdigest()
        path = self._path(name)
        if not path.exists():
            nonce = secrets.token_bytes(12)
            _write(path, nonce + self._key.encrypt(nonce, content, name.encode()))
        return name

    def get(self, name: str) -> bytes:
        """A JPEG; raises `PhotoGone`."""
        try:
            sealed = self._path(name).read_bytes()
            content = self._key.decrypt(sealed[:12], sealed[12:], name.encode())
        except (OSError, InvalidTag, ValueError) as error:
            raise PhotoGone(name=name[:12]) from error
        if sha256(content).hexdigest() != name:
            raise PhotoGone(name=name[:12])
        return content

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name


def plain(sent: bytes) -> bytes:
    """A photo as a plain JPEG: turned as it was held, small enough, with no word about itself."""
    try:
        with Image.open(BytesIO(sent), formats=FORMATS) as found:
            if found.width * found.height > PIXELS_MAX:
                raise NoPhoto
            image = ImageOps.exif_transpose(found).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise NoPhoto from error
    except Image.DecompressionBombError as error:
        raise NoPhoto from error
    image.thumbnail((SIDE_MAX, SIDE_MAX))
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    out = BytesIO()
    bare.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
