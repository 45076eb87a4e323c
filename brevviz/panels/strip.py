"""A few samples of train as small pictures, for what is kept where no kernel answers."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from brevviz.bucket import reader
from brevviz.errors import BucketError, ImageRejected
from brevviz.images import thumbnail
from brevviz.job import Job

__all__ = ["Thumb", "strip_of"]

MOST = 8
SIDE = 96
"""Longest side, pixels: about 3 kB each."""


class Thumb(NamedTuple):
    """jpeg : the picture. name : its class and file."""

    jpeg: bytes
    name: str


def strip_of(job: Job) -> tuple[Thumb, ...]:
    """Pictures of the first samples of train, class after class in turn; none if they are not split.

    Read once for each split; what cannot be read or shown is passed over.
    """
    assigned = job.ready("assigned")
    if assigned is None:
        return ()
    train = assigned[assigned["purpose"] == "train"]
    turn = train.groupby("folder", sort=True).cumcount()
    chosen = train.iloc[turn.to_numpy().argsort(kind="stable")[:MOST]]
    key = f"{job.recipe.slice_digest('view')} {'|'.join(chosen['path'] + chosen['etag'])}"
    return job.results.get("strip", key, lambda: _read(job, chosen))


def _read(job: Job, chosen: pd.DataFrame) -> tuple[Thumb, ...]:
    read = reader(job.samples)
    thumbs = []
    for path, etag, folder in zip(chosen["path"], chosen["etag"], chosen["folder"], strict=True):
        try:
            jpeg = thumbnail(read(path, etag), SIDE, job.recipe.view)
        except (BucketError, ImageRejected):
            continue
        thumbs.append(Thumb(jpeg, f"{folder}: {path.rpartition('/')[2]}"))
    return tuple(thumbs)
