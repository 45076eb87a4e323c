"""What the kernel's 32 bits can count, checked before it is called: beyond, sums would wrap."""

from __future__ import annotations

from brevviz.errors import ImageError
from brevviz.images.augment.ranges import Ranges
from brevviz.images.view import LARGEST_SIDE

__all__ = ["check_reach", "check_sizes", "check_table"]

_Size = tuple[int, int]

_PLACES = 2**31
_FARTHEST = 32_768
"""Pixels from the source's corner: places are counted in 1/65536 of a pixel."""


def check_sizes(source: _Size, target: _Size) -> None:
    """Raise ImageError for sizes (height, width), pixels, outside 2..16383 a side."""
    for name, size in (("the working image", source), ("view.target_size", target)):
        if min(size) < 2 or max(size) > LARGEST_SIDE:
            raise ImageError(
                "view",
                f"{name} of {size[1]} x {size[0]} pixels is outside 2..{LARGEST_SIDE} a side",
            )


def check_table(count: int, source: _Size) -> None:
    """Raise ImageError when `count` images of `source` (height, width) are too many pixels."""
    pixels = count * source[0] * source[1]
    if pixels >= _PLACES:
        raise ImageError(
            "view.target_size",
            f"{count} images of {source[1]} x {source[0]} are {pixels:,} pixels in one call; "
            f"fewer than {_PLACES:,} are allowed",
            "Take a smaller batch or target size.",
        )


def check_reach(within: Ranges, source: _Size, target: _Size) -> None:
    """Raise ImageError when the ranges could sample too far outside pictures of these sizes.

    Parameters
    ----------
    within : the ranges.
    source, target : (height, width) of the working images and of the result, pixels.
    """
    scale, shear, shift = within.scale, within.shear, within.trans
    # Farthest from the centre along both axes, whatever the angle, plus the centre itself.
    span = (target[1] + target[0] * (1 + shear)) * (0.5 + shift) / (1 - scale)
    for full, part in zip(source, target, strict=True):
        reach = (span + part / 2) * full / part + within.elastic * full
        if reach >= _FARTHEST:
            raise ImageError(
                "augmentation",
                f"scale {scale:g}, shear {shear:g}, translate {shift:g} and elastic "
                f"{within.elastic:g} reach {reach:,.0f} pixels across working images of "
                f"{source[1]} x {source[0]}; less than {_FARTHEST:,} are allowed",
                "Take smaller ranges or a smaller view.target_size.",
            )
