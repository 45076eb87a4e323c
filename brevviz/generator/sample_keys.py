"""The random key of each sample: a function of what it is and how often it was drawn before."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from brevviz.bucket import ATTRIBUTE
from brevviz.hashing import G, mix
from brevviz.images import image_keys

__all__ = ["SampleKeys"]

_Rows = npt.NDArray[np.int64]


class SampleKeys:
    """Keys for the samples of a frame.

    A sample is known by its content where it was loaded, else by its path inside its source: so
    that one set gives the same keys from a folder and from a bucket; else by its row.

    Parameters
    ----------
    samples : the frame.
    seed : int or text.
    """

    def __init__(self, samples: pd.DataFrame, seed: int | str) -> None:
        self._samples = samples
        self._seed = seed

    def of(
        self, rows: _Rows, repeats: _Rows, content: Sequence[str] | None, number: int = 0
    ) -> npt.NDArray[np.int64]:
        """The keys of some draws, for the map with this number among those that want keys.

        Parameters
        ----------
        rows, repeats : int64 (n,).
        content : SHA-256 of each sample's file, hex; None: nothing was loaded.

        Returns int64 (n,): the 64 bits of `images.image_keys`, for number 0; other bits for
        another number, so that two maps do not move together.
        """
        names = self._names(rows) if content is None else content
        keys = image_keys(names, self._seed, repeats)
        if number:
            keys = mix(keys + np.uint64(number * G % 2**64))
        return keys.view(np.int64)

    def _names(self, rows: _Rows) -> list[str]:
        if "path" not in self._samples.columns:
            return [str(row) for row in rows]
        paths = self._samples["path"].iloc[rows].astype(str)
        roots = self._samples["bucket"].iloc[rows] if "bucket" in self._samples.columns else None
        if roots is None:
            access = self._samples.attrs.get(ATTRIBUTE) or {}
            return [_inside(path, str(access.get("uri", ""))) for path in paths]
        return [_inside(path, str(root)) for path, root in zip(paths, roots, strict=True)]


def _inside(path: str, root: str) -> str:
    whole = root.rstrip("/") + "/"
    return path.removeprefix(whole) if root else path
