"""What every engine promises: pieces of work in, results out in the pieces' order."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any, Self, TypeVar

from brevviz.progress import Report, quiet

__all__ = ["LOSSES", "Cluster", "Here"]

S = TypeVar("S")
P = TypeVar("P")
R = TypeVar("R")

LOSSES = 3
"""Workers that may be lost in a row before a piece of work is taken for what kills them."""


class Cluster(ABC):
    """Workers, wherever they are. Use it in `with`: they end with the block."""

    workers: int
    """How many pieces are worked on at once."""

    def map(
        self,
        work: Callable[[S, P], R],
        shared: S,
        pieces: Iterable[P],
        *,
        what: str = "pieces",
        report: Report = quiet,
    ) -> Iterator[R]:
        """Give `work(shared, piece)` of each piece, in the pieces' order.

        A worker that is lost takes nothing with it: its pieces are done again by another, so
        `work` must be a pure function, or one that leaves the same behind when done twice. Few
        pieces are under way at a time, however many there are.

        Parameters
        ----------
        work : a function of a module, which workers import.
        shared : sent to each worker once.
        what, report : told before the first piece and after each, under this name; may raise
            Cancelled.

        Raises what `work` raises, and ClusterError.
        """
        total = len(pieces) if isinstance(pieces, Collection) else None
        report(what, 0, total)
        for done, result in enumerate(self._results(work, shared, pieces), start=1):
            yield result
            report(what, done, total)

    def each(
        self,
        work: Callable[[S, list[P]], Iterable[R]],
        shared: S,
        items: Sequence[P],
        size: int,
        *,
        what: str = "items",
        report: Report = quiet,
    ) -> Iterator[R]:
        """Give one result for each item, in order; a piece of work is `size` of them.

        `work(shared, some items)` gives one result for each. The rest is as for `map`, and the
        report counts items.
        """
        slices = [list(items[start : start + size]) for start in range(0, len(items), size)]

        def told(what: str, done: int, total: int | None = None) -> None:
            del total
            report(what, min(done * size, len(items)), len(items))

        for some in self.map(work, shared, slices, what=what, report=told):
            yield from some

    @abstractmethod
    def _results(self, work: Any, shared: Any, pieces: Iterable[Any]) -> Iterator[Any]:
        """The results of all pieces, in order."""

    def close(self) -> None:  # noqa: B027  # an engine that started nothing has nothing to end
        """End the workers."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Here(Cluster):
    """No workers: each piece in turn, on the caller's own thread."""

    workers = 1

    def _results(self, work: Any, shared: Any, pieces: Iterable[Any]) -> Iterator[Any]:
        for piece in pieces:
            yield work(shared, piece)
