"""XLA started early: compiling what a view needs, while its first files are still being read.

The thread that does it is an ordinary one, so that the interpreter does not go down beneath the
compiler; a process that ends meanwhile waits for that one program, about a second.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brevviz.errors import BrevvizError
from brevviz.images.strip import parts_of
from brevviz.images.view import plan
from brevviz.recipe import Augmentation, View

__all__ = ["compile_early"]

_lock = threading.Lock()
_started: set[tuple[object, ...]] = set()


def compile_early(
    view: View, augmentation: Augmentation | None, rows: int, *, packed: bool
) -> threading.Thread | None:
    """Compile the program for batches of a view, in the background.

    Parameters
    ----------
    augmentation : what changes the pictures; None: the plain view.
    rows : pictures a batch.
    packed : the working images come packed, as a generator gives them.

    Returns the thread; None where it was started before, or where sizes are known by the files
    alone.
    """
    if view.target_size is None or parts_of(view):
        return None
    source = plan(view, view.target_size).working
    if augmentation is not None:
        # A change of the user's own is a function of theirs: it is called for pictures only.
        augmentation = augmentation.model_copy(update={"own": {}})
    changes = augmentation and augmentation.model_dump_json()
    task = (source, view.target_size, changes, rows, packed)
    with _lock:
        if task in _started:
            return None
        _started.add(task)
    shape = (rows, *source) if packed else (rows, *source, 3)
    thread = threading.Thread(
        target=_compile,
        args=(np.zeros(shape, np.int32 if packed else np.uint8), augmentation, view.target_size),
        name="brevviz-compile",
    )
    thread.start()
    return thread


def _compile(
    working: NDArray[Any], augmentation: Augmentation | None, size: tuple[int, int]
) -> None:
    from brevviz.images.augment.change import changed  # noqa: PLC0415  # TensorFlow is loaded where pixels are drawn

    # What cannot be drawn is said where it is asked for.
    with suppress(BrevvizError):
        changed(working, np.zeros(len(working), np.uint64), augmentation, size)
