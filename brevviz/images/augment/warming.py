"""Compiling ahead: a change that is switched on is then shown at once, not a second later."""

from __future__ import annotations

import threading

import numpy as np

from brevviz.hashing import mix
from brevviz.images.augment.apply import SEEN, Sizes, apply
from brevviz.images.augment.beside import draw_beside
from brevviz.images.augment.params import draw
from brevviz.images.augment.ranges import Ranges

__all__ = ["warm"]

_CHANGES = (
    Ranges(),
    Ranges(blur=1.0),
    Ranges(elastic=0.1),
    Ranges(emboss=0.5),
    Ranges(speckle=0.1),
)
_warmed: set[Sizes] = set()
_lock = threading.Lock()


def warm() -> threading.Thread | None:
    """Compile every cluster for the sizes that were rendered, on a thread of its own.

    Returns the thread, or None when nothing is new.
    """
    with _lock:
        new = sorted(SEEN - _warmed)
        _warmed.update(new)
    if not new:
        return None
    # Not a daemon: one that is inside XLA when the interpreter goes down takes it along.
    thread = threading.Thread(target=_compile, args=(new,), name="brevviz-warm")
    thread.start()
    return thread


def _compile(new: list[Sizes]) -> None:
    for within in _CHANGES:
        for sizes in new:
            if not threading.main_thread().is_alive():
                return  # the process ends: it waits for no more than the cluster under way
            source, target, rows, is_packed = sizes
            keys = mix(np.arange(rows, dtype=np.uint64))
            shape = (rows, *source) if is_packed else (rows, *source, 3)
            working = np.zeros(shape, np.int32 if is_packed else np.uint8)
            parameters = draw(keys, within, source, target)
            apply(working, parameters, target, draw_beside(keys, within, source))
