"""The geometry of a view: which part of a picture is shown, and at which sizes.

Everything here is per file and has no randomness. A *region* is what one result shows: the
picture, its regions of interest stacked downwards, or each of them. The *working image* is the
region at the size that augmentation samples from, fitted and padded as the view says. Several
working images of one file lie one below the other in a *strip* (`brevviz.images.strip`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brevviz.errors import ImageRejected
from brevviz.images.resize import mirrored, resize
from brevviz.recipe import View

__all__ = ["LARGEST_SIDE", "Geometry", "plan", "regions", "working_image"]

_Pixels = NDArray[np.uint8]
_Size = tuple[int, int]

LARGEST_SIDE = 16_383
"""Pixels: the integer kernel counts in 1/65536 of a pixel, in 32 bits."""

_HALVES = {"1": 2, "1.5": 3, "2": 4}


@dataclass(frozen=True, slots=True)
class Geometry:
    """Sizes as (height, width), pixels.

    size : of the result. working : of the working image. fitted : the part of the working image
    that the region fills, from `corner` (y, x) on; the rest is padding.
    """

    size: _Size
    working: _Size
    fitted: _Size
    corner: tuple[int, int]


def regions(view: View, picture: _Size, where: str = "image") -> tuple[_Size, ...]:
    """Give the (height, width) of what each result shows of a picture of (height, width) pixels.

    Raises ImageRejected when a region of interest lies outside the picture.
    """
    if not view.rois:
        return (picture,)
    height, width = picture
    for number, ((_, _), (x2, y2)) in enumerate(view.rois, start=1):
        if x2 > width or y2 > height:
            raise ImageRejected(
                where,
                f"region {number} of view.rois ends at ({x2}, {y2}); "
                f"the picture has {width} x {height} pixels",
            )
    sizes = tuple((y2 - y1, x2 - x1) for (x1, y1), (x2, y2) in view.rois)
    if view.roi_mode != "concatenate_height":
        return sizes
    return ((sum(height for height, _ in sizes), sizes[0][1]),)


def plan(view: View, region: _Size, where: str = "image") -> Geometry:
    """Find the sizes for a region of (height, width) pixels.

    Raises ImageRejected when it is too small or too large.
    """
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
    size, halves = view.target_size, _HALVES[view.working_scale]
    working = _pair(min(-(-side * halves // 2), LARGEST_SIDE) for side in size)
    fitted = _fit(region, working) if view.keep_aspect_ratio else working
    spare = (working[0] - fitted[0], working[1] - fitted[1])
    corner = (spare[0] // 2, spare[1] // 2) if view.center_padding else (0, 0)
    return Geometry(size, working, fitted, corner)


def working_image(region: _Pixels, view: View, geometry: Geometry) -> _Pixels:
    """Shrink or enlarge a region, and pad it.

    Parameters
    ----------
    region : uint8 (height, width, channels), upright.
    view, geometry : what is wanted, and the `plan` for this region.

    Returns uint8 (*geometry.working, channels), contiguous; its channels are equal when the view
    is greyscale.
    """
    if view.color_mode == "greyscale" and region.shape[2] == 3 and region.strides[2] != 0:
        region = _grey(region)
    fitted = resize(region, geometry.fitted, view.resize_method)
    if geometry.fitted == geometry.working:
        return np.ascontiguousarray(fitted)
    (y, x), (high, wide) = geometry.corner, geometry.fitted
    if view.padding_mode != "constant":
        rows = mirrored(high, y, geometry.working[0], view.padding_mode)
        columns = mirrored(wide, x, geometry.working[1], view.padding_mode)
        return np.ascontiguousarray(fitted[rows][:, columns])
    padded = np.zeros((*geometry.working, region.shape[2]), np.uint8)
    padded[y : y + high, x : x + wide] = fitted
    return padded


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
