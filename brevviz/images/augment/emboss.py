"""Embossing: a relief of the picture's light, as if lit from the upper left, is added to it."""

from __future__ import annotations

from functools import cache
from typing import Any

from brevviz.images.augment.integers import cluster, edged, per_image, shifted
from brevviz.images.backend import barrier, tf

__all__ = ["emboss"]


def emboss(packed: Any, relief: Any, *, compiled: bool = True) -> Any:
    """Emboss packed pictures.

    Parameters
    ----------
    packed : int32 (n, height, width): red + 256 green + 65536 blue.
    relief : int32 (n,), strength in 1/256.

    Light is (red + 2 green + blue) / 4; the relief is its slope: the lower right neighbour less
    the upper left, and half of right less left and of below less above. It is the same in all
    channels, so that grey stays grey. The border is repeated; results are clipped.

    Returns int32 (n, height, width), packed.
    """
    return _emboss(compiled)(packed, relief)


@cache
def _emboss(compiled: bool) -> Any:
    def added(packed: Any, relief: Any) -> Any:
        red, green, blue = (shifted(packed, bits) & 255 for bits in (0, 8, 16))
        (light,) = barrier(edged(edged(red + 2 * green + blue, 1, axis=1), 1, axis=2))
        across = light[:, 1:-1, 2:] - light[:, 1:-1, :-2]
        down = light[:, 2:, 1:-1] - light[:, :-2, 1:-1]
        diagonal = light[:, 2:, 2:] - light[:, :-2, :-2]
        slope = 2 * diagonal + across + down
        added = shifted(slope * per_image(relief) + (1 << 10), 11)
        red, green, blue = (tf.clip_by_value(c + added, 0, 255) for c in (red, green, blue))
        return red + green * 256 + blue * 65536

    signature = [tf.TensorSpec([None, None, None], tf.int32), tf.TensorSpec([None], tf.int32)]
    return cluster(added, signature, compiled=compiled)
