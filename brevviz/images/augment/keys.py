"""The random key of a picture: a function of what it shows, the seed and the repeat.

Never of its row, path, batch, thread or process; so a sample drawn twice with one repeat number
is changed the same way wherever it is drawn, and byte-equal files get equal pictures.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brevviz.hashing import G, hash_keys, mix, state

__all__ = ["image_keys"]

_REPEAT = np.uint64(0xC2B2AE3D27D4EB4F)


def image_keys(
    content: Sequence[str], seed: int | str, repeat: ArrayLike = 0
) -> NDArray[np.uint64]:
    """Give the keys from which everything random about pictures is drawn.

    Parameters
    ----------
    content : (n,) SHA-256 of each file's bytes, hex.
    seed : the recipe's.
    repeat : (n,) or one for all: how many times the sample was drawn before.

    Returns uint64 (n,).
    """
    golden = np.uint64(state(seed) * G % 2**64)
    again = np.asarray(repeat).astype(np.uint64)
    return mix(mix(hash_keys(content, "image") + golden) + again * _REPEAT)
