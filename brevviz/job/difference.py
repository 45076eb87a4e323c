"""Where two pictures that should be the same are not: what a preview shows of a failed repeat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Difference", "difference", "differences"]


@dataclass(frozen=True)
class Difference:
    """How one picture differs from the one that it repeats.

    picture : uint8 (height, width, channels), |a - b| times `amplified`.
    amplified : the whole number that brings the largest difference nearest to 255.
    pixels, of : how many pixels differ in any channel, and how many there are.
    first : (row, column) of the first of them, counted from 0, row by row.
    most : the largest difference, grey levels.
    """

    picture: NDArray[np.uint8]
    amplified: int
    pixels: int
    of: int
    first: tuple[int, int]
    most: int

    def __str__(self) -> str:
        row, column = self.first
        return (
            f"{self.pixels:,} of {self.of:,} pixels differ, by {self.most} of 255 at most; "
            f"the first at row {row}, column {column}"
        )


def difference(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> Difference | None:
    """The difference of two pictures, uint8 (height, width, channels); None when they are equal."""
    apart = np.abs(one.astype(np.int16) - other)
    differ = apart.any(axis=2)
    if not differ.any():
        return None
    most = int(apart.max())
    amplified = 255 // most
    row, column = np.unravel_index(int(differ.argmax()), differ.shape)
    return Difference(
        picture=(apart * amplified).astype(np.uint8),
        amplified=amplified,
        pixels=int(differ.sum()),
        of=differ.size,
        first=(int(row), int(column)),
        most=most,
    )


def differences(
    first: NDArray[np.uint8], again: Sequence[NDArray[np.uint8]]
) -> Iterator[Difference | None]:
    """For each picture, how the first of its repeats that differs does; None when none does.

    Parameters
    ----------
    first, again : uint8 (pictures, height, width, channels) each.
    """
    for number, picture in enumerate(first):
        found = (difference(picture, pictures[number]) for pictures in again)
        yield next(filter(None, found), None)
