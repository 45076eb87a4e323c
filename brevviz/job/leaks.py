"""Leaks of a job: what stands on both sides of its split, looked for in the pictures themselves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from brevviz.bucket import reader
from brevviz.errors import BucketError, ImageRejected
from brevviz.images import SIDE, Likeness, likeness
from brevviz.split import Leaks, find_leaks

if TYPE_CHECKING:
    from brevviz.job.job import Job

__all__ = ["Found", "leaks"]

_READERS = 8
_TOLD_EVERY = 16


@dataclass(frozen=True)
class Found:
    """leaks : the pairs across purposes. unread : path and reason of each file that could not be
    compared; the pairs say nothing about those.
    """

    leaks: Leaks
    unread: tuple[tuple[str, str], ...]


def leaks(job: Job, *, pictures: bool) -> Found:
    """Look for pairs across purposes; `pictures` reads and decodes every file."""
    samples = job.assigned
    items = job.plan.item_of_row
    if not pictures:
        return Found(find_leaks(samples, items, report=job.report), ())
    looks = _look(job)
    seen = [look for look in looks if isinstance(look, Likeness)]
    # What could not be read is left out of the comparison, and named.
    rows = np.array([isinstance(look, Likeness) for look in looks])
    found = find_leaks(
        samples[rows],
        items[rows],
        pixels=[look.pixels for look in seen],
        thumbnails=np.array([look.grey for look in seen], np.uint8).reshape(-1, SIDE, SIDE),
        small=np.array([look.small for look in seen], np.bool_),
        report=job.report,
    )
    unread = tuple(
        (path, str(look))
        for path, look in zip(samples["path"], looks, strict=True)
        if not isinstance(look, Likeness)
    )
    return Found(found, unread)


def _look(job: Job) -> list[Likeness | BucketError | ImageRejected]:
    samples = job.assigned
    read = reader(samples)
    view = job.recipe.view

    def one(path: str, etag: str) -> Likeness | BucketError | ImageRejected:
        try:
            return likeness(read(path, etag), view, path)
        except (BucketError, ImageRejected) as error:
            return error

    looks = []
    with ThreadPoolExecutor(_READERS) as pool:
        for look in pool.map(one, samples["path"], samples["etag"]):
            looks.append(look)
            if len(looks) % _TOLD_EVERY == 0:
                job.report("pictures compared", len(looks), len(samples))
    return looks
