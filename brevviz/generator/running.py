"""Running feeds, stopped before the interpreter ends.

TensorFlow asks a Python generator for its next batch from threads of its own. One that waits
for the interpreter while that one goes down never comes back, and the process hangs: so every
running feed is ended first, and TensorFlow's iterators are taken down, while Python still
answers.
"""

from __future__ import annotations

import atexit
import gc
import sys
import threading
import weakref
from collections.abc import Iterator

from brevviz.generator.feed import Batch, Feed

__all__ = ["Running"]

_PATIENCE = 0.2
"""Seconds, for all feeds together, that the end of the process waits for the last answers."""


class Running(Iterator[Batch]):
    """One pass over a feed, that can be ended from another thread."""

    def __init__(self, feed: Feed) -> None:
        self._stopped = threading.Event()
        self._told = threading.Event()
        self._batches = feed.batches(self._stopped)
        self._lock = threading.Lock()
        _running.add(self)

    def __next__(self) -> Batch:
        with self._lock:
            if not self._stopped.is_set():
                try:
                    return next(self._batches)
                except BaseException:
                    self._told.set()
                    raise
        self._told.set()
        raise StopIteration

    def stop(self) -> None:
        """End the pass: a batch that is being made is finished, and none follows."""
        self._stopped.set()
        with self._lock:
            self._batches.close()  # type: ignore[attr-defined]  # batches() is a generator

    def await_end(self, seconds: float) -> None:
        """Wait until whoever iterates has been told of the end, or has not asked for so long."""
        self._told.wait(seconds)


_running: weakref.WeakSet[Running] = weakref.WeakSet()


@atexit.register
def _stop_all() -> None:
    running = list(_running)
    for one in running:
        one.stop()
    if running:
        _take_down_iterators()
    for one in running:
        one.await_end(_PATIENCE / len(running))


def _take_down_iterators() -> None:
    """Let go of what TensorFlow iterates with, whoever holds it.

    Its destructor waits for threads that may be about to ask for a batch, which they can do as
    long as this is called from Python that is not yet going down.
    """
    tf = sys.modules.get("tensorflow")
    if tf is None:
        return
    for found in gc.get_objects():
        if issubclass(type(found), tf.data.Iterator) and hasattr(found, "_iterator_resource"):
            found._iterator_resource = None  # noqa: SLF001  # TensorFlow has no public way to end one
