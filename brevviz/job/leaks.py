"""Leaks of a job: what stands on both sides of its split, looked for in the pictures themselves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from brevviz.bucket import Origin
from brevviz.cluster import Here
from brevviz.errors import BucketError, ImageRejected, Sealed
from brevviz.images import SIDE, Likeness, likeness
from brevviz.split import Leaks, difference, find_leaks, tied_keys

if TYPE_CHECKING:
    import pandas as pd

    from brevviz.job.job import Job
    from brevviz.recipe import View

__all__ = ["Found", "Mended", "leaks", "mend"]

_READERS = 8
_SLICE = 64
_ROUNDS = 20

_Look = Likeness | BucketError | ImageRejected | Sealed
_Looks = list[_Look]


@dataclass(frozen=True)
class Found:
    """leaks : the pairs across purposes; row numbers are those of `Job.assigned`. unread : path
    and reason of each file whose picture could not be compared. sealed : how many pictures of the
    test set were left alone; of these only items and bytes were compared.
    """

    leaks: Leaks
    unread: tuple[tuple[str, str], ...]
    sealed: int = 0


@dataclass(frozen=True)
class Mended:
    """before : what was found. job : the job whose recipe ties each pair. after : what is found
    there. moved : who moved between the two, as `difference` tells.
    """

    before: Found
    job: Job
    after: Found
    moved: pd.DataFrame


def leaks(job: Job, *, pictures: bool) -> Found:
    """Look for pairs across purposes; `pictures` reads and decodes every file."""
    return _compare(job, _look(job) if pictures else None)


def mend(job: Job, *, pictures: bool) -> Mended:
    """Look for leaks, and tie pairs in `split.tied` until none is left.

    A merged item may go where a third copy is on the other side, which no pair showed before:
    so what is tied is looked at again. Each round ties something new.
    """
    looks = _look(job) if pictures else None
    before = after = _compare(job, looks)
    mended = job
    for _ in range(_ROUNDS):
        if after.leaks.clean:
            break
        split = mended.recipe.split
        tied = tied_keys(mended.assigned, after.leaks, split.tied, mended.plan.item_of_row)
        mended = mended.with_recipe(mended.recipe.with_value("split.tied", tied))
        after = _compare(mended, looks)
    moved = difference(job.assigned, mended.assigned, mended.plan)
    return Mended(before, mended, after, moved)


def _compare(job: Job, looks: _Looks | None) -> Found:
    samples, items = job.assigned, job.plan.item_of_row
    if looks is None:
        return Found(find_leaks(samples, items, report=job.report), ())
    nothing = np.zeros((SIDE, SIDE), np.uint8)
    seen = [look if isinstance(look, Likeness) else None for look in looks]
    found = find_leaks(
        samples,
        items,
        pixels=[None if look is None else look.pixels for look in seen],
        thumbnails=np.array([nothing if look is None else look.grey for look in seen]),
        small=np.array([look is not None and look.small for look in seen], np.bool_),
        seen=np.array([look is not None for look in seen], np.bool_),
        report=job.report,
    )
    unread = tuple(
        (path, str(look))
        for path, look in zip(samples["path"], looks, strict=True)
        if not isinstance(look, Likeness | Sealed)
    )
    return Found(found, unread, sum(isinstance(look, Sealed) for look in looks))


def _look(job: Job) -> _Looks:
    """One look a sample; those of a sealed test set are not read."""
    samples = job.assigned
    sealed = job.seal.refuse(int((samples["purpose"] == "test").sum())) if job.sealed else None
    hidden = ((samples["purpose"] == "test") & (sealed is not None)).to_numpy(np.bool_)
    seen = samples[~hidden]
    pairs = list(zip(seen["path"], seen["etag"], strict=True))
    work = _Work(Origin.of(samples), job.recipe.view)
    looks = (job.cluster or Here()).each(
        compare_some, work, pairs, _SLICE, what="pictures compared", report=job.report
    )
    return [sealed if sealed is not None and hide else next(looks) for hide in hidden]


@dataclass(frozen=True)
class _Work:
    """What every worker needs."""

    origin: Origin
    view: View


def compare_some(work: _Work, samples: list[tuple[str, str]]) -> list[_Look]:
    """What some samples, each a path and an ETag, are compared by; in a worker."""
    read = work.origin.reader()

    def one(sample: tuple[str, str]) -> _Look:
        path, etag = sample
        try:
            return likeness(read(path, etag), work.view, path)
        except (BucketError, ImageRejected) as error:
            return error

    with ThreadPoolExecutor(_READERS) as pool:
        return list(pool.map(one, samples))
