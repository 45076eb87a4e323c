"""Sort by radix: numpy does so for 16-bit numbers only, in one pass, many times faster."""

from __future__ import annotations

import numpy as np

from brevviz.split.arrays import Ints, Words

__all__ = ["by_group", "radix_order"]

_DIGIT = 16


def radix_order(words: Words) -> Ints:
    """The stable order of unsigned 64-bit numbers, int64."""
    return _radix(words, 64)


def by_group(group: Ints, groups: int) -> Ints:
    """The stable order of whole numbers from 0 to below `groups`, int64."""
    return _radix(group.view(np.uint64), max(1, (groups - 1).bit_length()))


def _radix(words: Words, bits: int) -> Ints:
    # From the lowest digit to the highest, each pass keeps the order of the last.
    order = np.argsort(words.astype(np.uint16), kind="stable")
    for shift in range(_DIGIT, bits, _DIGIT):
        digit = (words >> np.uint64(shift)).astype(np.uint16)
        order = order[np.argsort(digit[order], kind="stable")]
    return order
