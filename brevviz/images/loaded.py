"""One prepared image, and many of one size as one array."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brevviz.errors import ImageError

__all__ = ["Loaded", "same_size", "stack"]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file after stage 1.

    working : uint8 (height, width, 3), the working image, or those of all regions one below the
        other (`brevviz.images.strip`); not to be written to.
    file_shape : (height, width, 3) of the whole picture, upright, pixels.
    content : SHA-256 of the file's bytes, 64 hex digits.
    size : (height, width) of the result that the working image is for, of all regions together.
    notes : what is unusual about the file ("palette", "CMYK"), for reports.
    packed : int32 (height, width), the working image as `brevviz.images.packed` packs it, where
        that was done already.
    """

    working: NDArray[np.uint8]
    file_shape: tuple[int, int, int]
    content: str
    size: tuple[int, int]
    notes: tuple[str, ...] = ()
    packed: NDArray[np.int32] | None = None


def stack(images: Sequence[Loaded]) -> NDArray[np.uint8]:
    """Put working images into one array, uint8 (n, height, width, 3).

    Raises ImageError when they differ in size: a batch needs one.
    """
    same_size(images)
    return np.stack([image.working for image in images])


def same_size(images: Sequence[Loaded]) -> None:
    """Raise ImageError when there is no image, or when two differ in size."""
    if not images:
        raise ImageError("view", "no image is left to make a batch of")
    first = images[0].working.shape
    for image in images:
        if image.working.shape != first:
            (h1, w1), (h2, w2) = images[0].size, image.size
            raise ImageError(
                "view.target_size",
                f"images of {w1} x {h1} and of {w2} x {h2} pixels cannot be one batch",
                "Set view.target_size to one (height, width) for all.",
            )
