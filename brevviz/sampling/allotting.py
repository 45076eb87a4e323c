"""Each group's part of the draws: by its weight, or by a share that somebody has settled."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from difflib import get_close_matches
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from brevviz.errors import SamplingError
from brevviz.sampling.groups import group_text
from brevviz.sampling.weights import AnyWeighing, check_drawn, raw_weights

__all__ = ["allot", "own_weights"]

_Floats = npt.NDArray[np.float64]
_Table = Mapping[str, float]

_NONE: _Table = MappingProxyType({})
_NEAR = 1e-9  # shares such as .1 + .2 + .7 are 1 to within rounding
_LARGE = 1e300
_NAMED = 10


def own_weights(
    sizes: Sequence[int] | npt.NDArray[np.int64],
    weighing: AnyWeighing,
    labels: Sequence[Hashable],
    weights: _Table = _NONE,
) -> _Floats:
    """The weight of each group: its own where it has one, else the weighing's. float64 (k,).

    Parameters
    ----------
    sizes, weighing, labels : as `sampling.weights` has them.
    weights : a group's text → its weight.

    Raises SamplingError, as `weights` does, and for a name that is no group's.
    """
    raw = raw_weights(sizes, weighing, labels)
    places = _places("sampling.weights", weights, labels)
    raw[places] = list(weights.values())
    return np.where(np.asarray(sizes) > 0, raw, 0.0)


def allot(
    sizes: Sequence[int] | npt.NDArray[np.int64],
    weighing: AnyWeighing,
    labels: Sequence[Hashable],
    weights: _Table = _NONE,
    shares: _Table = _NONE,
) -> _Floats:
    """The part of all draws that each group gets: float64 (k,), of sum 1.

    A group with a share gets exactly that; what is left goes to the others, by their weights.

    Parameters
    ----------
    sizes, weighing, labels, weights : as `own_weights` has them.
    shares : a group's text → its part of all draws, 0..1.

    Raises
    ------
    SamplingError : as `own_weights` does; for shares of more than 1 in all; for shares that leave
        nothing to a group that has a weight, or leave something that no group is there to take.
    """
    raw = own_weights(sizes, weighing, labels, weights)
    if raw.max(initial=0) > _LARGE:  # their sum would be no number
        raw = raw / raw.max()
    if not shares:
        check_drawn(raw)
        return raw / math.fsum(raw)
    places = _places("sampling.shares", shares, labels)
    _check_filled(sizes, places, shares)
    raw[places] = 0.0
    left = 1.0 - math.fsum(shares.values())
    _check_left(left, raw, labels)
    total = math.fsum(raw)
    parts = raw * (max(0.0, left) / total) if total > 0 else raw
    parts[places] = list(shares.values())
    return parts


def _places(where: str, table: _Table, labels: Sequence[Hashable]) -> list[int]:
    """The number of the group that each entry of a table names."""
    if not table:
        return []
    numbers: dict[str, list[int]] = {}
    for number, label in enumerate(labels):
        numbers.setdefault(group_text(label), []).append(number)
    for name in table:
        found = numbers.get(name, [])
        if len(found) > 1:
            raise SamplingError(
                where,
                f"{name!r} names {len(found)} groups, which look alike",
                "Group by other columns, or make their values differ",
            )
        if not found:
            raise SamplingError(where, f"{name!r} is no group", _known(name, list(numbers)))
    return [numbers[name][0] for name in table]


def _known(name: str, texts: list[str]) -> str:
    near = get_close_matches(name, texts, n=1, cutoff=0.5)
    if near:
        return f"Did you mean {near[0]!r}?"
    more = f" and {len(texts) - _NAMED:,} more" if len(texts) > _NAMED else ""
    return f"Groups are {', '.join(texts[:_NAMED])}{more}"


def _check_filled(
    sizes: Sequence[int] | npt.NDArray[np.int64], places: list[int], shares: _Table
) -> None:
    for place, (name, share) in zip(places, shares.items(), strict=True):
        if share > 0 and sizes[place] == 0:
            raise SamplingError(
                "sampling.shares", f"{name!r} should get {share:g} of the draws and holds no sample"
            )


def _check_left(left: float, rest: _Floats, labels: Sequence[Hashable]) -> None:
    """What the shares leave must have takers, and takers must be left something."""
    takers = np.flatnonzero(rest > 0)
    if left < -_NEAR:
        raise SamplingError(
            "sampling.shares", f"{1 - left:g} in all is more than 1", "Lower one of them"
        )
    if len(takers) and left <= _NEAR:
        raise SamplingError(
            "sampling.shares",
            f"1 in all leaves nothing for {group_text(labels[takers[0]])!r}",
            "Lower one of them, or give that group the weight 0",
        )
    if not len(takers) and left > _NEAR:
        raise SamplingError(
            "sampling.shares",
            f"{1 - left:g} in all, and no other group is there to take the rest",
            "Leave one of them out, and it gets what is left; or make them 1 in all",
        )
