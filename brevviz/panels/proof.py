"""The proof that pictures repeat: rows, marks, and a sentence; what differs, if anything does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brevviz.images import sprite
from brevviz.job import Preview
from brevviz.job.difference import Difference, differences

__all__ = ["CHOSEN", "DRAWS", "REPEATS", "Proof", "ProofRow", "prove"]

DRAWS, CHOSEN, REPEATS = "draws", "chosen", "one image"
"""What can be looked at."""

REPEATED, REORDERED = "repeated", "repeated in another order and batch"


@dataclass(frozen=True)
class ProofRow:
    """One row of the grid.

    label : what it shows. pictures : uint8 (pictures, height, width, channels).
    marks : "equal", "different" or "" for each picture, or none. digests : a short text for each.
    """

    label: str
    pictures: NDArray[np.uint8]
    marks: Sequence[str] = ()
    digests: Sequence[str] = ()


@dataclass(frozen=True)
class Proof:
    """Rows under columns, and what they prove in a sentence or two.

    exact : a picture differs, so that every pixel must be seen as it is.
    """

    rows: tuple[ProofRow, ...]
    columns: tuple[str, ...]
    verdict: str
    exact: bool

    def picture(self) -> bytes:
        """All tiles as one JPEG, or as a PNG where single pixels matter."""
        pictures = np.concatenate([row.pictures for row in self.rows])
        return sprite(pictures, columns=len(self.columns), lossless=self.exact)


def prove(result: Preview, what: str, start: int) -> Proof:
    """Compare the repeated pictures of a preview with the augmented ones.

    Parameters
    ----------
    what, start : what is looked at, and the place of the first picture.
    """
    names = [
        f"{folder}/{path.rpartition('/')[2]}"
        for folder, path in zip(result.samples["folder"], result.samples["path"], strict=True)
    ]
    number = len(names)
    apart: list[Difference | None] = [None] * number
    if not all(result.equal):
        apart = list(differences(result.augmented, (result.repeated, result.reordered)))
    rows = [
        ProofRow("original", result.original),
        ProofRow("augmented", result.augmented, digests=_short(result.augmented_digests)),
        _again(REPEATED, result.repeated, result.augmented_digests, result.repeated_digests),
        _again(REORDERED, result.reordered, result.augmented_digests, result.reordered_digests),
    ]
    if any(apart):
        rows.append(_difference_row(apart, result.augmented))
    equal = f"{sum(result.equal)} of {number} repeated pictures are equal to the augmented ones"
    said = [f"{equal}, bit for bit (SHA-256).", _place(what, names, start)]
    said += [f"{names[i]}: {found}." for i, found in enumerate(apart) if found][:3]
    columns = [f"repeat {start + i + 1:,}" for i in range(number)] if what == REPEATS else names
    return Proof(tuple(rows), tuple(columns), " ".join(said), exact=any(apart))


def _again(
    label: str, pictures: NDArray[np.uint8], first: Sequence[str], again: Sequence[str]
) -> ProofRow:
    marks = ["equal" if a == b else "different" for a, b in zip(first, again, strict=True)]
    return ProofRow(label, pictures, marks, _short(again))


def _difference_row(apart: Sequence[Difference | None], like: NDArray[np.uint8]) -> ProofRow:
    """Where they differ, as bright as can be; black where they do not."""
    pictures = np.zeros_like(like)
    for place, found in enumerate(apart):
        if found is not None:
            pictures[place] = found.picture
    said = ["" if found is None else f"{found.pixels:,} px, x {found.amplified}" for found in apart]
    return ProofRow("difference, amplified", pictures, digests=said)


def _short(digests: Sequence[str]) -> list[str]:
    return [digest[:8] for digest in digests]


def _place(what: str, names: Sequence[str], start: int) -> str:
    numbers = f"{start + 1:,} to {start + len(names):,}"
    if what == REPEATS:
        return f"Repeats {numbers} of {names[0]}."
    if what == CHOSEN:
        return f"Chosen samples {numbers}."
    return f"Draws {numbers} of epoch 1."
