"""Run the linear-time engine in slices, and stop a pattern that is linear and slow all the same."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import pyarrow as pa

from brevviz.errors import PatternError
from brevviz.progress import Report, quiet
from brevviz.words import quoted

__all__ = ["within_budget"]

_FIRST, _LARGEST = 4, 16_384
"""Paths in a slice. A repeat bomb can take 50 ms a path, so the first slices are small."""
_SLICE_TIME = 0.05
_WORTH_A_THREAD = 4096
"""Paths in a slice from which on several are searched side by side: Arrow lets go of the GIL."""
_START = 0.2
_PER_BYTE = 8e-8
"""CPU seconds allowed. Sound patterns need 2e-9 to 1.4e-8 a byte, bombs 4e-7 and far more."""


def within_budget(
    paths: pa.ChunkedArray,
    pattern: str,
    where: str,
    run: Callable[[pa.Array], pa.Array],
    *,
    what: str = "paths",
    report: Report = quiet,
) -> Iterator[pa.Array]:
    """Apply `run`, which searches for a pattern, to slices of the paths, in order.

    Parameters
    ----------
    pattern, where : the pattern as the user wrote it and the setting, for the error.
    what, report : told between two slices under this name; may raise Cancelled.

    Raises PatternError when the CPU time used is more than the length of the paths allows.
    """
    allowed = _START + _PER_BYTE * paths.nbytes
    size, done, used = _FIRST, 0, 0.0
    for chunk in paths.chunks:
        start = 0
        while start < len(chunk):
            report(what, done, len(paths))
            if used > allowed:
                raise PatternError(
                    where,
                    f"{quoted(pattern)} takes too long: {done:,} of {len(paths):,} paths "
                    f"took {used:.1f} s",
                    "Write it with fewer counted repeats: [^/]+ in place of .{1,300}",
                )
            end = min(len(chunk), start + size * (_lanes() if size >= _WORTH_A_THREAD else 1))
            pieces = [chunk.slice(at, min(size, end - at)) for at in range(start, end, size)]
            longest = 0.0
            for result, spent in _side_by_side(run, pieces):
                yield result
                used, longest = used + spent, max(longest, spent)
            start, done = end, done + end - start
            faster = min(4.0, _SLICE_TIME / max(longest, 1e-9))
            size = int(min(_LARGEST, max(_FIRST, size * faster)))


def _lanes() -> int:
    return min(4, os.cpu_count() or 1)


@lru_cache(maxsize=1)
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_lanes(), thread_name_prefix="brevviz-search")


os.register_at_fork(after_in_child=_pool.cache_clear)  # its threads are the parent's


def _side_by_side(
    run: Callable[[pa.Array], pa.Array], pieces: list[pa.Array]
) -> Iterator[tuple[pa.Array, float]]:
    """The result of each piece and the CPU seconds that it took, in order."""

    def timed(piece: pa.Array) -> tuple[pa.Array, float]:
        begun = time.thread_time()
        result = run(piece)
        return result, time.thread_time() - begun

    if len(pieces) == 1:
        return map(timed, pieces)
    try:
        return _pool().map(timed, pieces)
    except RuntimeError:  # the process ends, and no thread begins any more; results come later
        return map(timed, pieces)
