"""What all formats have in common: the header, and reading numbers that may not be there."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["BmpPixels", "Format", "Header", "Malformed", "unpack"]

Format = Literal["PNG", "JPEG", "BMP", "GIF", "TIFF", "WebP"]


class Malformed(Exception):
    """A file breaks its format's rules; the text says how, without the file's name."""


@dataclass(frozen=True, slots=True)
class BmpPixels:
    """Where a 24-bit BMP's rows stand: they need no decoder."""

    offset: int
    stride: int
    top_down: bool


@dataclass(frozen=True, slots=True)
class Header:
    """A file's format and size before EXIF orientation, pixels.

    `bits` are per channel; `orientation` is the EXIF tag, 1 to 8, 1 where there is none; `notes`
    say what is unusual about the file, for reports.
    """

    format: Format
    width: int
    height: int
    bits: int = 8
    orientation: int = 1
    bmp: BmpPixels | None = None
    notes: tuple[str, ...] = field(default=())


def unpack(layout: str, data: bytes, offset: int) -> tuple[int, ...]:
    """`struct.unpack_from` for whole numbers; raises Malformed where the bytes end too soon."""
    if offset < 0 or offset + struct.calcsize(layout) > len(data):
        raise Malformed(f"the file is cut short: {len(data)} bytes")
    return struct.unpack_from(layout, data, offset)
