"""Progress on stderr: one line that is written over in a terminal, and few lines elsewhere."""

from __future__ import annotations

import sys
import time
from typing import Self, TextIO

__all__ = ["Progress"]

_TERMINAL, _ELSEWHERE = 0.1, 5.0


class Progress:
    """A report for a person; also a context manager, which leaves the line clean behind it.

    Parameters
    ----------
    stream : where it is written; None: stderr.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._terminal = self._stream.isatty()
        self._every = _TERMINAL if self._terminal else _ELSEWHERE
        self._next = 0.0
        self._what = ""

    def __call__(self, what: str, done: int, total: int | None = None) -> None:
        """Write a line if the last one is old enough, or what is done is another thing."""
        now = time.monotonic()
        if what == self._what and now < self._next and done != total:
            return
        self._what, self._next = what, now + self._every
        amount = f"{done:,} of {total:,}" if total is not None else f"{done:,}" if done else ""
        line = f"{what}: {amount}" if amount else f"{what} ..."
        self._stream.write(f"\r\x1b[K{line}" if self._terminal else f"{line}\n")
        self._stream.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._terminal and self._what:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
