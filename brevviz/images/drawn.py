"""A digest of what was drawn for each picture, apart from what became of its pixels."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from brevviz.images.augment.beside import draw_beside
from brevviz.images.augment.params import draw
from brevviz.images.augment.ranges import ranges
from brevviz.images.strip import parts_of
from brevviz.recipe import Augmentation, View

__all__ = ["parameter_digests"]

_Size = tuple[int, int]


def parameter_digests(
    keys: NDArray[np.uint64],
    augmentation: Augmentation | None,
    view: View,
    working: _Size,
    size: _Size,
) -> list[str]:
    """SHA-256 of each picture's key and of all integers that the kernels apply to it.

    Parameters
    ----------
    keys : uint64 (n,).
    augmentation : None: the plain view.
    view : what the working images were prepared for.
    working, size : (height, width) of the working images and of the results, pixels.

    Returns 64 hex digits a picture. A change of the user's own draws where it is applied: of
    that the key says all.
    """
    within = ranges(augmentation)
    sizes = [(part.working, part.size) for part in parts_of(view)] or [(working, size)]
    columns = [keys]
    for source, target in sizes:
        columns += draw(keys, within, source, target)
        columns += [column for column in draw_beside(keys, within, source) if column is not None]
    return [
        hashlib.sha256(
            b"brevviz-parameters-1\n" + b"".join(_bytes(column[i]) for column in columns)
        ).hexdigest()
        for i in range(len(keys))
    ]


def _bytes(row: NDArray[np.generic]) -> bytes:
    value = np.asarray(row)
    return value.astype(value.dtype.newbyteorder("<")).tobytes()
