"""Which sample is the n-th of its group: counts for each row group, and then one row group read."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from brevviz.errors import SamplingError
from brevviz.index.pieces import Pieces
from brevviz.sampling import Groups, group_codes

__all__ = ["StoredGroups", "stored_groups"]

_Ints = npt.NDArray[np.int64]
_ANY = ("folder",)
_Codes = Callable[[int], npt.NDArray[np.int8]]


@dataclass(frozen=True)
class StoredGroups(Groups):
    """Groups whose rows stay on the disk: `codes` is empty, and `rows` reads what it is asked for.

    piece, group, before : int64, one for each row group that holds a group, by group, then piece:
        both numbers, and the group's members in the row groups before.
    members : the places of a group's members in a piece.
    """

    piece: _Ints
    group: _Ints
    before: _Ints
    members: Callable[[int, Hashable], _Ints]

    def rows(self, group: _Ints, member: _Ints) -> _Ints:
        """The places in the index of these members of these groups: int64 (n,)."""
        rows = np.empty(len(group), np.int64)
        entry = np.empty(len(group), np.int64)
        for g in np.unique(group).tolist():
            mine = np.flatnonzero(group == g)
            start, stop = np.searchsorted(self.group, [g, g + 1])
            within = np.searchsorted(self.before[start:stop], member[mine], side="right")
            entry[mine] = start + within - 1
        for e in np.unique(entry).tolist():
            mine = np.flatnonzero(entry == e)
            places = self.members(int(self.piece[e]), self.labels[self.group[e]])
            rows[mine] = places[member[mine] - self.before[e]]
        return rows


def stored_groups(
    pieces: Pieces, codes: _Codes, starts: _Ints, purpose: int, groupby: tuple[str, ...]
) -> StoredGroups:
    """Count the groups of one purpose, piece by piece.

    Parameters
    ----------
    codes : the purposes of a piece's samples.
    starts : int64 (pieces + 1,), the number of the first sample of each piece.

    Raises SamplingError as `group_codes` does, and when the purpose holds no sample.
    """
    counted: dict[Hashable, list[tuple[int, int]]] = {}
    for number in range(len(pieces)):
        chosen = codes(number) == purpose
        if not chosen.any():
            continue
        samples = pieces.frame(number, groupby or _ANY)
        found = group_codes(samples[chosen], groupby)
        for label, count in zip(found.labels, found.sizes.tolist(), strict=True):
            counted.setdefault(label, []).append((number, count))
    if not counted:
        raise SamplingError("samples", "hold no rows, so nothing can be drawn")

    def members(number: int, label: Hashable) -> _Ints:
        chosen = np.flatnonzero(codes(number) == purpose)
        found = group_codes(pieces.frame(number, groupby or _ANY).iloc[chosen], groupby)
        places: _Ints = int(starts[number]) + chosen[found.codes == found.labels.index(label)]
        return places

    # The columns of an index hold text, and tuples of it: they sort as they do in memory.
    comparable: list[Any] = list(counted)
    labels: tuple[Hashable, ...] = tuple(sorted(comparable))
    entries = [(piece, g, n) for g, label in enumerate(labels) for piece, n in counted[label]]
    piece, group, count = np.array(entries, np.int64).T
    sizes = np.bincount(group, weights=count, minlength=len(labels)).astype(np.int64)
    before = np.cumsum(count) - count - (np.cumsum(sizes) - sizes)[group]
    return StoredGroups(
        labels,
        np.empty(0, np.int64),
        sizes,
        piece=piece,
        group=group,
        before=before,
        members=members,
    )
