"""Small pictures for people: a thumbnail of a file, and many pictures as one sprite."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from brevviz.errors import ImageError
from brevviz.images.decode import decode, upright_size
from brevviz.images.probe import Header, probe
from brevviz.images.reduce import reduce_area
from brevviz.recipe import View

__all__ = ["shrink", "sprite"]

_THUMBNAIL = {"format": "JPEG", "quality": 85}
_SPRITE = {"format": "JPEG", "quality": 90, "subsampling": 0}
_LOSSLESS = {"format": "PNG", "compress_level": 1}


def shrink(
    data: bytes, side: int, view: View, where: str = "image", header: Header | None = None
) -> bytes:
    """Shrink a whole file to a small JPEG; `brevviz.images.thumbnail` does so guarded."""
    header = header or probe(data, view.max_pixels, where)
    height, width = upright_size(header, view)
    longer = max(height, width, side)
    size = (max(1, height * side // longer), max(1, width * side // longer))
    pixels = decode(data, header, view, size, where)
    return _encode(reduce_area(pixels, size), _THUMBNAIL)


def sprite(images: NDArray[np.uint8], columns: int, *, lossless: bool = False) -> bytes:
    """Lay pictures out in rows of `columns`, as one JPEG: one message for a whole grid.

    Parameters
    ----------
    images : uint8 (n, height, width, 3 or 1).
    columns : pictures a row, at least 1.
    lossless : True encodes as PNG, several times larger and slower, for pixels that matter.

    Returns the encoded picture; the last row is filled up with black. Raises ImageError when
    there is nothing to lay out.
    """
    if not len(images) or columns < 1:
        raise ImageError("sprite", f"{len(images)} pictures in {columns} columns; 1 or more each")
    count, height, width, channels = images.shape
    rows = -(-count // columns)
    cells = np.zeros((rows * columns, height, width, channels), np.uint8)
    cells[:count] = images
    grid = cells.reshape(rows, columns, height, width, channels).swapaxes(1, 2)
    return _encode(
        grid.reshape(rows * height, columns * width, channels), _LOSSLESS if lossless else _SPRITE
    )


def _encode(pixels: NDArray[np.uint8], options: dict[str, Any]) -> bytes:
    picture = pixels if pixels.shape[2] == 3 else pixels[..., 0]
    buffer = BytesIO()
    Image.fromarray(np.ascontiguousarray(picture)).save(buffer, **options)
    return buffer.getvalue()
