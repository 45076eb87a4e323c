"""Mask files: pictures of one channel whose levels are numbers of classes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from brevviz.errors import ImageRejected
from brevviz.images.decode import orientation_of, stored_order, upright
from brevviz.images.guard import guard
from brevviz.images.probe import probe
from brevviz.images.reading import opened
from brevviz.recipe import View

__all__ = ["read_mask"]

_ONE_CHANNEL = frozenset({"1", "L", "P", "I;16", "I;16B", "I;16L"})


def read_mask(data: bytes, view: View, where: str = "mask") -> NDArray[np.uint16]:
    """The numbers in a mask file, upright: of a palette, the entries' numbers and not colours.

    Parameters
    ----------
    data : a PNG, BMP, GIF, TIFF or lossless WebP of one channel.
    view : gives max_pixels and exif_orientation.
    where : what to call the file in an error.

    Returns uint16 (height, width). Raises ImageRejected with the reason when it cannot be
    read, has colours, or is a JPEG, which would make new numbers where two classes meet.
    """
    header = probe(data, view.max_pixels, where)
    if header.format == "JPEG" or header.bmp is not None:
        kind = "a JPEG" if header.format == "JPEG" else "a BMP of three colours"
        raise ImageRejected(
            where, f"{kind} holds no numbers of classes", "Save masks as PNG of one channel."
        )
    # The guard decodes it first; afterwards the same bytes may be decoded in this process.
    small = View(target_size=(2, 2), window=(0, 65_535), max_pixels=view.max_pixels)
    guard().load(data, small, where)
    with opened(data, header, where) as image:
        if image.mode not in _ONE_CHANNEL:
            raise ValueError(f"a mask has one channel, and this is {image.mode}")
        image.load()
        levels = np.asarray(image).astype(np.uint16)
    numbers = stored_order(levels[:, :, None], header)
    return upright(numbers, orientation_of(header, view))[:, :, 0]
