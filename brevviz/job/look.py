"""Which pictures a preview shows: the next draws, chosen samples, or one image again and again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from brevviz.errors import NoImages

if TYPE_CHECKING:
    import pandas as pd

    from brevviz.job.job import Job

__all__ = ["Look", "looked_at"]


@dataclass(frozen=True)
class Look:
    """What to look at.

    count, start : how many pictures, and the place of the first: in epoch 0, among the chosen
        samples, or among the repeats of one image.
    purpose : whose draws; chosen samples are shown whatever their purpose is.
    paths : chosen samples, the column `path`; empty: the draws.
    repeats : the first of them again and again: what augmentation makes of one image.
    """

    count: int = 8
    start: int = 0
    purpose: str = "train"
    paths: tuple[str, ...] = ()
    repeats: bool = False


def looked_at(job: Job, look: Look) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """The samples to show, and how often each was drawn before: int64 (samples,).

    Raises NoImages when none of the chosen samples is there (any more); Sealed when a picture of
    test is among them before `unseal`.
    """
    stop = look.start + look.count
    if look.paths:
        frame = _chosen(job, look.paths[:1] if look.repeats else look.paths[look.start : stop])
        repeat = np.zeros(len(frame), np.int64)
    else:
        samples = job.shown_samples_of(look.purpose)
        first, last = (0, 1) if look.repeats else (look.start, stop)
        draws = job.sampler(look.purpose).order(samples).draws(0, first, last)
        frame, repeat = samples.iloc[draws.index], draws.repeat
    if look.repeats:
        frame = frame.iloc[np.zeros(look.count, np.int64)]
        repeat = np.arange(look.start, stop)
    return frame, repeat


def _chosen(job: Job, paths: tuple[str, ...]) -> pd.DataFrame:
    samples = job.assigned
    frame = samples[samples["path"].isin(paths)]
    place = {path: number for number, path in enumerate(paths)}
    frame = frame.iloc[np.argsort(frame["path"].map(place).to_numpy(), kind="stable")]
    if frame.empty:
        raise NoImages(
            "the chosen samples", "are not among the samples", "Choose others in Samples"
        )
    hidden = sum(job.hides(purpose) for purpose in frame["purpose"])
    if hidden:
        raise job.seal.refuse(hidden)
    return frame
