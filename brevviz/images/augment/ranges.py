"""A recipe's augmentation in the units of the kernel: turns, parts and grey levels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from brevviz.recipe import Augmentation

__all__ = ["FIELDS", "ranges"]

FIELDS = (
    "flip_h",
    "flip_v",
    "rot",
    "scale",
    "shear",
    "trans",
    "bright",
    "clo",
    "chi",
    "sat",
    "hue",
    "sd",
)
"""The order of the numbers in the one tensor of ranges."""


def ranges(augmentation: Augmentation | None) -> NDArray[np.float64]:
    """Give the ranges to draw from, in the order of FIELDS.

    Parameters
    ----------
    augmentation : None, or one that is not enabled, changes nothing.

    Returns float64 (12,): flips as probabilities; rot, hue in turns; scale, shear; trans as a
    part of the side; bright, sd in grey levels; clo, chi as factors; sat.
    """
    if augmentation is None or not augmentation.enabled:
        return np.array([0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0], np.float64)
    low, high = augmentation.contrast
    return np.array(
        [
            augmentation.flip_left_right,
            augmentation.flip_up_down,
            augmentation.rotate / 360,
            augmentation.scale,
            augmentation.shear,
            augmentation.translate,
            augmentation.brightness,
            low,
            high,
            augmentation.saturation,
            augmentation.hue / 360,
            augmentation.noise,
        ],
        np.float64,
    )
