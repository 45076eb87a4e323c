"""The parameters of the changes beside the kernel, drawn apart from their application.

A change whose range is nothing is not drawn, and its cluster is not run; nor does one that is
shift another, since each has draws of its own.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from brevviz.images.augment.draws import DRAWS, NUMPY, Arithmetic, bits_of, draws_of, uniform
from brevviz.images.augment.params import by_chance, coins
from brevviz.images.augment.ranges import Ranges

__all__ = ["GRID", "NOTHING", "Beside", "draw_beside"]

GRID = 7
"""Nodes of elastic deformation along each side."""


class Beside(NamedTuple):
    """What the changes beside the kernel do to each of n pictures; None: the change is off.

    nodes : int32 (n, 98), elastic shifts in 1/256 of a source pixel: 7 x 7 across, then down.
    blur, blur_again : int32 (n,), row of the table of taps, for the first round and the second.
    relief : int32 (n,), strength of the embossing, 1/256.
    speckle_key, speckle_part : uint32 (n,); int32 (n,), part of the pixels, 1/2³¹.
    """

    nodes: Any = None
    blur: Any = None
    blur_again: Any = None
    relief: Any = None
    speckle_key: Any = None
    speckle_part: Any = None


NOTHING = Beside()
_CHANGES = ("elastic", "blur", "emboss", "speckle")


def draw_beside(
    keys: Any, within: Ranges, source: tuple[int, int], do: Arithmetic = NUMPY
) -> Beside:
    """Draw each picture's parameters.

    Parameters
    ----------
    keys : uint64 (n,).
    within : the ranges. Each picture's sd, strength, part or largest shift is uniform from 0 on.
    source : (height, width) of the working images, pixels.
    do : whose arrays these are.
    """
    on = [name for name in _CHANGES if _reach(name, within) > 0]
    if not on:
        return NOTHING
    u = draws_of(keys, [*on, *coins(on, within)], do)
    result = NOTHING
    for name in on:
        drawn = by_chance(name, u[name] * getattr(within, name), u, within, do)
        if name == "elastic":
            result = result._replace(nodes=_nodes(keys, drawn, source, do))
        elif name == "blur":
            first, second = _rounds(drawn, do)
            result = result._replace(blur=first, blur_again=second if within.blur > 1 else None)
        elif name == "emboss":
            result = result._replace(relief=_whole(drawn * 256.0, do))
        else:
            part = _whole(drawn * 2.0**31, do)
            result = result._replace(speckle_key=_speckle_key(keys, do), speckle_part=part)
    return result


def _reach(name: str, within: Ranges) -> float:
    chance: float = getattr(within, f"{name}_chance")
    return chance * float(getattr(within, name))


def _nodes(keys: Any, largest: Any, source: tuple[int, int], do: Arithmetic) -> Any:
    """Shifts uniform in ± the picture's largest, independent of each other."""
    own = bits_of(keys, [DRAWS["elastic_nodes"]], do)[:, 0]
    ways = uniform(own, 2 * GRID**2, do) * 2.0 - 1.0
    sides = np.repeat([256.0 * source[1], 256.0 * source[0]], GRID**2)
    return _whole(ways * largest[:, None] * do.constant(sides), do)


def _rounds(sd: Any, do: Arithmetic) -> tuple[Any, Any]:
    """Rows of the table, whose steps are 1/32 pixel, for a first and a second round.

    Five taps are too few for more than 1 pixel: the variance is then halved, and blurred twice.
    """
    wide, none = sd > 1.0, do.constant(np.float64(0))
    half = sd * 22.627416997969522  # 32 / √2
    return _whole(do.where(wide, half, sd * 32.0), do), _whole(do.where(wide, half, none), do)


def _speckle_key(keys: Any, do: Arithmetic) -> Any:
    bits = bits_of(keys, [DRAWS["speckle_key"]], do)[:, 0]
    return do.cast(do.shift_right(bits, 32), np.uint32)


def _whole(value: Any, do: Arithmetic) -> Any:
    return do.cast(do.rint(value), np.int32)
