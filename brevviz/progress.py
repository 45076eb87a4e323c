"""How long work tells what it has done, and how it is stopped: one callable for both."""

from __future__ import annotations

from typing import Protocol

__all__ = ["Report", "quiet"]


class Report(Protocol):
    """Told of progress between two pieces of work; may raise Cancelled, which stops the work."""

    def __call__(self, what: str, done: int, total: int | None = None) -> None:
        """Take note that `done` of `total` (None: not known yet) of `what` are done."""


def quiet(what: str, done: int, total: int | None = None) -> None:
    """A report to nobody."""
    del what, done, total
