"""The geometry of a view: which part of a picture is shown, and at which sizes.

Everything here is per file and has no randomness. The *region* is the picture, or its regions
of interest stacked downwards; the *working image* is the region at the size that augmentation
samples from, fitted and padded as the view says.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brevviz.errors import ImageRejected
from brevviz.images.enlarge import enlarge
from brevviz.images.reduce import reduce_area
from brevviz.recipe import View

__all__ = ["LARGEST_SIDE", "Geometry", "plan", "working_image"]

_Pixels = NDArray[np.uint8]
_Size = tuple[int, int]

LARGEST_SIDE = 16_383
"""Pixels: the integer kernel counts in 1/65536 of a pixel, in 32 bits."""


@dataclass(frozen=True, slots=True)
class Geometry:
    """Sizes as (height, width), pixels.

    size : of the result. working : of the working image. fitted : the part of the working image
    that the region fills, from `corner` (y, x) on; the rest is black.
    """

    size: _Size
    working: _Size
    fitted: _Size
    corner: tuple[int, int]


def plan(view: View, picture: _Size, where: str = "image") -> Geometry:
    """Find the sizes for a picture of (height, width) pixels.

    Raises ImageRejected when a region lies outside the picture, or is too small or too large.
    """
    region = _region(view, picture, where)
    if min(region) < 2:
        raise ImageRejected(where, f"{region[1]} x {region[0]} pixels; at least 2 x 2 are needed")
    if view.target_size is None:
        if max(region) > LARGEST_SIDE:
            raise ImageRejected(
                where,
                f"{region[1]} x {region[0]} pixels; a side of at most {LARGEST_SIDE} can be shown "
                "at its own size",
                "Set view.target_size.",
            )
        return Geometry(region, region, region, (0, 0))
    size = view.target_size
    halves = {"1": 2, "1.5": 3, "2": 4}[view.working_scale]
    working = _pair(min(-(-side * halves // 2), LARGEST_SIDE) for side in size)
    fitted = _fit(region, working) if view.keep_aspect_ratio else working
    spare = (working[0] - fitted[0], working[1] - fitted[1])
    corner = (spare[0] // 2, spare[1] // 2) if view.center_padding else (0, 0)
    return Geometry(size, working, fitted, corner)


def working_image(pixels: _Pixels, view: View, geometry: Geometry) -> _Pixels:
    """Cut, stack, shrink or enlarge, and pad.

    Parameters
    ----------
    pixels : uint8 (height, width, 3), upright.
    view, geometry : what is wanted, and the `plan` for this picture.

    Returns uint8 (*geometry.working, 3), contiguous; its channels are equal when the view is
    greyscale.
    """
    region = _cut(pixels, view)
    if view.color_mode == "greyscale" and region.strides[2] != 0:
        region = _grey(region)
    # Each axis is shrunk by area where it can be; what is still too small is enlarged.
    shrunk = _pair(map(min, region.shape[:2], geometry.fitted))
    fitted = enlarge(reduce_area(region, shrunk), geometry.fitted)
    if geometry.fitted == geometry.working:
        return np.ascontiguousarray(fitted)
    y, x = geometry.corner
    padded = np.zeros((*geometry.working, 3), np.uint8)
    padded[y : y + geometry.fitted[0], x : x + geometry.fitted[1]] = fitted
    return padded


def _region(view: View, picture: _Size, where: str) -> _Size:
    if not view.rois:
        return picture
    height, width = picture
    for number, ((_, _), (x2, y2)) in enumerate(view.rois, start=1):
        if x2 > width or y2 > height:
            raise ImageRejected(
                where,
                f"region {number} of view.rois ends at ({x2}, {y2}); "
                f"the picture has {width} x {height} pixels",
            )
    (left, _), (right, _) = view.rois[0]
    return sum(y2 - y1 for (_, y1), (_, y2) in view.rois), right - left


def _cut(pixels: _Pixels, view: View) -> _Pixels:
    parts = [pixels[y1:y2, x1:x2] for (x1, y1), (x2, y2) in view.rois]
    if not parts:
        return pixels
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _grey(pixels: _Pixels) -> _Pixels:
    """Luma of ITU-R BT.601 in 1/65536, rounded: the weights that Pillow and libjpeg use."""
    r, g, b = (pixels[:, :, c].astype(np.uint32) for c in range(3))
    luma = ((19595 * r + 38470 * g + 7471 * b + 0x8000) >> 16).astype(np.uint8)
    return np.broadcast_to(luma[:, :, None], (*luma.shape, 3))


def _fit(region: _Size, box: _Size) -> _Size:
    """Give the largest size of the region's shape inside the box; halves round up."""
    (height, width), (high, wide) = region, box
    if height * wide >= width * high:
        return high, max(1, (2 * width * high + height) // (2 * height))
    return max(1, (2 * height * wide + width) // (2 * width)), wide


def _pair(sides: Iterable[int]) -> _Size:
    height, width = sides
    return height, width
