"""A camera for Chromium made of pictures: JPEGs one after the other are a `.mjpeg`."""

from __future__ import annotations

import io
import math
from pathlib import Path

import segno
from PIL import Image

WIDE, HIGH = 640, 480
FRAMES = 10


def card_picture(text: str, *, shift: tuple[int, int] = (0, 0)) -> Image.Image:
    """A card on a wooden table, its code upright in the middle."""
    code = io.BytesIO()
    segno.make(text, error="m", micro=False).save(code, kind="png", scale=6, border=4)
    table = Image.new("RGB", (WIDE, HIGH), (150, 130, 110))
    table.paste(Image.new("RGB", (330, 330), (245, 240, 225)), (155, 75))
    square = Image.open(code).convert("RGB").resize((260, 260))
    table.paste(square, (190 + shift[0], 110 + shift[1]))
    return table


def table_picture() -> Image.Image:
    return Image.new("RGB", (WIDE, HIGH), (150, 130, 110))


def film(folder: Path, name: str, text: str | None) -> Path:
    """A hand that holds the card not quite still; without text nobody is there yet."""
    path = folder / f"{name}.mjpeg"
    with path.open("wb") as file:
        for frame in range(FRAMES):
            shift = int(6 * math.sin(frame)), int(4 * math.cos(frame))
            picture = card_picture(text, shift=shift) if text else table_picture()
            picture.save(file, "JPEG", quality=85)
    return path
