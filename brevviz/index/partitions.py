"""Rows on the disk in the order of their items' hashes: an external sort by ranges of the hash.

A row is 28 bytes: the seeded hash that orders its item, a second hash, its number, its stratum. Two
keys are one item when both hashes agree, 128 bits: of 10¹⁰ keys any two agree by chance
with a probability of 10²⁰/2¹²⁹ = 1.5 · 10⁻¹⁹. Where the first alone agrees (2.7 · 10⁻⁴ at 10⁸)
the keys themselves are read again, and their bytes decide, as they do in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from brevviz.split.arrays import Ints, Words

__all__ = ["ROW", "Part", "Partitions"]

ROW = np.dtype([("hash", "<u8"), ("other", "<u8"), ("row", "<i8"), ("stratum", "<i4")])

_Rows = npt.NDArray[np.void]
_KeysOf = Callable[[Ints], list[str]]


@dataclass(frozen=True)
class Part:
    """The items of one range of hashes, in order.

    rows : int64, the numbers of the samples, item by item.
    stratum : int64 (rows,), of each of these.
    first : int64 (items,), the place of each item's first row.
    images : int64 (items,).
    hashes : uint64 (items,).
    """

    rows: Ints
    stratum: Ints
    first: Ints
    images: Ints
    hashes: Words


class Partitions:
    """Files of rows, each for one range of the hash.

    Parameters
    ----------
    folder : where they are written.
    rows : how many are expected in all.
    at_once : how many shall be in memory at once, about.
    """

    def __init__(self, folder: Path, rows: int, at_once: int) -> None:
        self._folder = folder
        self._bits = max(1, (-(-rows // at_once) - 1).bit_length())

    def __len__(self) -> int:
        return 1 << self._bits

    def add(self, rows: _Rows) -> None:
        """Append rows, each to the file of its range."""
        part = (rows["hash"] >> np.uint64(64 - self._bits)).astype(np.int64)
        ordered = rows[np.argsort(part, kind="stable")]
        ends = np.cumsum(np.bincount(part, minlength=len(self))).tolist()
        # Opened anew for each piece: no limit of open files bounds the number of ranges.
        for number, (start, end) in enumerate(zip([0, *ends], ends, strict=False)):
            if end > start:
                with self._path(number).open("ab") as file:
                    ordered[start:end].tofile(file)

    def take(self, number: int, stratum: Ints, keys_of: _KeysOf) -> Part:
        """Read the items of one range, and delete its file.

        Parameters
        ----------
        stratum : the final number of each provisional one.
        keys_of : the item keys of rows by their numbers.
        """
        path = self._path(number)
        rows = np.fromfile(path, ROW) if path.exists() else np.empty(0, ROW)
        path.unlink(missing_ok=True)
        rows = _ordered(rows, keys_of)
        first = np.flatnonzero(_starts(rows))
        images = np.diff(np.append(first, len(rows)))
        return Part(
            rows["row"].astype(np.int64),
            stratum[rows["stratum"]],
            first,
            images,
            rows["hash"][first],
        )

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:06d}.rows"


def _starts(rows: _Rows) -> npt.NDArray[np.bool_]:
    new = (rows["hash"][1:] != rows["hash"][:-1]) | (rows["other"][1:] != rows["other"][:-1])
    return np.concatenate([np.ones(min(1, len(rows)), np.bool_), new])


def _ordered(rows: _Rows, keys_of: _KeysOf) -> _Rows:
    """Rows by hash; where two items have one hash, by the bytes of their keys."""
    rows = rows[np.argsort(rows["hash"], kind="stable")]
    hashes = rows["hash"]
    differ = (hashes[1:] == hashes[:-1]) & (rows["other"][1:] != rows["other"][:-1])
    if differ.any():
        twins = np.flatnonzero(np.isin(hashes, hashes[1:][differ]))
        keys = keys_of(rows["row"][twins].astype(np.int64))
        best = sorted(range(len(twins)), key=lambda n: (int(hashes[twins[n]]), keys[n]))
        rows[twins] = rows[twins[best]]
    return rows
