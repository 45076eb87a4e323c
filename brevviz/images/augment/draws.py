"""The random numbers of a picture: draw j is a fixed function of the picture's key and of j.

One text serves numpy (the preview) and TensorFlow (a data set's graph): 64-bit integer
operations, and a product with a power of two. No library's random generator has a part in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brevviz.hashing import G

__all__ = ["DRAWS", "NUMPY", "Arithmetic", "bits_of", "draws_of", "scrambled", "uniform"]

DRAWS = {
    "flip_h": 0,
    "flip_v": 1,
    "rot": 2,
    "scale": 3,
    "shear": 4,
    "shift_x": 5,
    "shift_y": 6,
    "bright": 7,
    "contrast": 8,
    "sat": 9,
    "hue": 10,
    "sd": 11,
    "rot_chance": 12,
    "scale_chance": 13,
    "shear_chance": 14,
    "trans_chance": 15,
    "bright_chance": 16,
    "contrast_chance": 17,
    "sat_chance": 18,
    "hue_chance": 19,
    "sd_chance": 20,
    "blur": 21,
    "blur_chance": 22,
    "emboss": 23,
    "emboss_chance": 24,
    "speckle": 25,
    "speckle_chance": 26,
    "speckle_key": 27,
    "elastic": 28,
    "elastic_chance": 29,
    "elastic_nodes": 30,
}
"""Which draw of its key each change uses. A new one takes a new number and none is used again,
so that adding a change shifts no other."""


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """The few operations that numpy and TensorFlow name differently."""

    constant: Callable[[Any], Any]
    cast: Callable[[Any, Any], Any]
    shift_right: Callable[[Any, int], Any]
    where: Callable[[Any, Any, Any], Any]
    rint: Callable[[Any], Any]
    stack: Callable[[Any], Any]


NUMPY = Arithmetic(
    constant=np.asarray,
    cast=lambda x, dtype: x.astype(dtype),
    shift_right=lambda x, n: x >> np.uint64(n),
    where=np.where,
    rint=np.rint,
    stack=lambda columns: np.stack(columns, axis=-1),
)


def bits_of(keys: Any, numbers: Sequence[int], do: Arithmetic = NUMPY) -> Any:
    """Each key's draws by their numbers, as 64 random bits: uint64 (n, numbers)."""
    steps: NDArray[np.uint64] = np.array([(j + 1) * G % 2**64 for j in numbers], np.uint64)
    return scrambled(keys[:, None] + do.constant(steps), do)


def draws_of(keys: Any, names: Sequence[str], do: Arithmetic = NUMPY) -> dict[str, Any]:
    """Each key's draws by the names of DRAWS: float64 (n,) in [0, 1) for each name."""
    u = _in_unit(bits_of(keys, [DRAWS[name] for name in names], do), do)
    return {name: u[:, column] for column, name in enumerate(names)}


def uniform(keys: Any, count: int, do: Arithmetic | None = None) -> Any:
    """Draws 0 to count - 1 of each key: float64 (n, count) in [0, 1).

    Parameters
    ----------
    keys : uint64 (n,), a tensor or an array.
    do : whose arrays these are; None: it is seen from the keys.
    """
    if do is None and not isinstance(keys, np.ndarray):
        from brevviz.images.backend import ARITHMETIC  # noqa: PLC0415  # TensorFlow only for tensors

        do = ARITHMETIC
    do = do or NUMPY
    return _in_unit(bits_of(keys, range(count), do), do)


def scrambled(z: Any, do: Arithmetic = NUMPY) -> Any:
    """`brevviz.hashing.mix`, for either kind of array."""
    z = (z ^ do.shift_right(z, 30)) * do.constant(np.uint64(0xBF58476D1CE4E5B9))
    z = (z ^ do.shift_right(z, 27)) * do.constant(np.uint64(0x94D049BB133111EB))
    return z ^ do.shift_right(z, 31)


def _in_unit(bits: Any, do: Arithmetic) -> Any:
    return do.cast(do.shift_right(bits, 11), np.float64) * 2.0**-53
