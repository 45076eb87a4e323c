"""Elastic deformation: every pixel is sampled a little elsewhere, its neighbours almost there too.

Shifts are drawn at the nodes of a coarse grid that spans the picture, and between them follow
the uniform cubic B-spline (de Boor, A Practical Guide to Splines, 1978): it has no kinks, and
never leaves the range of its nodes, so that no shift exceeds what was asked for.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brevviz.images.augment.beside import GRID
from brevviz.images.augment.integers import cluster, shifted
from brevviz.images.backend import barrier, tf

__all__ = ["shifts", "spline"]

_CELLS = GRID - 3
_ONE = 1 << 10
"""Weights are in 1/1024: nodes of a quarter of the longest side, in 1/256 pixel, then fit."""


def shifts(nodes: Any, target: tuple[int, int], *, compiled: bool = True) -> tuple[Any, Any]:
    """Shifts of all pixels from those of the nodes.

    Parameters
    ----------
    nodes : int32 (n, 98), as `Beside` has them.
    target : (height, width) of the pictures, pixels.

    Returns int32 (n, *target) twice, across and down, 1/65536 of a source pixel.
    """
    across, down = _shifts(target, compiled)(nodes)
    return across, down


def spline(side: int) -> NDArray[np.int32]:
    """The nodes' weights at each of `side` pixels: int32 (7, side), 1024 a pixel in all.

    The remainder of the rounding goes to the node that weighs most.
    """
    pixel = np.arange(side, dtype=np.int64)
    cell, t = np.divmod((2 * pixel + 1) * _CELLS * _ONE // (2 * side), _ONE)
    sixfold = [_outer(_ONE - t), _inner(t), _inner(_ONE - t), _outer(t)]
    parts = np.stack([(value + 3 * _ONE**2) // (6 * _ONE**2) for value in sixfold])
    parts[np.argmax(parts, axis=0), pixel] += _ONE - parts.sum(axis=0)
    weights = np.zeros((GRID, side), np.int32)
    for step in range(4):
        weights[cell + step, pixel] = parts[step]
    return weights


def _outer(t: NDArray[np.int64]) -> NDArray[np.int64]:
    return t**3


def _inner(t: NDArray[np.int64]) -> NDArray[np.int64]:
    return 3 * t**3 - 6 * _ONE * t**2 + 4 * _ONE**3


@cache
def _shifts(target: tuple[int, int], compiled: bool) -> Any:
    down, across = map(spline, target)

    def between(nodes: Any) -> tuple[Any, Any]:
        grid = tf.reshape(nodes, [-1, GRID, GRID])
        rows = sum(grid[:, :, i, None] * tf.constant(across[i]) for i in range(GRID))
        (rows,) = barrier(shifted(rows + _ONE // 2, 10))
        full = sum(rows[:, i, None, :] * tf.constant(down[i])[:, None] for i in range(GRID))
        pairs = tf.reshape(shifted(full + _ONE // 2, 10) * 256, [-1, 2, *target])
        return pairs[:, 0], pairs[:, 1]

    return cluster(between, [tf.TensorSpec([None, 2 * GRID**2], tf.int32)], compiled=compiled)
