"""How long, how often and how much: the bounds of one request."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

__all__ = ["Attempts", "Limits"]

_LONGEST_WAIT = 5.0


@dataclass(frozen=True)
class Limits:
    """What one request may cost.

    connect, read : seconds without a connection, or without a byte.
    tries : requests in all, for one object or one page of a listing.
    silent : tries that may end with no answer at all; a dead host is not asked six times.
    wait : seconds before the second try, about; then twice as long each time.
    deadline : seconds for everything; no try starts after it.
    max_bytes : a larger object is refused before it is read.
    workers : requests at the same time.
    """

    connect: float = 3.0
    read: float = 15.0
    tries: int = 6
    silent: int = 2
    wait: float = 0.2
    deadline: float = 60.0
    max_bytes: int = 512 * 2**20
    workers: int = 16


class Attempts:
    """The budget of one request: counts tries, waits between them, gives up."""

    def __init__(self, limits: Limits) -> None:
        self._left = limits.tries
        self._silent = limits.silent
        self._deadline = time.monotonic() + limits.deadline
        self._wait = limits.wait

    def failed(self, error: Exception, *, silent: bool = False) -> None:
        """Note a failed try: wait before the next, or raise the error when none is left.

        Parameters
        ----------
        silent : nothing came back at all, so the host may be dead.
        """
        self._left -= 1
        self._silent -= silent
        # Half of the wait is random, so that many readers do not come back all at once.
        wait = self._wait * random.uniform(0.5, 1.0)  # noqa: S311  # spreads load, guards nothing
        if self._left <= 0 or self._silent <= 0 or time.monotonic() + wait >= self._deadline:
            raise error
        time.sleep(wait)
        self._wait = min(2 * self._wait, _LONGEST_WAIT)
