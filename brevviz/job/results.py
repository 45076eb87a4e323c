"""Results that are computed once, however many ask, and kept while they may be wanted again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any, TypeVar

from brevviz.errors import Cancelled

__all__ = ["Results"]

T = TypeVar("T")


class Results:
    """Values by (name, key): computed once, shared by threads, the last few of each name kept.

    Parameters
    ----------
    keep : how many values of one name are kept; an undo finds the last ones still here.
    more : name → how many, where a name needs another number.
    """

    def __init__(self, keep: int = 4, more: Mapping[str, int] | None = None) -> None:
        self._keep = keep
        self._more = dict(more or {})
        self._lock = threading.Lock()
        self._kept: dict[str, OrderedDict[str, Future[Any]]] = {}

    def get(self, name: str, key: str, compute: Callable[[], T]) -> T:
        """The value of (name, key); the first to ask computes it, others wait for that.

        Raises what `compute` raises. A failure is not kept: the next to ask tries again. Whoever
        waits for work that its owner cancels takes the work over.
        """
        while True:
            future, mine = self._claim(name, key)
            if mine:
                return self._compute(name, key, future, compute)
            try:
                value: T = future.result()
            except Cancelled:
                continue
            return value

    def peek(self, name: str, key: str) -> Any | None:
        """The value if it stands ready, else None; never waits."""
        with self._lock:
            future = self._kept[name].get(key) if name in self._kept else None
        done = future is not None and future.done() and future.exception() is None
        return future.result() if future is not None and done else None

    def clear(self) -> None:
        """Forget everything: what it was computed from has changed."""
        with self._lock:
            self._kept.clear()

    def _claim(self, name: str, key: str) -> tuple[Future[Any], bool]:
        with self._lock:
            kept = self._kept.setdefault(name, OrderedDict())
            if key in kept:
                kept.move_to_end(key)
                return kept[key], False
            future: Future[Any] = Future()
            kept[key] = future
            while len(kept) > self._more.get(name, self._keep):
                kept.popitem(last=False)
            return future, True

    def _compute(self, name: str, key: str, future: Future[Any], compute: Callable[[], T]) -> T:
        try:
            value = compute()
        except BaseException as error:
            with self._lock:
                kept = self._kept.get(name)
                if kept is not None and kept.get(key) is future:
                    del kept[key]
            future.set_exception(error)
            raise
        future.set_result(value)
        return value
