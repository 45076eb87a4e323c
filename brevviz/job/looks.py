"""Looking at every image once: can it be read, how large is it, what is it."""

from __future__ import annotations

from collections.abc import MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from brevviz.bucket import Origin
from brevviz.cluster import Cluster, Here
from brevviz.errors import BrevvizError, ImageRejected
from brevviz.images import ImagePipeline, probe, thumbnail
from brevviz.progress import Report, quiet
from brevviz.recipe import View

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Look", "look_at"]

_READERS = 4
_SLICE = 32


@dataclass(frozen=True, slots=True)
class Look:
    """What one image is.

    problem : why training rejects it; empty: it does not. kind : format, depth and what is
    unusual, such as "PNG, 8 bit, palette". size : (height, width) upright, pixels; (0, 0) where it
    is not known. content : SHA-256 of the bytes; empty where they could not be read.
    """

    problem: str = ""
    kind: str = ""
    size: tuple[int, int] = (0, 0)
    content: str = ""


def look_at(
    samples: pd.DataFrame,
    view: View,
    known: MutableMapping[str, Look],
    report: Report = quiet,
    *,
    cluster: Cluster | None = None,
    thumbnails: int = 0,
) -> None:
    """Read and decode, guarded, what is not known yet; stopped half-way, what was seen is kept.

    Parameters
    ----------
    samples : rows of a job's samples. view : what training makes of them.
    known : ETag → look; filled.
    report : told of progress; may raise Cancelled.
    cluster : whose workers look; None: threads of this process.
    thumbnails : also make those of this side, pixels, for the caches of the machines that look;
        0: none.
    """
    pairs = zip(samples["path"], samples["etag"], strict=True)
    unknown = {etag: (path, etag) for path, etag in pairs if etag not in known}
    work = _Work(Origin.of(samples), view, thumbnails)
    looks = (cluster or Here()).each(
        look_at_some, work, list(unknown.values()), _SLICE, what="images looked at", report=report
    )
    for etag, look in zip(unknown, looks, strict=True):
        known[etag] = look


@dataclass(frozen=True)
class _Work:
    """What every worker needs."""

    origin: Origin
    view: View
    thumbnails: int


def look_at_some(work: _Work, samples: list[tuple[str, str]]) -> list[Look]:
    """Look at some samples, each a path and an ETag, in a worker."""
    read = work.origin.reader()
    pipeline = ImagePipeline.of(work.view)

    def look(sample: tuple[str, str]) -> Look:
        path, etag = sample
        try:
            data = read(path, etag)
            header = probe(data, work.view.max_pixels, path)
            loaded = pipeline.load(data, path)
        except BrevvizError as error:
            return Look(error.problem)
        if work.thumbnails:
            with suppress(ImageRejected):  # the gallery will say so; training takes it
                thumbnail(data, work.thumbnails, work.view, path)
        height, width, _ = loaded.file_shape
        kind = ", ".join((header.format, f"{header.bits} bit", *loaded.notes))
        return Look("", kind, (height, width), loaded.content)

    with ThreadPoolExecutor(_READERS) as pool:
        return list(pool.map(look, samples))
