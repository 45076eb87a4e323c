"""From the bytes of a file to upright uint8 pixels: the rules named "pillow-1".

Pillow decodes JPEG (libjpeg-turbo, integer DCT), PNG, GIF (first frame) and every odd BMP; the
rows of a 24-bit BMP are read in place. Alpha and colour profiles are left out. A JPEG that is
at least twice, four or eight times the size needed is decoded at a half, a quarter or an eighth.
The EXIF orientation is applied here and nowhere else.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.Image import Image
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from brevviz.errors import ImageRejected
from brevviz.images.probe import Header

__all__ = ["decode", "upright_size"]

_Pixels = NDArray[np.uint8]

# A broken EXIF block says nothing about the pixels; Pillow looks there for a resolution.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.TiffImagePlugin")

# The classes themselves, not Image.open: it would guess the format again, and its limit on
# pixels is one for the whole process where ours is a setting of the recipe.
_READERS: dict[str, type[ImageFile]] = {
    "PNG": PngImageFile,
    "JPEG": JpegImageFile,
    "BMP": BmpImageFile,
    "GIF": GifImageFile,
}

_TURNS: dict[int, Callable[[_Pixels], _Pixels]] = {
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


def upright_size(header: Header, orientation: int) -> tuple[int, int]:
    """Give (height, width) of the picture once it stands upright, pixels."""
    size = (header.height, header.width)
    return size if orientation < 5 else size[::-1]


def decode(
    data: bytes,
    header: Header,
    orientation: int,
    at_least: tuple[int, int] | None = None,
    where: str = "image",
) -> _Pixels:
    """Decode a probed file.

    Parameters
    ----------
    data, header : the file, and what `probe` said of it.
    orientation : the EXIF orientation to apply, 1 for none.
    at_least : (height, width) upright, pixels: a JPEG may come out smaller, down to this.
    where : what to call the file in an error.

    Returns uint8 (height, width, 3), RGB, upright; perhaps a read-only view of `data`. Raises
    ImageRejected when the decoder does.
    """
    if header.bits == 16:
        raise ImageRejected(
            where,
            "16 bits a channel are more than a view of 0..255 can show right",
            "Convert the files to 8 bits with one fixed window.",
        )
    if header.bmp is not None:
        stored = _bmp_rows(data, header)
    else:
        if at_least is not None and orientation >= 5:
            at_least = at_least[::-1]
        stored = _pillow(data, header, at_least, where)
    return _TURNS[orientation](stored)


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


def _pillow(data: bytes, header: Header, at_least: tuple[int, int] | None, where: str) -> _Pixels:
    try:
        with _READERS[header.format](BytesIO(data)) as image:
            _agree(image.size, header)
            if at_least is not None and isinstance(image, JpegImageFile):
                image.draft(None, (at_least[1], at_least[0]))
            image.load()
            return _as_rgb(image)
    except Exception as error:  # a decoder may raise nearly anything on a broken file
        text = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ImageRejected(where, f"the {header.format} cannot be decoded: {text}") from error


def _agree(size: tuple[int, int], header: Header) -> None:
    if size != (header.width, header.height):
        raise ValueError(
            f"its header says {header.width} x {header.height} pixels, "
            f"the decoder says {size[0]} x {size[1]}"
        )


def _as_rgb(image: Image) -> _Pixels:
    if image.mode == "L":
        grey = np.asarray(image)
        return np.broadcast_to(grey[:, :, None], (*grey.shape, 3))
    if image.mode == "RGB":
        return np.asarray(image)
    if image.mode == "P":
        # By way of RGBA: a palette with alpha has no direct way to RGB without a warning.
        image = image.convert("RGBA")
    return np.asarray(image.convert("RGB"))
