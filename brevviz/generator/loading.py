"""Reading and preparing samples on threads: in order, some ahead, and the bad ones by name."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol, TypeGuard, TypeVar, runtime_checkable

import pandas as pd

from brevviz.bucket import reader
from brevviz.errors import ImageRejected, ObjectChanged, ObjectMissing, SamplingError
from brevviz.generator.report import Rejection
from brevviz.images import Loaded

__all__ = ["Knowing", "Loader", "Loading", "ahead", "loading_of"]

_T = TypeVar("_T")
_R = TypeVar("_R")

_READERS = 8
"""Threads: enough to hide the way to a bucket, few enough for its server."""
_KEEP_BYTES = 1 << 28
"""A quarter of a gibibyte, for loaders whose results are kept nowhere else."""
_AHEAD = 4 * _READERS
"""Images under way: a slow one does not let the other threads stand still."""


@runtime_checkable
class Loader(Protocol):
    """A map with a first stage: files are prepared before the batch is made, outside any graph."""

    path_key: str
    """The column that holds the file's address."""
    output_key: str
    """The stage's result is put into the batch as "_working:<output_key>"."""

    def load(self, data: bytes) -> Loaded:
        """Prepare one file. Raises ImageRejected when it cannot be shown right."""


@runtime_checkable
class Beside(Loader, Protocol):
    """A loader whose files belong to a picture, that the first loader prepares; some may be missing."""

    def load_beside(self, data: bytes | None, picture: Loaded) -> Loaded:
        """Prepare one file, or what stands for none, for a picture after its stage 1."""


class Knowing(Loader, Protocol):
    """A loader that finds by its content what it has made of a file before."""

    def known(self, content: str) -> Loaded | None:
        """The result for a file's SHA-256, or None."""


class Loading:
    """Loads one row of a frame for each loader; safe for threads.

    The content of each row that was loaded is remembered, and its working image found by that: in
    the table that all of this process share, or on the disk. Then nothing is read or decoded. What
    other loaders make is kept here, as long as there is room, and not the newest: epochs walk
    through all samples, and to throw the oldest out would be to throw out what comes next.

    Parameters
    ----------
    samples : the frame; its column `etag`, where there is one, says which version is meant.
    loaders : what to load.

    Raises SamplingError when a loader's column is missing.
    """

    def __init__(self, samples: pd.DataFrame, loaders: Iterable[Loader]) -> None:
        self.loaders = tuple(loaders)
        knowing = [loader for loader in self.loaders if _knows(loader)]
        self._knowing = knowing if len(knowing) == len(self.loaders) else []
        self._read = reader(samples)
        self._paths = {loader.path_key: _text(samples, loader.path_key) for loader in self.loaders}
        self._optional = {one.path_key for one in self.loaders[1:] if isinstance(one, Beside)}
        self._etags = _text(samples, "etag") if "etag" in samples.columns else None
        self._kept: dict[int, tuple[Loaded, ...]] = {}
        self._content: dict[int, tuple[str, ...]] = {}
        self._room = _KEEP_BYTES
        self._lock = threading.Lock()

    def __call__(self, row: int) -> tuple[Loaded, ...] | Rejection:
        """What the loaders make of a row, or why it is left out.

        Raises BucketError when the source itself cannot be read: that is not the image's fault.
        """
        known = self.known(row)
        if known is not None:
            return known
        path = ""
        try:
            files: dict[str, bytes] = {}
            for key in self._paths:
                path = self._path(key, row)
                if path or key not in self._optional:
                    # The ETag is that of `path`; of other columns' files none is known.
                    files[key] = self._read(path, self._etag(row) if key == "path" else None)
            done: list[Loaded] = []
            for loader in self.loaders:
                path = self._path(loader.path_key, row)
                done.append(_prepared(loader, files, done))
            loaded = tuple(done)
        except (ImageRejected, ObjectMissing, ObjectChanged) as error:
            return Rejection(path, f"{error.problem}. {error.hint}".rstrip(". "))
        self._keep(row, loaded)
        return loaded

    def known(self, row: int) -> tuple[Loaded, ...] | None:
        """What was made of a row before; None: it is to be loaded."""
        contents = self._content.get(row)
        if contents is None:
            return self._kept.get(row)
        found = []
        for loader, content in zip(self._knowing, contents, strict=True):
            image = loader.known(content)
            if image is None:
                return None
            found.append(image)
        return tuple(found)

    def _keep(self, row: int, loaded: tuple[Loaded, ...]) -> None:
        if self._knowing:
            self._content[row] = tuple(image.content for image in loaded)
            return
        size = sum(image.working.nbytes for image in loaded)
        with self._lock:
            if size <= self._room and row not in self._kept:
                self._room -= size
                self._kept[row] = loaded

    def _path(self, key: str, row: int) -> str:
        return str(self._paths[key].iloc[row])

    def _etag(self, row: int) -> str | None:
        return None if self._etags is None else str(self._etags.iloc[row]) or None


def loading_of(
    samples: pd.DataFrame, maps: Iterable[object], known: Loading | None
) -> Loading | None:
    """The loading that some maps need: the known one if it is that, None if none of them loads."""
    loaders = tuple(function for function in maps if isinstance(function, Loader))
    if known is not None and known.loaders == loaders:
        return known
    return Loading(samples, loaders) if loaders else None


def _prepared(loader: Loader, files: dict[str, bytes], before: list[Loaded]) -> Loaded:
    if before and isinstance(loader, Beside):
        return loader.load_beside(files.get(loader.path_key), before[0])
    return loader.load(files[loader.path_key])


def _knows(loader: Loader) -> TypeGuard[Knowing]:
    """Does it have `known`, of the same class as `load`? An inherited one tells of another load."""
    for kind in type(loader).__mro__:
        own = {"load", "known"} & vars(kind).keys()
        if own:
            return len(own) == 2
    return False


def _text(samples: pd.DataFrame, name: str) -> pd.Series[str]:
    if name not in samples.columns:
        raise SamplingError(
            "samples",
            f"have no column {name!r} to load images from",
            f"Columns are {', '.join(map(str, samples.columns))}",
        )
    return samples[name].fillna("")


def ahead(
    work: Callable[[_T], _R], tasks: Iterable[_T], stopped: threading.Event
) -> Iterator[tuple[_T, _R]]:
    """Do tasks on threads, a few ahead, and give each with its result, in order."""
    waiting: deque[tuple[_T, Future[_R]]] = deque()
    pool = ThreadPoolExecutor(_READERS, thread_name_prefix="brevviz-load")
    remaining = iter(tasks)
    try:
        while not stopped.is_set():
            while len(waiting) < _AHEAD:
                try:
                    task = next(remaining)
                except StopIteration:
                    break
                try:
                    waiting.append((task, pool.submit(work, task)))
                except RuntimeError:  # all that submit raises: the interpreter is going down
                    return
            if not waiting:
                return
            task, future = waiting.popleft()
            yield task, future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
