"""The machine round the vial and the camera before it: background, light, lens, sensor noise."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from brevviz.demo.chance import Chance
from brevviz.demo.forms import Plane, blend, bump, soft, step
from brevviz.demo.stamps import Shot
from brevviz.demo.vial import Vial

__all__ = ["SIDE", "photograph"]

SIDE = 224
"""Height and width of an image, pixels."""

_AXIS = 111.5
_LIP = 60.0  # the lip's row when the vial stands still
_PITCH = 158.0  # to the next vial


@cache
def _grid() -> tuple[Plane, Plane]:
    rows, columns = np.mgrid[0:SIDE, 0:SIDE].astype(np.float64)
    return columns, rows


def photograph(shot: Shot) -> NDArray[np.uint8]:
    """The image of one shot: uint8 (224, 224), grey levels."""
    chance = Chance(f"{shot.folder}/{shot.item}/{shot.stamp}")
    x, y = _grid()
    tilt = chance.uniform("tilt", -0.030, 0.030)
    cos = float(np.sqrt(1.0 - tilt * tilt))
    dx = x - _AXIS - chance.uniform("right", -5.0, 5.0)
    dy = y - _LIP - chance.uniform("down", -2.5, 2.5)
    u, v = cos * dx + tilt * dy, cos * dy - tilt * dx
    seen = _machine(x, y, dx)
    seen = Vial(shot.folder, shot.item).over(seen, u, v, chance.uniform("spin", -1.0, 1.0))
    seen = _wheel(seen, x, y, dx)
    return _exposed(_lit(seen, chance, x, y), chance)


def _machine(x: Plane, y: Plane, dx: Plane) -> Plane:
    """What stands behind: the diffuse panel, a guide rail, the neighbours out of focus."""
    panel = 30.0 + 20.0 * bump(x, 96.0, 120.0) * bump(y, 70.0, 120.0)
    rail = 0.45 * step(y, 166.0, 172.0) - 0.15 * step(y, 178.0, 190.0)
    panel = panel * (1.0 - rail) + 12.0 * bump(y, 168.0, 2.2)
    beside = _PITCH - np.abs(dx)  # from the neighbour's axis
    body = step(62.0 - beside, 0.0, 12.0) * step(y, 92.0, 118.0)
    return panel + body * (10.0 + 46.0 * bump(beside, 50.0, 4.5))


def _wheel(below: Plane, x: Plane, y: Plane, dx: Plane) -> Plane:
    """The star wheel that carries the vial: a dark plate with a lit, worn edge and a pocket."""
    off = np.minimum(np.abs(dx) / 74.0, 1.0)
    edge = 204.0 + 7.0 * (1.0 - off * off)
    plate = 15.0 + 10.0 * bump(x, 70.0, 60.0) + 4.0 * bump(y, 219.0, 2.0)
    seen = blend(below, plate, soft(y - edge))
    worn = 0.7 + 0.5 * bump(x, 58.0, 26.0) + 0.35 * bump(x, 168.0, 18.0)
    return seen + 62.0 * worn * bump(y, edge + 0.8, 1.3)


def _lit(seen: Plane, chance: Chance, x: Plane, y: Plane) -> Plane:
    """Uneven light that drifts from shot to shot, and the lens's fall-off to the corners."""
    a, b = (x - _AXIS) / SIDE, (y - _AXIS) / SIDE
    drift = chance.uniform("across", -0.14, 0.14) * a + chance.uniform("along", -0.10, 0.10) * b
    level = chance.uniform("lamp", 1.29, 1.44)
    return level * seen * (1.0 + 0.10 * (-a) + drift) * (1.0 - 0.62 * (a * a + b * b))


def _exposed(light: Plane, chance: Chance) -> NDArray[np.uint8]:
    """Lens blur, shot and read noise, the sensor's own pattern, and the converter's steps."""
    for axis in (0, 1):
        light = _blurred(light, axis)
    noise = chance.normal("sensor", SIDE, SIDE)
    light = light + noise * np.sqrt(1.6 + 0.055 * np.maximum(light, 0.0))
    light = light + _pattern() + 4.0
    whole: NDArray[np.uint8] = np.clip(np.floor(light + 0.5), 0.0, 255.0).astype(np.uint8)
    return whole


def _blurred(light: Plane, axis: int) -> Plane:
    """Each pixel with a quarter of each neighbour along one axis; the border repeats."""
    last = light.shape[axis] - 1
    before = np.take(light, np.maximum(np.arange(last + 1) - 1, 0), axis=axis)
    after = np.take(light, np.minimum(np.arange(last + 1) + 1, last), axis=axis)
    blurred: Plane = (before + 2.0 * light + after) / 4.0
    return blurred


@cache
def _pattern() -> Plane:
    """The one sensor's columns, and two specks of dust on its glass: equal in all images."""
    chance = Chance("sensor")
    x, y = _grid()
    columns = 0.45 * chance.normal("columns", 1, SIDE)
    dust = np.zeros_like(x)
    for number in range(2):
        across = x - chance.uniform(f"dust {number} x", 20.0, 204.0)
        down = y - chance.uniform(f"dust {number} y", 20.0, 190.0)
        dust = dust - 6.0 * bump(np.sqrt(across * across + down * down), 0.0, 3.0)
    return columns + dust
