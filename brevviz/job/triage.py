"""What in a set deserves a second look: images that cannot be read, odd ones, exact copies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from brevviz.job.looks import Look

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["Findings", "find"]


@dataclass(frozen=True)
class Findings:
    """Rows of a frame of samples, and why.

    unreadable : row → why training rejects it.
    odd : row → how it differs from most.
    copies : row → the row of the first with the same bytes, in order of keys.
    looked : number of rows that were looked at; unreadable and odd ones are of these.
    """

    unreadable: Mapping[int, str] = field(default_factory=dict)
    odd: Mapping[int, str] = field(default_factory=dict)
    copies: Mapping[int, int] = field(default_factory=dict)
    looked: int = 0


def find(samples: pd.DataFrame, looks: Mapping[str, Look]) -> Findings:
    """Look for what is unlike the rest.

    Parameters
    ----------
    samples : rows of a job's samples. looks : ETag → what the image is, as far as it is known.

    An image is odd when its size or kind is not that of more than half of those looked at; where
    no size has more than half, sizes differ by nature and none is odd. Copies are found by ETag,
    which is the MD5 of a file or of an object put in one part, and by SHA-256 where it is known.
    """
    etags, first, again = _copies_by_etag(samples)
    seen = [(code, looks[etag]) for code, etag in enumerate(etags) if etag in looks]
    own = _rows_of_each(first) if seen else []
    bad = {int(row): look.problem for code, look in seen if look.problem for row in own[code]}
    good = [(code, look) for code, look in seen if not look.problem]
    odd: dict[int, str] = {}
    for name in ("size", "kind"):
        odd = _odd(good, own, name, odd)
    copies = dict(zip(again.tolist(), first[again].tolist(), strict=True))
    copies |= _copies_by_content(good, own)
    return Findings(
        unreadable=dict(sorted(bad.items())),
        odd=dict(sorted(odd.items())),
        copies=dict(sorted(copies.items())),
        looked=sum(len(own[code]) for code, _ in seen),
    )


def _copies_by_etag(
    samples: pd.DataFrame,
) -> tuple[list[str], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The distinct ETags, each row's first row of its ETag, and the rows that are not first."""
    codes, etags = pd.factorize(samples["etag"])
    first_of_code = np.full(len(etags), -1, np.int64)
    # Written backwards, so that the first row of each stands at last.
    first_of_code[codes[::-1]] = np.arange(len(codes))[::-1]
    first = first_of_code[codes]
    return etags.tolist(), first, np.flatnonzero(first != np.arange(len(codes)))


def _rows_of_each(first: npt.NDArray[np.int64]) -> list[npt.NDArray[np.int64]]:
    """The rows of each distinct ETag, in the order in which they first come."""
    order = np.argsort(first, kind="stable")
    starts = np.flatnonzero(np.diff(first[order], prepend=-1))
    return np.split(order, starts[1:])


def _odd(
    good: list[tuple[int, Look]],
    own: Sequence[npt.NDArray[np.int64]],
    name: str,
    odd: dict[int, str],
) -> dict[int, str]:
    counts: Counter[object] = Counter()
    for code, look in good:
        counts[getattr(look, name)] += len(own[code])
    if len(counts) < 2:
        return odd
    (usual, number), *_ = counts.most_common()
    if 2 * number <= counts.total():
        return odd
    told = dict(odd)
    for code, look in good:
        value = getattr(look, name)
        if value != usual:
            said = f"{_words(value)}, most are {_words(usual)}"
            for row in own[code].tolist():
                told[row] = f"{told[row]}; {said}" if row in told else said
    return told


def _words(value: object) -> str:
    """A size as width x height, as people say it; a kind as it is."""
    return f"{value[1]} x {value[0]}" if isinstance(value, tuple) else str(value)


def _copies_by_content(
    good: list[tuple[int, Look]], own: Sequence[npt.NDArray[np.int64]]
) -> dict[int, int]:
    """Copies that ETags do not show: of objects that were put in several parts."""
    copies: dict[int, int] = {}
    by_content: dict[str, list[int]] = {}
    for code, look in good:
        by_content.setdefault(look.content, []).append(code)
    for codes in by_content.values():
        if len(codes) > 1:
            first, *rest = sorted(int(row) for code in codes for row in own[code])
            copies |= dict.fromkeys(rest, first)
    return copies
