"""Splits that others keep as numbers of rows, such as scikit-learn's, as locked assignments."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from brevviz.errors import EvidenceError
from brevviz.recipe import PURPOSES

__all__ = ["read_indices"]

_MOST_BYTES = 2**30


def read_indices(files: Mapping[str, str | Path], samples: pd.DataFrame) -> pd.DataFrame:
    """The samples with the purposes that files of row numbers give them.

    `SampleSplit.assign` keeps them and divides the rest. (brevettiai's `etag,purpose` CSV is read
    by `brevviz.split.read_assignment`.)

    Parameters
    ----------
    files : purpose → a `.npy` file, an array of a `.npz` file as `file.npz:name`, or a text file
        with one number a line. Numbers count the samples from 0, in the order of the frame.
    samples : as `Dataset.get_image_samples` gives them; not changed.

    Raises EvidenceError for what cannot be read, for numbers of no sample, and for a sample that
    has two purposes.
    """
    purposes = np.full(len(samples), None, object)
    for purpose, file in files.items():
        if purpose not in PURPOSES:
            raise EvidenceError(str(file), f"{purpose!r} is not one of {', '.join(PURPOSES)}")
        rows = _numbers(str(file))
        outside = rows[(rows < 0) | (rows >= len(samples))]
        if len(outside):
            raise EvidenceError(
                str(file), f"{outside[0]} is the number of no sample; 0..{len(samples) - 1} are"
            )
        twice = [row for row in rows.tolist() if purposes[row] not in {None, purpose}]
        if twice:
            raise EvidenceError(
                str(file),
                f"sample {twice[0]} is {purpose} here, and {purposes[twice[0]]} elsewhere",
            )
        purposes[rows] = purpose
    return samples.assign(purpose=pd.Series(purposes, index=samples.index, dtype="str"))


def _numbers(file: str) -> npt.NDArray[np.int64]:
    path, _, name = file.partition(".npz:")
    found: Any
    try:
        if name:
            with np.load(f"{path}.npz", allow_pickle=False) as arrays:
                found = arrays[name]
        elif file.endswith(".npy"):
            found = np.load(file, allow_pickle=False)
        else:
            found = [int(line) for line in _lines(Path(file))]
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise EvidenceError(file, f"cannot be read as numbers of rows: {error}") from None
    array = np.asarray(found)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise EvidenceError(
            file, f"holds {array.dtype} {array.shape}; a row of whole numbers is read"
        )
    return array.astype(np.int64)


def _lines(path: Path) -> list[str]:
    if path.stat().st_size > _MOST_BYTES:
        raise ValueError(f"more than {_MOST_BYTES} bytes")
    return [line for line in path.read_text("ascii").splitlines() if line.strip()]
