"""Photos that prove an award (A4): re-encoded, so that no place, device or owner is left in them,
named by their content, and sealed on disk. The event holds the name; who may see the case may see
them. Never on a public page.
"""

from __future__ import annotations

import os
import re
import secrets
import struct
from contextlib import suppress
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from PIL import ExifTags, Image

from points.refusals import Refusal

SIDE_MAX = 1600
"""Pixels of the longer side that are kept."""

PIXELS_MAX = 24_000_000
"""That are decoded; half as many of a WEBP, whose reader takes twice the room."""

REDUCED_MAX = 64_000_000
"""Pixels of a JPEG that is reduced as it is decoded: phones take such."""

QUALITY = 80
FORMATS = ("JPEG", "PNG", "WEBP")
PHOTOS_MAX = 5
"""Photos of one proposal."""

_NAME = re.compile(r"[0-9a-f]{64}")

_UNREADABLE = (
    OSError,
    ValueError,
    TypeError,
    LookupError,
    SyntaxError,
    EOFError,
    struct.error,
    Image.DecompressionBombError,
)
"""What a broken picture makes its reader raise."""

_TURNS: dict[object, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""Orientation in EXIF -> what sets it right."""


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
        if not _NAME.fullmatch(name):
            raise PhotoGone(name=name[:12])
        return self._folder / name[:2] / name


def plain(sent: bytes) -> bytes:
    """A photo as a plain JPEG: turned as it was held, small enough, with no word about itself."""
    try:
        with Image.open(BytesIO(sent), formats=FORMATS) as found:
            _reduce(found)
            turn = _TURNS.get(_orientation(found))
            image = found if found.mode == "RGB" else found.convert("RGB")
            image.thumbnail((SIDE_MAX, SIDE_MAX))
            if turn is not None:
                image = image.transpose(turn)
            bare = Image.new("RGB", image.size)
            bare.paste(image)
    except _UNREADABLE as error:
        raise NoPhoto from error
    out = BytesIO()
    bare.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _reduce(image: Image.Image) -> None:
    """Decode no more than is needed; raises `NoPhoto` where that is too much."""
    small = image.width * image.height <= REDUCED_MAX
    if small and not image.info.get("progressive"):  # that is read whole first
        image.draft(None, (SIDE_MAX, SIDE_MAX))
    if image.width * image.height > PIXELS_MAX // (2 if image.format == "WEBP" else 1):
        raise NoPhoto


def _orientation(image: Image.Image) -> object:
    """How it was held, 1 to 8; None where what the picture says about itself cannot be read."""
    try:
        return image.getexif().get(ExifTags.Base.Orientation)
    except _UNREADABLE:
        return None


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
