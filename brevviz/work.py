"""Background work where the newest request wins. Nothing else in brevviz knows threads' names.

Widget callbacks may run on any thread and must return at once: they `ask`, and a worker answers.
`threaded=False` answers inside the call, which makes tests of panels synchronous and exact.
"""

from __future__ import annotations

import atexit
import logging
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, Generic, Protocol, TypeVar

from brevviz.errors import BrevvizError, Cancelled
from brevviz.progress import Report

__all__ = ["Answer", "Feed", "Latest", "Quick"]

A = TypeVar("A")
A_contra = TypeVar("A_contra", contravariant=True)
R = TypeVar("R")
R_contra = TypeVar("R_contra", contravariant=True)

log = logging.getLogger(__name__)

QUIET_SECONDS = 0.005
"""A burst of requests is answered once nothing has come for this long. It is short, since a
browser sends nothing new before the last value was taken: what it sends is wanted at once."""

SLOW_SECONDS, PACE_SECONDS = 0.25, 0.1
"""Work that is over sooner tells no progress: nobody could read it, and each word costs kernel and
page a few milliseconds. Slower work tells each new thing that it does, and how far it is at a pace
that can be followed."""

END_SECONDS = 5.0
"""How long the end of the process waits for work to notice that it is not wanted any more."""


class Answer(Protocol[R_contra]):
    """Where a worker's outcome goes; called on the worker's thread."""

    def show(self, result: R_contra, /) -> None:
        """Show a result."""

    def fail(self, error: Exception, /) -> None:
        """Show an error; the last good result stays on screen."""

    def busy(self, busy: bool, /) -> None:
        """Work began, or ended."""

    def progress(self, what: str, done: int, total: int | None, /) -> None:
        """Some of the work is done."""


class Quick:
    """The half of an `Answer` for work that is over before a sign of it could be read."""

    def busy(self, busy: bool, /) -> None:
        """Nothing is shown."""

    def progress(self, what: str, done: int, total: int | None, /) -> None:
        """Nothing is shown."""


class Latest(Generic[A, R]):
    """One worker that computes the newest argument and drops what a newer one has overtaken.

    Parameters
    ----------
    compute : argument, report → result. Its report raises Cancelled once a newer argument is
        asked for, or `cancel` was called, so long work ends early.
    answer : where results, errors and progress go. An overtaken request answers nothing.
    threaded : False computes inside `ask`.
    """

    def __init__(
        self,
        compute: Callable[[A, Report], R],
        answer: Answer[R],
        *,
        threaded: bool = True,
        quiet_seconds: float = QUIET_SECONDS,
    ) -> None:
        self._compute = compute
        self._answer = answer
        self._threaded = threaded
        self._quiet = quiet_seconds
        self._condition = threading.Condition()
        self._asked = 0
        self._done = 0
        self._stopped = -1
        self._argument: A | None = None
        self._closed = False
        self._worker: threading.Thread | None = None
        _live.add(self)

    def ask(self, argument: A) -> None:
        """Ask for a result; returns at once (unless not threaded). Any thread may ask."""
        with self._condition:
            if self._closed:
                return
            self._asked += 1
            self._argument = argument
            number = self._asked
            if self._threaded:
                self._start()
                self._condition.notify_all()
        if not self._threaded:
            self._run(number, argument)
            self._finish(number)

    def cancel(self) -> None:
        """Stop what is running; its answer is a Cancelled error."""
        with self._condition:
            self._stopped = self._asked

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until everything asked for is answered; False when the time ran out (seconds)."""
        with self._condition:
            return self._condition.wait_for(lambda: self._done >= self._asked, timeout)

    def close(self) -> None:
        """End the worker; nothing is answered any more."""
        with self._condition:
            self._closed = True
            self._stopped = self._asked
            self._condition.notify_all()

    def join(self, timeout: float) -> None:
        """Wait until the worker of what was closed has ended, at most so many seconds."""
        if self._worker is not None:
            self._worker.join(timeout)

    def _start(self) -> None:
        if self._worker is None:
            self._worker = threading.Thread(target=self._loop, name="brevviz-latest", daemon=True)
            self._worker.start()

    def _loop(self) -> None:
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._closed or self._done < self._asked)
                while not self._closed and self._more_came(self._asked):
                    pass
                if self._closed:
                    return
                number, argument = self._asked, self._argument
            self._run(number, argument)  # type: ignore[arg-type]  # something was asked for
            self._finish(number)

    def _more_came(self, number: int) -> bool:
        """Wait until it is quiet; True when something newer came before that."""
        return self._condition.wait_for(lambda: self._closed or self._asked != number, self._quiet)

    def _finish(self, number: int) -> None:
        with self._condition:
            self._done = max(self._done, number)
            self._condition.notify_all()

    def _run(self, number: int, argument: A) -> None:
        pace = _Pace() if self._threaded else None

        def report(what: str, done: int, total: int | None = None) -> None:
            with self._condition:
                overtaken = number != self._asked or self._closed
                stopped = number <= self._stopped
            if overtaken or stopped:
                raise Cancelled(what, f"stopped after {done:,}")
            if pace is None or pace.is_time_to_tell(what):
                self._answer.progress(what, done, total)

        self._answer.busy(True)
        try:
            result = self._compute(argument, report)
        except Exception as error:
            if not isinstance(error, BrevvizError):
                log.exception("a panel's work failed")
            if self._current(number):
                self._answer.fail(error)
        else:
            if self._current(number):
                self._answer.show(result)
        finally:
            if self._current(number):
                self._answer.busy(False)

    def _current(self, number: int) -> bool:
        with self._condition:
            return number == self._asked and not self._closed


class _Pace:
    """When to tell what a piece of work that has just begun is doing. Any thread may ask."""

    def __init__(self) -> None:
        self._next = time.monotonic() + SLOW_SECONDS
        self._what: str | None = None

    def is_time_to_tell(self, what: str) -> bool:
        """True: tell this; the next of its kind has to wait."""
        now = time.monotonic()
        again = self._what in {None, what}
        if now < self._next and again:
            return False
        self._next, self._what = now + PACE_SECONDS, what
        return True


class Feed:
    """Loads what is wanted now: each request replaces the one before, and what left it never starts.

    Parameters
    ----------
    load : version, number → loads and delivers one thing; its own errors are its own answer.
    workers : threads; started at the first request.
    """

    def __init__(
        self, load: Callable[[int, int], None], *, workers: int = 2, threaded: bool = True
    ) -> None:
        self._load = load
        self._workers = workers
        self._threaded = threaded
        self._condition = threading.Condition()
        self._wanted: deque[tuple[int, int]] = deque()
        self._loading: set[tuple[int, int]] = set()
        self._threads: list[threading.Thread] = []
        self._closed = False
        _live.add(self)

    def want(self, version: int, numbers: Iterable[int]) -> None:
        """Replace what is wanted; an empty request stops what has not started."""
        wanted = [(version, number) for number in numbers]
        if not self._threaded:
            for item in wanted:
                self._load(*item)
            return
        with self._condition:
            if self._closed:
                return
            self._wanted = deque(item for item in wanted if item not in self._loading)
            if not self._threads:
                self._threads = [
                    threading.Thread(target=self._loop, name="brevviz-feed", daemon=True)
                    for _ in range(self._workers)
                ]
                for thread in self._threads:
                    thread.start()
            self._condition.notify_all()

    def wait(self, timeout: float) -> bool:
        """Wait until all that is wanted is loaded; False when the time ran out (seconds)."""
        end = time.monotonic() + timeout
        with self._condition:
            return self._condition.wait_for(
                lambda: not self._wanted and not self._loading, max(0.0, end - time.monotonic())
            )

    def close(self) -> None:
        """End the workers."""
        with self._condition:
            self._closed = True
            self._wanted.clear()
            self._condition.notify_all()

    def join(self, timeout: float) -> None:
        """Wait until the workers of what was closed have ended, at most so many seconds."""
        end = time.monotonic() + timeout
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))

    def _loop(self) -> None:
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._closed or bool(self._wanted))
                if self._closed:
                    return
                item = self._wanted.popleft()
                self._loading.add(item)
            try:
                self._load(*item)
            except Exception:
                log.exception("loading %s failed", item)
            finally:
                with self._condition:
                    self._loading.discard(item)
                    self._condition.notify_all()


_live: weakref.WeakSet[Latest[Any, Any] | Feed] = weakref.WeakSet()


@atexit.register
def _end_all() -> None:
    """End what still runs: a daemon that comes back from C++ into an interpreter that has gone
    down is unwound through that C++, which aborts the process.
    """
    end = time.monotonic() + END_SECONDS
    live = list(_live)
    for one in live:
        one.close()
    for one in live:
        one.join(max(0.0, end - time.monotonic()))
