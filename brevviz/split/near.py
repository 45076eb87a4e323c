"""Find near-identical pictures: copies and re-encodings, never "similar" ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from brevviz.progress import Report, quiet
from brevviz.split.arrays import Bools, Floats, Ints, Words

__all__ = ["Near", "correlations", "near_pairs", "perceptual_hashes"]

SIDE = 32
_CAP = 4_000
_BLOCK = 1 << 22

Thumbnails = npt.NDArray[np.uint8]


def perceptual_hashes(thumbnails: Thumbnails) -> Words:
    """pHash: which of the lowest 8 x 8 frequencies are above their median.

    Parameters
    ----------
    thumbnails : uint8 (n, 32, 32), grey, reduced with antialiasing.

    Returns uint64 (n,). 31 bits of each are set, so distances are even. (DCT-II of rows and
    columns 0-7; the median is of the 63 without the mean: Zauner, 2010.)
    """
    k, x = np.arange(8)[:, None], np.arange(SIDE)[None]
    basis = np.cos(np.pi * (2 * x + 1) * k / (2 * SIDE))
    hashes = np.empty(len(thumbnails), np.uint64)
    weights = np.uint64(1) << np.arange(1, 64, dtype=np.uint64)
    for start in range(0, len(thumbnails), 8192):
        block = thumbnails[start : start + 8192].astype(np.float64)
        waves = (basis @ block @ basis.T).reshape(len(block), 64)[:, 1:]
        above = waves > np.median(waves, axis=1, keepdims=True)
        hashes[start : start + 8192] = (above * weights).sum(axis=1, dtype=np.uint64)
    return hashes


@dataclass(frozen=True)
class Near:
    """Pairs of near hashes.

    left, right : int64 (pairs,), left < right. distance : int64 (pairs,), bits.
    skipped : int64, the pictures left out because thousands share a quarter of their hash: they
        are almost empty, and each is near all the others.
    """

    left: Ints
    right: Ints
    distance: Ints
    skipped: Ints


def near_pairs(
    hashes: Words, radius: int, sides: Ints | None = None, report: Report = quiet
) -> Near:
    """All pairs of hashes at most `radius` bits apart, exactly.

    Parameters
    ----------
    hashes : uint64 (n,).
    radius : 0..7. Of four bands of 16 bits one then differs by a bit at most (Norouzi, Punjani
        and Fleet, 2012), so only such neighbours are compared.
    sides : int64 (n,); only pairs on different sides count.
    """
    if not 0 <= radius <= 7:
        raise ValueError(f"radius: {radius} is outside 0..7")
    found = [np.empty(0, np.int64)]
    skipped = np.zeros(len(hashes), np.bool_)
    for band in range(4):
        report("near-identical pictures", band, 4)
        values = ((hashes >> np.uint64(16 * band)) & np.uint64(0xFFFF)).astype(np.int64)
        sizes = np.bincount(values, minlength=1 << 16)
        skipped |= sizes[values] > _CAP
        for left, right in _neighbours(values, np.where(sizes > _CAP, 0, sizes), radius > 3):
            close = np.bitwise_count(hashes[left] ^ hashes[right]) <= radius
            if sides is not None:
                close &= sides[left] != sides[right]
            low, high = np.minimum(left, right)[close], np.maximum(left, right)[close]
            found.append(low * len(hashes) + high)
    pairs = np.unique(np.concatenate(found))
    left, right = pairs // max(1, len(hashes)), pairs % max(1, len(hashes))
    distance = np.bitwise_count(hashes[left] ^ hashes[right]).astype(np.int64)
    return Near(left, right, distance, np.flatnonzero(skipped))


def _neighbours(values: Ints, sizes: Ints, flip: bool) -> Iterator[tuple[Ints, Ints]]:
    """Pairs of places whose 16-bit values are equal or, if asked, differ by one bit."""
    order = np.argsort(values.astype(np.uint16), kind="stable")
    counts = np.bincount(values, minlength=1 << 16)
    first = np.cumsum(counts) - counts
    for change in [0, *(1 << bit for bit in range(16) if flip)]:
        other = values ^ change
        # Each pair of different values is met from the smaller one only.
        number = np.where((other > values) | (change == 0), sizes[other], 0)
        number[sizes[values] == 0] = 0
        places = np.flatnonzero(number)
        ends = np.cumsum(number[places])
        start = 0
        while start < len(places):
            done = ends[start - 1] if start else 0
            stop = max(start + 1, int(np.searchsorted(ends, done + _BLOCK)))
            mine = places[start:stop]
            left = np.repeat(mine, number[mine])
            offset = np.arange(len(left)) - np.repeat(
                ends[start:stop] - number[mine] - done, number[mine]
            )
            right = order[first[other[left]] + offset]
            start = stop
            if change == 0:
                once = left < right
                left, right = left[once], right[once]
            yield left, right


def correlations(thumbnails: Thumbnails, left: Ints, right: Ints) -> Floats:
    """Normalised correlation of pairs of thumbnails, float64 (pairs,); 0 where one is flat."""
    result = np.zeros(len(left))
    for start in range(0, len(left), 4096):
        part = slice(start, start + 4096)
        a, b = (_normal(thumbnails[side[part]]) for side in (left, right))
        result[part] = np.einsum("ij,ij->i", a, b)
    return result


def _normal(thumbnails: Thumbnails) -> Floats:
    flat = thumbnails.reshape(len(thumbnails), -1).astype(np.float64)
    flat -= flat.mean(axis=1, keepdims=True)
    length = np.sqrt((flat**2).sum(axis=1, keepdims=True))
    varied: Bools = length > 0
    normal: Floats = np.divide(flat, length, out=np.zeros_like(flat), where=varied)
    return normal
