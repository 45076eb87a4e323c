"""From keys to the integers that the kernel applies: drawn apart from their application.

One text serves numpy (the preview) and TensorFlow (a data set's graph): it uses only 64-bit
integer operations and float64 sums, differences, products and one division, which IEEE 754
defines to the last bit, in the same order in both. No library's sine, logarithm or random
generator has a part in it, and XLA never sees it: it may fuse a product and a sum.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from brevviz.hashing import G
from brevviz.images.augment.ranges import ranges

__all__ = ["DRAWS", "NUMPY", "Arithmetic", "Parameters", "draw", "draws_of", "plain"]

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
}
"""Which draw of its key each change uses. A new one takes a new number and none is used again,
so that adding a change shifts no other."""

_NOISE = 0xD1B54A32D192ED03
_STEPS = np.array([(j + 1) * G % 2**64 for j in range(len(DRAWS))], np.uint64)

# Rotation of hue and saturation in YIQ space, in 1/2²⁰: no inverse of a matrix decides bits.
_K0 = np.tile(np.array([313524, 615514, 119538]), 3) / 2**20
_KC = (
    np.array([735052, -615514, -119538, -313524, 433062, -119538, -313524, -615514, 929038]) / 2**20
)
_KS = (
    np.array([176813, 345825, -522638, -343895, 36292, 307603, 1307009, -1093905, -213105]) / 2**20
)

_SIN = tuple(1 / n for n in (-6, 120, -5040, 362880, -39916800))
_COS = tuple(1 / n for n in (-2, 24, -720, 40320, -3628800, 479001600))


class Parameters(NamedTuple):
    """What the kernel does to each of n pictures.

    affine : int32 (n, 6), result → source pixel, 1/65536. colour : int32 (n, 12), 3 x 4 matrix
    by rows, 1/4096. noise_key : uint32 (n,). noise_gain : int32 (n,).
    """

    affine: Any
    colour: Any
    noise_key: Any
    noise_gain: Any


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


def draw(
    keys: Any, within: Any, source: tuple[int, int], target: tuple[int, int], do: Arithmetic = NUMPY
) -> Parameters:
    """Draw each picture's parameters.

    Parameters
    ----------
    keys : uint64 (n,).
    within : float64 (12,), the ranges as `ranges` gives them.
    source, target : (height, width) of the working images and of the result, pixels.
    do : whose arrays these are.

    Returns the parameters, in the arrays of `do`.
    """
    u = draws_of(keys, do)
    noise_key = do.cast(
        do.shift_right(_mix(keys + do.constant(np.uint64(_NOISE)), do), 32), np.uint32
    )
    gain = do.rint((within[11] * u[:, 11]) * (4096 / 147.8))
    return Parameters(
        affine=do.cast(do.rint(_affine(u, within, source, target, do)), np.int32),
        colour=do.cast(do.rint(_colour(u, within, do)), np.int32),
        noise_key=noise_key,
        noise_gain=do.cast(gain, np.int32),
    )


def draws_of(keys: Any, do: Arithmetic = NUMPY) -> Any:
    """Each key's random numbers: float64 (n, 12) in [0, 1), column j as DRAWS numbers them."""
    bits = _mix(keys[:, None] + do.constant(_STEPS), do)
    return do.cast(do.shift_right(bits, 11), np.float64) * 2.0**-53


def plain(source: tuple[int, int], target: tuple[int, int]) -> Parameters:
    """Parameters of one picture that change nothing: the plain view, of `target` size."""
    return draw(np.zeros(1, np.uint64), ranges(None), source, target)


def _mix(z: Any, do: Arithmetic) -> Any:
    """`brevviz.hashing.mix`, for either kind of array."""
    z = (z ^ do.shift_right(z, 30)) * do.constant(np.uint64(0xBF58476D1CE4E5B9))
    z = (z ^ do.shift_right(z, 27)) * do.constant(np.uint64(0x94D049BB133111EB))
    return z ^ do.shift_right(z, 31)


def _symmetric(u: Any, j: int, reach: Any) -> Any:
    """Draw j, uniform in ± reach."""
    return (u[:, j] * 2.0 - 1.0) * reach


def _affine(
    u: Any, within: Any, source: tuple[int, int], target: tuple[int, int], do: Arithmetic
) -> Any:
    """Result → source, about the exact centre (side - 1) / 2; float64 (n, 6) in 1/65536."""
    (high, wide), (out_high, out_wide) = source, target
    one = do.constant(np.float64(1))
    f1 = do.where(u[:, 0] < within[0], -one, one)
    f2 = do.where(u[:, 1] < within[1], -one, one)
    s, c = _sin_cos(_symmetric(u, 2, within[2]), do)
    k = 1.0 / (1.0 + _symmetric(u, 3, within[3]))
    shear = _symmetric(u, 4, within[4])
    shift_x = _symmetric(u, 5, within[5]) * float(out_wide)
    shift_y = _symmetric(u, 6, within[5]) * float(out_high)
    a, b = c * k * f1, -s * k * f2
    d, e = s * k * f1, c * k * f2
    b, e = b + a * shear, e + d * shear
    ox, oy = (out_wide - 1) / 2, (out_high - 1) / 2
    gx, gy = wide / out_wide, high / out_high
    x = -(a * (ox + shift_x) + b * (oy + shift_y))
    y = -(d * (ox + shift_x) + e * (oy + shift_y))
    return 65536.0 * do.stack(
        [
            a * gx,
            b * gx,
            (x + ox + 0.5) * gx - 0.5,
            d * gy,
            e * gy,
            (y + oy + 0.5) * gy - 0.5,
        ]
    )


def _colour(u: Any, within: Any, do: Arithmetic) -> Any:
    """Saturation and hue, then contrast about middle grey, then brightness; (n, 12) in 1/4096."""
    contrast = within[7] + u[:, 8] * (within[8] - within[7])
    brightness = _symmetric(u, 7, within[6])
    saturation = 1.0 + _symmetric(u, 9, within[9])
    s, c = _sin_cos(_symmetric(u, 10, within[10]), do)
    m = do.constant(_K0) + (saturation * c)[:, None] * do.constant(_KC)
    m = (m + (saturation * s)[:, None] * do.constant(_KS)) * contrast[:, None]
    offset = 127.5 * (1.0 - contrast) + brightness
    columns = []
    for row in range(3):
        columns += [m[:, 3 * row], m[:, 3 * row + 1], m[:, 3 * row + 2], offset]
    return 4096.0 * do.stack(columns)


def _sin_cos(turns: Any, do: Arithmetic) -> tuple[Any, Any]:
    """Sine and cosine of 2π·turns by their series on ± an eighth of a turn."""
    quarter = do.rint(4.0 * turns)
    r = (turns - quarter * 0.25) * 6.283185307179586
    square = r * r
    s = r * _series(square, _SIN)
    c = _series(square, _COS)
    k = quarter - 4.0 * do.rint(quarter * 0.25 - 0.375)  # modulo 4, without integer division
    odd = (k == 1.0) | (k == 3.0)
    sine, cosine = do.where(odd, c, s), do.where(odd, s, c)
    sine = do.where(k >= 2.0, -sine, sine)
    cosine = do.where((k == 1.0) | (k == 2.0), -cosine, cosine)
    return sine, cosine


def _series(square: Any, factors: tuple[float, ...]) -> Any:
    """1 + square·(f₀ + square·(f₁ + …)), from the inside out."""
    result = factors[-1]
    for factor in reversed(factors[:-1]):
        result = factor + square * result
    return 1.0 + square * result
