"""The names of the demo set: which item stood before the camera, and when.

A carousel of 48 places turns once in about 9.6 s; the place is the item's number, and the file
name is `<item>_<milliseconds since 1970>.bmp`. Places from 48 on are the next turn. The stamps
given below are the published ones; those between them are interpolated, and where a whole turn
is unknown it follows the one before by the published time of a turn.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Shot", "shots"]

_PLACES = 48


class Shot(NamedTuple):
    """One image: its class folder, its item, and the time in milliseconds since 1970."""

    folder: str
    item: int
    stamp: int

    @property
    def name(self) -> str:
        """The file's path inside the bucket."""
        return f"{self.folder}/{self.item}_{self.stamp}.bmp"


class _Pass(NamedTuple):
    """Items that went by the camera one after another.

    `known` maps a place to its stamp, counted from `_EPOCH`; `step` is 2 where every second
    place was empty, 4 where three of four were.
    """

    folder: str
    known: dict[int, int]
    step: int = 1


_EPOCH = 1_543_412_000_000

_PASSES = (
    _Pass(
        "good",
        {0: 90863, 16: 94105, 25: 95870, 27: 96276, 48: 100480, 59: 102711, 95: 109926},
    ),
    _Pass("good", {10: 160097, 28: 163686, 30: 164091, 33: 164698, 48: 167680, 59: 169898}),
    _Pass("bad_cap", {0: 1169486}),
    _Pass("bad_cap", {0: 1189854}),
    _Pass("bad_cap", {2: 1180595, 10: 1182213}, step=2),
    _Pass("bad_cap", {2: 1190171, 10: 1191789}, step=2),
    _Pass("bad_cap", {1: 1257224, 9: 1258829}, step=2),
    _Pass("bad_cap", {1: 1266824, 7: 1267987, 9: 1268396}, step=2),
    _Pass("missing_cap", {0: 677280, 2: 677681, 4: 678089}, step=2),
    _Pass("missing_cap", {0: 686858, 2: 687259, 4: 687667}, step=2),
    _Pass("missing_cap", {3: 745124}),
    _Pass("missing_cap", {1: 754274, 5: 755088}, step=2),
    _Pass("missing_cap", {1: 763852, 5: 764666}, step=4),
)


def _stamp(known: dict[int, int], place: int) -> int:
    """The time at a place, on the line between the known stamps around it."""
    if place in known:
        return _EPOCH + known[place]
    before = max(p for p in known if p < place)
    after = min(p for p in known if p > place)
    passed = (known[after] - known[before]) * (place - before)
    return _EPOCH + known[before] + passed // (after - before)


def shots() -> tuple[Shot, ...]:
    """The 180 images of the demo set, in byte order of their names."""
    made = [
        Shot(row.folder, place % _PLACES, _stamp(row.known, place))
        for row in _PASSES
        for place in range(min(row.known), max(row.known) + 1, row.step)
    ]
    return tuple(sorted(made, key=lambda shot: shot.name))
