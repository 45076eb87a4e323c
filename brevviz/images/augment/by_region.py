"""One change for every region of a sample: the steps of a series, the parts of a tuple."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from brevviz.images.backend import tf

__all__ = ["by_region"]


def by_region(change: Callable[[Any, Any], Any], images: Any, working: Any = None) -> Any:
    """Change a batch of pictures, or each region of one, by the same keys.

    Parameters
    ----------
    change : takes (n, height, width, channels) and its working images or None.
    images : (n, height, width, channels); (n, steps, height, width, channels); or a tuple.
    working : of the same structure, or None.

    Returns what `images` is: a picture, a series or a tuple.
    """
    if isinstance(images, tuple):
        sources = working if working is not None else (None,) * len(images)
        return tuple(by_region(change, *pair) for pair in zip(images, sources, strict=True))
    if len(images.shape) != 5:  # a batch of series
        return change(images, working)
    steps = range(int(images.shape[1]))
    return tf.stack(
        [change(images[:, t], None if working is None else working[:, t]) for t in steps], axis=1
    )
