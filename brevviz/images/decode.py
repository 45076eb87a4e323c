"""From the bytes of a file to upright uint8 pixels: the rules named "pillow-1".

Pillow decodes JPEG (libjpeg-turbo, integer DCT), PNG, GIF, WebP (first frame), TIFF (first page)
and every odd BMP; the rows of a 24-bit BMP are read in place. Alpha and colour profiles are left
out. A JPEG that is at least twice, four or eight times the size needed is decoded at a half, a
quarter or an eighth. Bayer mosaics become colour before anything else, then 16 bits become 8 by
the view's window, then the picture is turned upright: here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image
from PIL.JpegImagePlugin import JpegImageFile

from brevviz.errors import ImageRejected
from brevviz.images.bayer import demosaic
from brevviz.images.deep import sixteen_bits, windowed
from brevviz.images.probe import Header
from brevviz.images.reading import opened, spared
from brevviz.recipe import View

__all__ = ["decode", "orientation_of", "stored_order", "upright", "upright_size"]

_Pixels = NDArray[np.uint8]

_TURNS: dict[int, Callable[[NDArray[Any]], NDArray[Any]]] = {
    1: lambda p: p,
    2: lambda p: p[:, ::-1],
    3: lambda p: p[::-1, ::-1],
    4: lambda p: p[::-1],
    5: lambda p: p.transpose(1, 0, 2),
    6: lambda p: p[::-1].transpose(1, 0, 2),
    7: lambda p: p[::-1, ::-1].transpose(1, 0, 2),
    8: lambda p: p[:, ::-1].transpose(1, 0, 2),
}
"""EXIF orientation → the view of the stored pixels that stands upright."""
_AT_A_TIME = 1 << 20
"""Pixels that are brought to RGB at a time."""
_BACK = {6: 8, 8: 6}
"""The orientations whose turn is not undone by itself."""


def orientation_of(header: Header, view: View) -> int:
    """The EXIF orientation to apply, 1 for none."""
    return header.orientation if view.exif_orientation else 1


def upright_size(header: Header, view: View) -> tuple[int, int]:
    """Give (height, width) of the picture once it stands as the view says, pixels."""
    size = (header.height, header.width)
    return size if orientation_of(header, view) < 5 else size[::-1]


def decode(
    data: bytes,
    header: Header,
    view: View,
    at_least: tuple[int, int] | None = None,
    where: str = "image",
) -> _Pixels:
    """Decode a probed file.

    Parameters
    ----------
    data, header : the file, and what `probe` said of it.
    view : gives exif_orientation, window, color_mode and bayer_pattern.
    at_least : (height, width) upright, pixels: a JPEG may come out smaller, down to this.
    where : what to call the file in an error.

    Returns uint8 (height, width, 3), RGB, upright; perhaps a read-only view of `data`. Raises
    ImageRejected when the decoder does, or the view does not fit the file.
    """
    orientation = orientation_of(header, view)
    if header.bmp is not None and view.color_mode != "bayer":
        return upright(_bmp_rows(data, header), orientation)
    if header.bits == 16 and view.window is None:
        raise ImageRejected(
            where,
            "16 bits a channel are more than 0..255 can show",
            "Set view.window to the two levels of these files to be shown as 0 and 255.",
        )
    if view.color_mode == "bayer":
        at_least = None  # a smaller JPEG would mix the colours of the mosaic
    if at_least is not None and orientation >= 5:
        at_least = at_least[::-1]
    levels = _levels(data, header, view, at_least, where)
    if view.color_mode == "bayer":
        levels = demosaic(levels[:, :, 0], view.bayer_pattern)
    if view.window is not None and levels.dtype != np.uint8:
        levels = windowed(levels, view.window)
    if levels.shape[2] == 1:
        levels = np.broadcast_to(levels, (*levels.shape[:2], 3))
    return upright(levels, orientation)


def upright(pixels: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Turn stored pixels, (height, width, channels), as an EXIF orientation says."""
    return _TURNS[orientation](pixels)


def stored_order(pixels: NDArray[Any], header: Header) -> NDArray[Any]:
    """Pillow's pixels, (height, width, channels), as the file stores them: it turns TIFFs itself."""
    if header.format != "TIFF":
        return pixels
    return _TURNS[_BACK.get(header.orientation, header.orientation)](pixels)


def _levels(
    data: bytes, header: Header, view: View, at_least: tuple[int, int] | None, where: str
) -> NDArray[Any]:
    """uint8 or uint16 (height, width, 1 or 3), as the file stores it."""
    if header.bits == 16:
        levels: NDArray[Any] = sixteen_bits(data, header, where)
    else:
        with opened(data, header, where) as image:
            if at_least is not None and isinstance(image, JpegImageFile):
                image.draft(None, (at_least[1], at_least[0]))
            image.load()
            spared(image)
            levels = _eight_bits(image)
    if view.color_mode == "bayer" and levels.shape[2] != 1:
        raise ImageRejected(
            where,
            "view.color_mode is bayer, and the file has colours already",
            "A raw image of a sensor has one channel of 8 or 16 bits.",
        )
    return stored_order(levels, header)


def _bmp_rows(data: bytes, header: Header) -> _Pixels:
    layout = header.bmp
    if layout is None:
        raise ValueError("the header is not that of a 24-bit BMP")
    rows = np.ndarray(
        (header.height, header.width, 3),
        np.uint8,
        data,
        layout.offset,
        (layout.stride, 3, 1),
    )
    # A BMP holds blue, green, red, from the lowest row up.
    return rows[:, :, ::-1] if layout.top_down else rows[::-1, :, ::-1]


def _eight_bits(image: Image) -> _Pixels:
    """uint8 (height, width, 1 or 3): of a large picture a few rows at a time, to spare memory."""
    if image.mode == "L":
        return np.asarray(image)[:, :, None]
    width, height = image.size
    if width * height <= _AT_A_TIME:
        return _colours(image)
    result = np.empty((height, width, 3), np.uint8)
    step = max(1, _AT_A_TIME // width)
    for top in range(0, height, step):
        rows = image.crop((0, top, width, min(top + step, height)))
        result[top : top + step] = _colours(rows)
    return result


def _colours(image: Image) -> _Pixels:
    if image.mode == "RGB":
        return np.asarray(image)
    if image.mode in {"P", "PA"}:
        # By way of RGBA: a palette with alpha has no direct way to RGB without a warning.
        image = image.convert("RGBA")
    return np.asarray(image.convert("RGB"))
