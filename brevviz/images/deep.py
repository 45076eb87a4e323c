"""Sixteen bits a channel: every one of them read, and shown through one window.

Pillow keeps 16 bits of grey, but of colour only the high bytes, without a word. Its unpackers for
the other byte order keep the low bytes instead: a file is decoded once with each, and the two
joined. The window is the recipe's and the same for every file; a picture's own range plays no
part, or one bright pixel would darken all others.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image
from PIL.ImageFile import ImageFile

from brevviz.images.probe import Header
from brevviz.images.reading import opened

__all__ = ["sixteen_bits", "windowed"]

_FOREIGN = "B" if sys.byteorder == "little" else "L"
_LOW = {
    f"{channels};16{order}": f"{channels};16{other}"
    for channels in ("RGB", "RGBA", "RGBX")
    for order, other in (("B", "L"), ("L", "B"), ("N", _FOREIGN))
}
"""Unpacker of the high bytes → that of the low ones."""
_GREY_ALPHA = "LA;16B"
_GREYS = frozenset({"I;16", "I;16B", "I;16L"})


def sixteen_bits(data: bytes, header: Header, where: str) -> NDArray[np.uint16]:
    """Decode a file of 16 bits a channel; alpha is left out.

    Returns uint16 (height, width, 1 or 3), as Pillow turns it. Raises ImageRejected.
    """
    with opened(data, header, where) as image:
        if image.mode in _GREYS:
            image.load()
            return np.asarray(image).astype(np.uint16)[:, :, None]
        if _unpacker(image) == _GREY_ALPHA:
            # Bytes as they lie: grey high, grey low, alpha high, alpha low.
            pixels = _unpacked(image, "RGBA")
            return _joined(pixels[:, :, :1], pixels[:, :, 1:2])
        low = _LOW.get(_unpacker(image))
        if low is None:
            raise ValueError(f"16 bits of the kind {_unpacker(image)!r} are not let in")
        high = _array(image)
    with opened(data, header, where) as image:
        return _joined(high[:, :, :3], _unpacked(image, low)[:, :, :3])


def windowed(levels: NDArray[np.uint16], window: tuple[int, int]) -> NDArray[np.uint8]:
    """Show the levels of a window as 0..255, those below as 0 and those above as 255.

    Rounded in whole numbers, halves up: (2 · 255 · (level - from) + span) // (2 · span), where
    span = to - from.
    """
    return _shown(*window)[levels]


@lru_cache(maxsize=8)
def _shown(black: int, white: int) -> NDArray[np.uint8]:
    """What each of the 65,536 levels is shown as."""
    span = white - black
    within = np.clip(np.arange(1 << 16, dtype=np.int64), black, white) - black
    return ((2 * 255 * within + span) // (2 * span)).astype(np.uint8)


def _joined(high: NDArray[np.uint8], low: NDArray[np.uint8]) -> NDArray[np.uint16]:
    levels = high.astype(np.uint16)
    levels *= np.uint16(256)
    levels += low
    return levels


def _unpacker(image: ImageFile) -> str:
    arguments: Any = image.tile[0].args if image.tile else ""
    return str(arguments[0] if isinstance(arguments, tuple) else arguments)


def _unpacked(image: ImageFile, unpacker: str) -> NDArray[np.uint8]:
    image.tile = [
        tile._replace(args=(unpacker, *tile.args[1:]) if isinstance(tile.args, tuple) else unpacker)
        for tile in image.tile
    ]
    return _array(image)


def _array(image: Image) -> NDArray[np.uint8]:
    image.load()
    return np.asarray(image)
