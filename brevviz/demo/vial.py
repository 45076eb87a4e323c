"""One vial in an inspection machine, drawn: glass, liquid, stopper, cap, and how each is lit.

Lengths are pixels. A part is drawn in its own coordinates: `u` across its axis, `v` down along it
from the lip of the glass. The camera looks down a little, so circles are flat ellipses.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import sqrt

import numpy as np

from brevviz.demo.chance import Chance
from brevviz.demo.forms import Plane, blend, bump, disc, look_up, profile, soft, step, wall

__all__ = ["Vial"]

_RISE = 0.13  # height of a circle's ellipse, in its width: how far the camera looks down
_LENGTH = 150.0
_FLANGE = 7.0  # thickness of the stopper above the lip


@cache
def _glass_radius() -> Plane:
    """Radius of the glass down from its lip: lip, neck, shoulder, body, heel."""
    knots = [(0, 27), (11, 27), (14, 21), (25, 21), (30, 27), (37, 41), (44, 49), (54, 53)]
    return profile([*knots, (143, 53), (148, 50), (150, 45)], smooth=90)


@dataclass(frozen=True)
class Vial:
    """What belongs to one item, and stays the same in all its images.

    Parameters
    ----------
    folder : "good", "bad_cap" or "missing_cap".
    item : the item's number in its folder.
    """

    folder: str
    item: int

    @property
    def _chance(self) -> Chance:
        return Chance(f"{self.folder}/{self.item}")

    def over(self, background: Plane, u: Plane, v: Plane, spin: float) -> Plane:
        """The background with this vial before it.

        Parameters
        ----------
        background : float64 (height, width), grey levels.
        u, v : float64 (height, width): where each pixel lies in the vial's coordinates.
        spin : -1 to 1: how far the vial has turned about its axis since its other images.
        """
        seen = self._glass(background, u, v, spin)
        if self.folder != "missing_cap":
            seen = self._stopper(seen, u, v)
            return self._cap(seen, u, v, spin)
        if self.item % 3 == 2:
            return self._open_lip(seen, u, v)
        return self._stopper(seen, u, v)

    def _glass(self, background: Plane, u: Plane, v: Plane, spin: float) -> Plane:
        radius = look_up(_glass_radius(), v)
        half = np.sqrt(np.maximum(radius * radius - u * u, 0.0))
        along = v - _RISE * half  # place on the front surface
        n = np.clip(u / look_up(_glass_radius(), along), -1.0, 1.0)
        light = self._inside(background, u, v, along, n)
        light = light + self._reflections(along, n) + self._marks(u, along, spin)
        covered = soft(radius - np.abs(u)) * soft(along) * soft(_LENGTH - along)
        return blend(background, light, covered)

    def _inside(self, background: Plane, u: Plane, v: Plane, along: Plane, n: Plane) -> Plane:
        """What is seen through the glass: the lit rear wall, the liquid, the stopper's plug."""
        round_ = 1.0 - n * n
        light = 0.55 * background + 12.0 + 26.0 * round_
        fill = self._chance.uniform("fill", 78.0, 92.0)
        tint = self._chance.uniform("tint", 0.9, 1.1)
        liquid = tint * (24.0 + 70.0 * round_ * round_)  # a lens: bright axis, dark flanks
        light = blend(light, liquid, soft(along - fill) * soft((0.93 - np.abs(n)) * 53.0))
        surface = disc(u, v - fill, 49.0, _RISE)
        light = light + 16.0 * surface
        inner = soft((0.955 - np.abs(n)) * 53.0)  # the meniscus ends at the glass
        meniscus = 66.0 * bump(along, fill + 0.3, 1.4) - 30.0 * bump(along, fill + 5.0, 3.0)
        light = light + meniscus * inner
        light = light - 18.0 * bump(2.0 * v - along, fill, 1.4) * surface
        if self.folder == "missing_cap" and self.item % 3 == 2:
            return light
        depth = self._chance.uniform("plug", 20.0, 24.0)
        plug = soft((0.78 - np.abs(n)) * 21.0) * soft(depth - along)
        return blend(light, 17.0 + 22.0 * round_, 0.92 * plug)

    def _reflections(self, along: Plane, n: Plane) -> Plane:
        """Bright edges, dark lines beside them, the lamps' strips, the shoulder and the base."""
        side = np.abs(n)
        edges = 88.0 * bump(side, 0.955, 0.024) - 13.0 * bump(side, 0.86, 0.05)
        edges = edges - 20.0 * bump(side, 1.0, 0.02)
        on_body = step(along, 40.0, 56.0)
        strips = (0.35 + 0.65 * on_body) * (
            88.0 * bump(n, -0.66, 0.040) + 34.0 * bump(n, 0.56, 0.055) + 14.0 * bump(n, 0.74, 0.02)
        )
        shoulder = 74.0 * bump(along, 41.0, 4.0) * bump(n, -0.42, 0.22)
        shoulder = shoulder + 46.0 * bump(along, 44.0, 3.0) * bump(n, 0.5, 0.18)
        lip = 30.0 * bump(along, 9.5, 2.0) - 16.0 * bump(along, 14.5, 2.5)
        base = 58.0 * bump(along, 144.0, 3.0) - 24.0 * bump(along, 136.0, 4.0)
        return edges + strips + shoulder + lip + base

    def _marks(self, u: Plane, along: Plane, spin: float) -> Plane:
        """Scratches and specks on the glass: the item's own, moved a little by its turning."""
        total = np.zeros_like(u)
        for number in range(4):
            at = Chance(f"{self.folder}/{self.item}/scratch {number}")
            x0 = at.uniform("u", -36.0, 36.0) + 3.0 * spin
            v0 = at.uniform("v", 58.0, 132.0)
            lean, length = at.uniform("lean", -0.9, 0.9), at.uniform("length", 0.4, 9.0)
            norm = sqrt(1.0 + lean * lean)
            down = ((along - v0) + lean * (u - x0)) / norm
            aside = ((u - x0) - lean * (along - v0)) / norm
            past = np.maximum(np.abs(down) - length, 0.0)
            distance = np.sqrt(aside * aside + past * past)
            total = total + at.uniform("depth", 8.0, 34.0) * bump(distance, 0.0, 0.7)
        return total

    def _open_lip(self, below: Plane, u: Plane, v: Plane) -> Plane:
        """No stopper either: the ring of the lip, and the dark bore."""
        ring = blend(below, 84.0 + 40.0 * bump(u, -12.0, 8.0), disc(u, v, 27.0, _RISE))
        return blend(ring, 20.0 + 10.0 * bump(u, 6.0, 8.0), disc(u, v - 0.2, 17.5, _RISE))

    def _stopper(self, below: Plane, u: Plane, v: Plane) -> Plane:
        """The rubber flange on the lip, with its moulded ring."""
        top = v + _FLANGE
        n = np.clip(u / 25.5, -1.0, 1.0)
        grey = self._chance.uniform("rubber", 36.0, 48.0)
        side = grey * (0.45 + 0.5 * (1.0 - n * n)) + 20.0 * bump(n, -0.6, 0.12)
        side = side + 10.0 * bump(n, 0.55, 0.15)
        seen = blend(below, side, wall(u, top, 25.5, _FLANGE, _RISE))
        face = grey * 1.5 + 9.0 * bump(u, -9.0, 12.0)
        seen = blend(seen, face, disc(u, top, 25.5, _RISE))
        seen = blend(seen, grey * 1.05, disc(u, top, 11.0, _RISE))
        return blend(seen, grey * 1.4, disc(u, top, 9.4, _RISE))

    def _cap(self, below: Plane, u: Plane, v: Plane, spin: float) -> Plane:
        """The crimped aluminium skirt and the plastic disc on it; askew on a bad vial."""
        if self.folder == "bad_cap":
            u, v = self._askew(u, v)
        crimp = soft(v - 12.5)
        seen = blend(below, self._rolled(u, v), wall(u, v - 10.0, 27.5, 5.5, _RISE) * crimp)
        seen = blend(seen, self._metal(u, v, spin), wall(u, v + 9.5, 30.0, 22.0, _RISE))
        seen = blend(seen, 128.0 + 46.0 * bump(u, -14.0, 10.0), disc(u, v + 9.5, 30.0, _RISE))
        return self._plastic(seen, u, v + 13.5)

    def _askew(self, u: Plane, v: Plane) -> tuple[Plane, Plane]:
        """Coordinates of a cap that is tilted about one edge of the lip, or sits too high."""
        side = 1.0 if self._chance.uniform("side", -1.0, 1.0) > 0.0 else -1.0
        lean = side * self._chance.uniform("lean", 0.09, 0.27)
        lift = self._chance.uniform("lift", 1.0, 5.0)
        if self.item % 4 == 3:  # lifted rather than tilted
            lean, lift = lean * 0.15, lift + 6.0
        cos = sqrt(1.0 - lean * lean)
        x, y = u + side * 22.0, v + lift
        return cos * x + lean * y - side * 22.0, cos * y - lean * x

    def _metal(self, u: Plane, v: Plane, spin: float) -> Plane:
        n = np.clip(u / 30.0, -1.0, 1.0)
        light = 38.0 + 118.0 * bump(n, -0.50, 0.20) + 62.0 * bump(n, 0.42, 0.16)
        light = light + 30.0 * bump(n, 0.86, 0.06) + 34.0 * bump(n, -0.90, 0.05)
        light = light * (0.86 + 0.14 * bump(v, 4.0, 9.0)) + self._brushed(n, spin)
        front = v - _RISE * np.sqrt(np.maximum(900.0 - u * u, 0.0))
        light = light + 34.0 * bump(front, -8.5, 1.2) - 30.0 * bump(front, 9.6, 1.3)
        return light + 22.0 * bump(front, 11.4, 1.0) + self._dent(u, front, spin)

    def _brushed(self, n: Plane, spin: float) -> Plane:
        """Fine upright streaks of drawn aluminium, the item's own."""
        wear = self._chance.uniform("wear", 3.0, 8.0)
        streaks = self._chance.normal("streaks", 96)
        place = np.clip((n + 1.0) * 44.0 + 3.0 + 2.0 * spin, 0.0, 94.0)
        left = place.astype(np.int64)
        return wear * (streaks[left] + (streaks[left + 1] - streaks[left]) * (place - left))

    def _dent(self, u: Plane, front: Plane, spin: float) -> Plane:
        at = self._chance
        x = (u - at.uniform("dent u", -18.0, 18.0) - 2.0 * spin) / at.uniform("dent w", 2.0, 5.0)
        y = (front - at.uniform("dent v", -5.0, 8.0)) / at.uniform("dent h", 1.2, 3.0)
        fall = 1.0 / (1.0 + x * x + y * y)
        return at.uniform("dent", -40.0, 30.0) * fall * fall

    def _rolled(self, u: Plane, v: Plane) -> Plane:
        """The lower edge, turned in under the lip."""
        n = np.clip(u / 27.5, -1.0, 1.0)
        light = 26.0 + 74.0 * bump(n, -0.45, 0.2) + 40.0 * bump(n, 0.4, 0.2)
        return light + 20.0 * bump(v, 17.0, 1.5)

    def _plastic(self, below: Plane, u: Plane, top: Plane) -> Plane:
        """The flip-off disc."""
        n = np.clip(u / 29.0, -1.0, 1.0)
        shade = self._chance.uniform("plastic", 0.92, 1.08)
        side = shade * (40.0 + 46.0 * (1.0 - n * n) + 40.0 * bump(n, -0.5, 0.2))
        seen = blend(below, side, wall(u, top, 29.0, 4.5, _RISE))
        face = shade * (92.0 + 34.0 * bump(u, -10.0, 16.0))
        seen = blend(seen, face, disc(u, top, 29.0, _RISE))
        seen = blend(seen, face * 0.80, disc(u, top + 0.1, 20.0, _RISE))
        return blend(seen, face * 0.97, disc(u, top + 0.1, 18.6, _RISE))
