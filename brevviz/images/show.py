"""Pictures for people, of any view: what a data set would give, on one sheet a sample."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from brevviz.images.preview import render
from brevviz.images.strip import cut, laid, parts_of
from brevviz.recipe import Augmentation, View

__all__ = ["render_view"]


def render_view(
    working: NDArray[np.uint8],
    keys: NDArray[np.uint64],
    augmentation: Augmentation | None,
    view: View,
    size: tuple[int, int],
) -> NDArray[np.uint8]:
    """Render the pictures that a data set would give: `render`, for any view.

    Parameters
    ----------
    working : uint8 (n, height, width, 3), as `stack` gives them.
    keys : uint64 (n,), as `image_keys` gives them.
    augmentation : None gives the plain view.
    view : what the working images were prepared for.
    size : (height, width) of the result, `Loaded.size`.

    Returns uint8 (n, *size, channels). A series and a tuple are laid out downwards.
    """
    channels = 1 if view.color_mode == "greyscale" else 3
    parts = parts_of(view)
    if not parts:
        return render(working, keys, augmentation, size, channels)
    return laid(
        [
            render(image, keys, augmentation, part.size, channels)
            for part, image in zip(parts, cut(working, parts), strict=True)
        ]
    )
