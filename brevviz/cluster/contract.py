"""What every engine promises: pieces of work in, results out in the pieces' order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from types import TracebackType
from typing import Protocol, Self, TypeVar

from brevviz.progress import Report, quiet

__all__ = ["LOSSES", "Cluster", "Here", "counted"]

S = TypeVar("S")
P = TypeVar("P")
R = TypeVar("R")

LOSSES = 3
"""Workers that may be lost in a row before a piece of work is taken for what kills them."""


class Cluster(Protocol):
    """Workers, wherever they are."""

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
        what, report : told after each piece, under this name; may raise Cancelled.

        Raises what `work` raises, and ClusterError.
        """

    def close(self) -> None:
        """End the workers."""

    def __enter__(self) -> Self:
        """Use in `with`: the workers end with the block."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class Here:
    """No workers: each piece in turn, on the caller's own thread."""

    workers = 1

    def map(  # noqa: D102  # as Cluster.map
        self,
        work: Callable[[S, P], R],
        shared: S,
        pieces: Iterable[P],
        *,
        what: str = "pieces",
        report: Report = quiet,
    ) -> Iterator[R]:
        yield from counted((work(shared, piece) for piece in pieces), pieces, what, report)

    def close(self) -> None:
        """Nothing was started."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def counted(
    results: Iterable[R], pieces: Iterable[object], what: str, report: Report
) -> Iterator[R]:
    """The results, with a report before the first and after each."""
    total = len(pieces) if isinstance(pieces, Collection) else None
    report(what, 0, total)
    for done, result in enumerate(results, start=1):
        yield result
        report(what, done, total)
