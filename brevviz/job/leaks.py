"""Leaks of a job: what stands on both sides of its split, looked for in the pictures themselves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from brevviz.bucket import reader
from brevviz.errors import BucketError, ImageRejected, Sealed
from brevviz.images import SIDE, Likeness, likeness
from brevviz.split import Leaks, difference, find_leaks, tied_keys

if TYPE_CHECKING:
    import pandas as pd

    from brevviz.job.job import Job

__all__ = ["Found", "Mended", "leaks", "mend"]

_READERS = 8
_TOLD_EVERY = 16
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
    samples = job.assigned
    read = reader(samples)
    view = job.recipe.view
    sealed = job.seal.refuse(int((samples["purpose"] == "test").sum())) if job.sealed else None

    def one(path: str, etag: str, purpose: str) -> _Look:
        if sealed is not None and purpose == "test":
            return sealed
        try:
            return likeness(read(path, etag), view, path)
        except (BucketError, ImageRejected) as error:
            return error

    looks: _Looks = []
    with ThreadPoolExecutor(_READERS) as pool:
        for look in pool.map(one, samples["path"], samples["etag"], samples["purpose"]):
            looks.append(look)
            if len(looks) % _TOLD_EVERY == 0:
                job.report("pictures compared", len(looks), len(samples))
    return looks
