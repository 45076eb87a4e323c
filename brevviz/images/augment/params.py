"""From keys to the integers that the kernel applies: drawn apart from their application.

One text serves numpy (the preview) and TensorFlow (a data set's graph): it uses only 64-bit
integer operations and float64 sums, differences, products and one division, which IEEE 754
defines to the last bit, in the same order in both. No library's sine, logarithm or random
generator has a part in it, and XLA never sees it: it may fuse a product and a sum.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from brevviz.images.augment.draws import NUMPY, Arithmetic, draws_of, scrambled
from brevviz.images.augment.ranges import Ranges

__all__ = ["Parameters", "by_chance", "coins", "draw", "plain"]

_MOVES = ("flip_h", "flip_v", "rot", "scale", "shear", "shift_x", "shift_y")
_COLOURS = ("bright", "contrast", "sat", "hue", "sd")
_CHANCES = ("rot", "scale", "shear", "trans", *_COLOURS)
_NOISE = 0xD1B54A32D192ED03

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


def draw(
    keys: Any,
    within: Ranges,
    source: tuple[int, int],
    target: tuple[int, int],
    do: Arithmetic = NUMPY,
) -> Parameters:
    """Draw each picture's parameters.

    Parameters
    ----------
    keys : uint64 (n,).
    within : the ranges.
    source, target : (height, width) of the working images and of the result, pixels.
    do : whose arrays these are.

    Returns the parameters, in the arrays of `do`. A coin is hashed only where a chance is below
    1: whether it is changes no bit of the rest.
    """
    u = draws_of(keys, [*_MOVES, *_COLOURS, *coins(_CHANCES, within)], do)
    noise_key = scrambled(keys + do.constant(np.uint64(_NOISE)), do)
    sd = by_chance("sd", within.sd * u["sd"], u, within, do)
    return Parameters(
        affine=do.cast(do.rint(_affine(u, within, source, target, do)), np.int32),
        colour=do.cast(do.rint(_colour(u, within, do)), np.int32),
        noise_key=do.cast(do.shift_right(noise_key, 32), np.uint32),
        noise_gain=do.cast(do.rint(sd * (4096 / 147.8)), np.int32),
    )


def plain(source: tuple[int, int], target: tuple[int, int]) -> Parameters:
    """Parameters of one picture that change nothing: the plain view, of `target` size."""
    return draw(np.zeros(1, np.uint64), Ranges(), source, target)


def coins(names: Iterable[str], within: Ranges) -> list[str]:
    """The coins that are needed: of the changes whose chance is below 1."""
    chances = (f"{name}_chance" for name in names)
    return [chance for chance in chances if getattr(within, chance) < 1]


def by_chance(
    name: str, value: Any, u: dict[str, Any], within: Ranges, do: Arithmetic, *, neutral: float = 0
) -> Any:
    """A drawn value where the change's coin falls so, and the neutral one where it does not."""
    coin = f"{name}_chance"
    if coin not in u:
        return value
    falls = u[coin] < getattr(within, coin)
    return do.where(falls, value, do.constant(np.float64(neutral)))


def _symmetric(u: Any, reach: float) -> Any:
    """A draw in [0, 1) as one in ± reach."""
    return (u * 2.0 - 1.0) * reach


def _affine(
    u: dict[str, Any],
    within: Ranges,
    source: tuple[int, int],
    target: tuple[int, int],
    do: Arithmetic,
) -> Any:
    """Result → source, about the exact centre (side - 1) / 2; float64 (n, 6) in 1/65536."""

    def drawn(name: str, reach: float, coin: str = "") -> Any:
        return by_chance(coin or name, _symmetric(u[name], reach), u, within, do)

    (high, wide), (out_high, out_wide) = source, target
    one = do.constant(np.float64(1))
    f1 = do.where(u["flip_h"] < within.flip_h, -one, one)
    f2 = do.where(u["flip_v"] < within.flip_v, -one, one)
    s, c = _sin_cos(drawn("rot", within.rot), do)
    k = 1.0 / (1.0 + drawn("scale", within.scale))
    shear = drawn("shear", within.shear)
    shift_x = drawn("shift_x", within.trans, "trans") * float(out_wide)
    shift_y = drawn("shift_y", within.trans, "trans") * float(out_high)
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


def _colour(u: dict[str, Any], within: Ranges, do: Arithmetic) -> Any:
    """Saturation and hue, then contrast about middle grey, then brightness; (n, 12) in 1/4096."""
    contrast = within.clo + u["contrast"] * (within.chi - within.clo)
    contrast = by_chance("contrast", contrast, u, within, do, neutral=1)
    brightness = by_chance("bright", _symmetric(u["bright"], within.bright), u, within, do)
    saturation = 1.0 + by_chance("sat", _symmetric(u["sat"], within.sat), u, within, do)
    s, c = _sin_cos(by_chance("hue", _symmetric(u["hue"], within.hue), u, within, do), do)
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
