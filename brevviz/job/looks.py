"""Looking at every image once: can it be read, how large is it, what is it."""

from __future__ import annotations

from collections.abc import MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from brevviz.bucket import reader
from brevviz.errors import BrevvizError
from brevviz.images import ImagePipeline, probe
from brevviz.progress import Report, quiet
from brevviz.recipe import View

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Look", "look_at"]

_READERS = 4
_TOLD_EVERY = 32


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
    samples: pd.DataFrame, view: View, known: MutableMapping[str, Look], report: Report = quiet
) -> None:
    """Read and decode, guarded, what is not known yet; stopped half-way, what was seen is kept.

    Parameters
    ----------
    samples : rows of a job's samples. view : what training makes of them.
    known : ETag → look; filled.
    report : told of progress; may raise Cancelled.
    """
    read = reader(samples)
    pipeline = ImagePipeline.of(view)

    def look(path: str, etag: str) -> Look:
        try:
            data = read(path, etag)
        except BrevvizError as error:
            return Look(error.problem)
        try:
            header = probe(data, view.max_pixels, path)
            loaded = pipeline.load(data, path)
        except BrevvizError as error:
            return Look(error.problem)
        height, width, _ = loaded.file_shape
        kind = ", ".join((header.format, f"{header.bits} bit", *loaded.notes))
        return Look("", kind, (height, width), loaded.content)

    pairs = zip(samples["path"], samples["etag"], strict=True)
    unknown = {etag: path for path, etag in pairs if etag not in known}
    done, total = len(samples) - len(unknown), len(samples)
    with ThreadPoolExecutor(_READERS) as pool:
        etags = list(unknown)
        for start in range(0, len(etags), _TOLD_EVERY):
            report("images looked at", done + start, total)
            some = etags[start : start + _TOLD_EVERY]
            looks = pool.map(look, (unknown[etag] for etag in some), some)
            known.update(zip(some, looks, strict=True))
