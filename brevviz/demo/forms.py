"""The shapes that the drawing is made of: soft edges, highlights, profiles, ellipses.

Everything is element-wise +, -, *, /, sqrt, min and max in float64, which IEEE 754 makes equal to
the last bit on every machine; sums, sin and exp are not, and are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Plane", "blend", "bump", "disc", "look_up", "profile", "soft", "step", "wall"]

Plane: TypeAlias = NDArray[np.float64]
"""One float64 per pixel: a coordinate, a brightness, or a coverage from 0 to 1."""


def soft(distance: Plane) -> Plane:
    """Coverage of pixels whose centre lies `distance` pixels inside an edge."""
    return np.clip(distance + 0.5, 0.0, 1.0)


def step(x: Plane, start: float, stop: float) -> Plane:
    """0 before `start`, 1 after `stop`, smooth between."""
    t = np.clip((x - start) / (stop - start), 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


def bump(x: Plane, centre: Plane | float, width: float) -> Plane:
    """1 at the centre, a quarter one width away, near to 0 soon after."""
    t = (x - centre) / width
    fall = 1.0 / (1.0 + t * t)
    return fall * fall


def blend(below: Plane, above: Plane | float, coverage: Plane) -> Plane:
    """What is seen when `above` covers `below` by `coverage`."""
    return below + (above - below) * coverage


_STEPS = 4  # entries of a profile per pixel


def profile(knots: Sequence[tuple[float, float]], smooth: int) -> Plane:
    """A table of radii: straight between (place, radius) knots, corners rounded `smooth` times."""
    stop = int(knots[-1][0] * _STEPS) + 1
    places = np.arange(stop, dtype=np.float64) / _STEPS
    table = np.full(stop, knots[0][1], dtype=np.float64)
    for (v0, r0), (v1, r1) in pairwise(knots):
        inside = (places >= v0) & (places <= v1)
        table = np.where(inside, r0 + (r1 - r0) * ((places - v0) / (v1 - v0)), table)
    for _ in range(smooth):
        padded = np.concatenate([table[:1], table, table[-1:]])
        table = (padded[:-2] + 2.0 * padded[1:-1] + padded[2:]) / 4.0
    return table


def look_up(table: Plane, v: Plane) -> Plane:
    """The profile at `v`, on the line between its entries; its ends go on for ever."""
    place = np.clip(v * _STEPS, 0.0, float(len(table) - 1))
    below = np.minimum(place.astype(np.int64), len(table) - 2)
    left: Plane = table[below]
    right: Plane = table[below + 1]
    return left + (right - left) * (place - below.astype(np.float64))


def disc(u: Plane, v: Plane, radius: float, rise: float) -> Plane:
    """Coverage of a round face seen from a little above: an ellipse about the origin."""
    height = radius * rise
    x, y = u / radius, v / height
    return soft((1.0 - np.sqrt(x * x + y * y)) * height)


def wall(u: Plane, v: Plane, radius: float, length: float, rise: float) -> Plane:
    """Coverage of the front of a cylinder whose top face is centred at the origin."""
    front = rise * np.sqrt(np.maximum(radius * radius - u * u, 0.0))
    return soft(radius - np.abs(u)) * soft(v - front) * soft(length + front - v)
