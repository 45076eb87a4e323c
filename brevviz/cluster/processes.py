"""Workers that are processes of this machine."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import tempfile
import threading
import uuid
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

from brevviz.cluster.contract import LOSSES, Cluster
from brevviz.cluster.shared import call
from brevviz.errors import ClusterError

__all__ = ["Processes"]


class Processes(Cluster):
    """A pool of processes, each started anew: none inherits threads, sockets or TensorFlow.

    Parameters
    ----------
    workers : how many.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def _results(self, work: Any, shared: Any, pieces: Iterable[Any]) -> Iterator[Any]:
        with tempfile.TemporaryDirectory(prefix="brevviz-work-") as folder:
            path = Path(folder) / uuid.uuid4().hex
            path.write_bytes(pickle.dumps((work, shared)))
            yield from self._each(str(path), pieces)

    def _each(self, path: str, pieces: Iterable[Any]) -> Iterator[Any]:
        waiting: deque[tuple[Any, Future[Any]]] = deque()
        remaining = iter(pieces)
        lost = 0
        try:
            while True:
                while len(waiting) < 2 * self.workers:
                    try:
                        piece = next(remaining)
                    except StopIteration:
                        break
                    waiting.append((piece, self._submit(path, piece)))
                if not waiting:
                    return
                piece, future = waiting[0]
                try:
                    result = future.result()
                except BrokenProcessPool:
                    lost += 1
                    if lost >= LOSSES:
                        raise _gives_up(piece, lost) from None
                    self._again(path, waiting)
                    continue
                lost = 0
                waiting.popleft()
                yield result
        finally:
            for _, future in waiting:
                future.cancel()

    def _again(self, path: str, waiting: deque[tuple[Any, Future[Any]]]) -> None:
        """A pool that has lost a process is of no more use; what it did finish still counts."""
        self.close()
        for number, (piece, future) in enumerate(waiting):
            failed = future.exception() if future.done() and not future.cancelled() else None
            if isinstance(failed, BrokenProcessPool) or not future.done() or future.cancelled():
                waiting[number] = (piece, self._submit(path, piece))

    def _submit(self, path: str, piece: Any) -> Future[Any]:
        for _ in range(LOSSES):
            if self._pool is None:
                self._pool = ProcessPoolExecutor(
                    self.workers,
                    multiprocessing.get_context("spawn"),
                    initializer=_settle,
                    initargs=(self.workers,),
                )
            try:
                return self._pool.submit(_piece, path, piece)
            except BrokenProcessPool:  # lost between two pieces
                self.close()
        raise _gives_up(piece, LOSSES)

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


def _piece(path: str, piece: Any) -> Any:
    return call(path, Path(path).read_bytes, piece)


def _settle(workers: int) -> None:
    """Make a new process a good worker: its share of the cores, and no life of its own."""
    share = str(max(1, (os.cpu_count() or 1) // workers))
    for name in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
        os.environ.setdefault(name, share)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the asking process's to handle
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: Any) -> None:
    parent.join()
    os._exit(1)


def _gives_up(piece: object, lost: int) -> ClusterError:
    return ClusterError(
        "cluster",
        f"{lost} processes in a row ended while they worked at {str(piece)[:80]}",
        "Out of memory? Take fewer workers. In a script, start from under "
        'if __name__ == "__main__": each process imports it',
    )
