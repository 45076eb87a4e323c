"""What two pictures are compared by: their pixels, and a small grey picture of each."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brevviz.images.decode import decode
from brevviz.images.guard import guard
from brevviz.images.probe import probe
from brevviz.recipe import View

__all__ = ["SIDE", "Likeness", "likeness"]

SIDE = 32
"""Side of the small picture, pixels: what a perceptual hash is taken of."""

# BT.601 luma in 256ths: whole numbers, so that every machine sees the same grey.
_LUMA = np.array([77, 150, 29], np.uint32)


@dataclass(frozen=True)
class Likeness:
    """pixels : SHA-256 of the decoded picture, upright. grey : uint8 (32, 32), shrunk by area.
    small : True when the picture has a side of 32 pixels or fewer.
    """

    pixels: str
    grey: NDArray[np.uint8]
    small: bool


def likeness(data: bytes, view: View, where: str = "image") -> Likeness:
    """What a file's whole picture is compared by.

    Parameters
    ----------
    data : the whole file.
    view : gives max_pixels, exif_orientation and window; its regions and size do not matter here.
    where : what to call the file in an error.

    Raises ImageRejected with the reason when the file cannot be shown right.
    """
    whole = View(
        target_size=(SIDE, SIDE),
        working_scale="1",
        exif_orientation=view.exif_orientation,
        max_pixels=view.max_pixels,
        window=view.window,
    )
    # The guard decodes it first; afterwards the same bytes may be decoded in this process.
    working = guard().load(data, whole, where).working
    header = probe(data, view.max_pixels, where)
    pixels = decode(data, header, whole, None, where)
    shape = f"{pixels.shape[0]}x{pixels.shape[1]}\0".encode()
    return Likeness(
        pixels=hashlib.sha256(shape + np.ascontiguousarray(pixels).tobytes()).hexdigest(),
        grey=((working.astype(np.uint32) @ _LUMA + 128) >> 8).astype(np.uint8),
        small=min(pixels.shape[:2]) <= SIDE,
    )
