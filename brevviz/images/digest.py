"""A digest per picture: what two runs compare, and what a manifest records."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

__all__ = ["digests"]


def digests(images: Any) -> list[str]:
    """SHA-256 of each picture, over its type, shape and bytes; 64 hex digits each.

    Parameters
    ----------
    images : array or tensor (n, ..., height, width, channels), or a tuple of them, as roi_mode
        "tuple" gives: then a digest stands for a sample's pictures together. Floating-point
        pictures of whole grey levels count as the uint8 pictures they were made from, so that a
        preview and a batch that show the same thing have the same digest.
    """
    if isinstance(images, tuple):
        return [
            hashlib.sha256("\n".join(("brevviz-images-1", *one)).encode()).hexdigest()
            for one in zip(*map(digests, images), strict=True)
        ]
    pixels = np.asarray(images)
    if pixels.dtype.kind == "f":
        levels = np.clip(pixels, 0, 255).astype(np.uint8)
        if np.array_equal(levels, pixels):
            pixels = levels
    kind = f"brevviz-image-1 {pixels.dtype.str} {'x'.join(map(str, pixels.shape[1:]))}\n".encode()
    return [
        hashlib.sha256(kind + np.ascontiguousarray(image).tobytes()).hexdigest() for image in pixels
    ]
