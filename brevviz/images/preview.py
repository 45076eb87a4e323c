"""Pictures without a data set: stage 2 called on working images that are in memory."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from brevviz.errors import ImageError
from brevviz.recipe import Augmentation

__all__ = ["forget_traces", "render", "warm_up"]


def render(
    working: NDArray[np.uint8],
    keys: NDArray[np.uint64],
    augmentation: Augmentation | None,
    size: tuple[int, int],
    channels: int = 3,
) -> NDArray[np.uint8]:
    """Render the pictures that a data set would give for these keys, to the same bytes.

    Parameters
    ----------
    working : uint8 (n, height, width, 3), as `stack` gives them.
    keys : uint64 (n,), as `image_keys` gives them.
    augmentation : None gives the plain view.
    size : (height, width) of the pictures, pixels.
    channels : 1 for a greyscale view.

    Returns uint8 (n, *size, channels). A changed setting is a changed tensor: nothing is traced
    or compiled again unless a size is new. Raises ImageError when keys and images differ in
    number, or when a change of the user's own is not registered or fails.
    """
    from brevviz.images.augment.change import changed  # noqa: PLC0415  # TensorFlow is loaded where pixels are drawn

    if len(keys) != len(working):
        raise ImageError("keys", f"{len(keys)} keys for {len(working)} images; one each is needed")
    if not len(working):
        return np.empty((0, *size, channels), np.uint8)
    pictures: NDArray[np.uint8] = changed(working, keys, augmentation, size).numpy()
    return pictures[..., :channels]


def forget_traces() -> None:
    """Trace users' own changes anew: one that hangs on more than its keys then shows another
    picture.
    """
    from brevviz.images.augment import own  # noqa: PLC0415  # as above

    own.forget_traces()


def warm_up() -> None:
    """Compile in the background what other settings would need for the sizes rendered so far."""
    from brevviz.images.augment.warming import warm  # noqa: PLC0415  # as above

    warm()
