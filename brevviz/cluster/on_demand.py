"""Workers that start when they are first needed, and do one job at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from typing import Any

from brevviz.cluster.contract import Cluster
from brevviz.cluster.opening import check_engine, open_cluster
from brevviz.progress import Report, quiet

__all__ = ["OnDemand"]

_LOOK_UP = 0.2  # seconds; a job that waits for its turn can be stopped


class OnDemand(Cluster):
    """A cluster for an app: nothing starts with it, and its panels may ask from any thread.

    Parameters
    ----------
    engine, workers : as for `open_cluster`.

    Raises ClusterError for what is no engine; whether it starts is known at the first job.
    """

    def __init__(self, engine: str = "processes", workers: int | None = None) -> None:
        check_engine(engine, workers)
        self._asked = (engine, workers)
        self._turn = threading.Lock()
        self._opened: Cluster | None = None

    @property
    def workers(self) -> int:  # type: ignore[override]  # known once they have started
        """How many pieces are worked on at once; 0: nothing has started."""
        return 0 if self._opened is None else self._opened.workers

    def map(
        self,
        work: Any,
        shared: Any,
        pieces: Iterable[Any],
        *,
        what: str = "pieces",
        report: Report = quiet,
    ) -> Iterator[Any]:
        """As `Cluster.map`, when the job before it has ended. Raises Cancelled while it waits."""
        while not self._turn.acquire(timeout=_LOOK_UP):
            report("waiting for the workers", 0, None)
        try:
            report("starting the workers", 0, None)
            yield from self._ready().map(work, shared, pieces, what=what, report=report)
        finally:
            self._turn.release()

    def close(self) -> None:
        """End the workers, when their job has ended; the next job starts new ones."""
        with self._turn:
            opened, self._opened = self._opened, None
        if opened is not None:
            opened.close()

    def _ready(self) -> Cluster:
        if self._opened is None:
            self._opened = open_cluster(*self._asked)
        return self._opened

    def _results(self, work: Any, shared: Any, pieces: Iterable[Any]) -> Iterator[Any]:
        yield from self.map(work, shared, pieces)
