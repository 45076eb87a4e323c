"""One status line for many workers: what runs, how far it is, a way to stop it, what failed."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable
from typing import Any, ClassVar

from brevviz.errors import BrevvizError, Cancelled
from brevviz.panels.fields import in_words
from brevviz.widgets import Status
from brevviz.work import Latest

__all__ = ["StatusLine", "Told"]


class StatusLine:
    """What the panels' workers say, in one `Status` widget. Any thread may call."""

    def __init__(self) -> None:
        self.widget = Status(text="Ready.")
        self._lock = threading.RLock()
        self._running: dict[str, Callable[[], None]] = {}
        self._errors: dict[str, tuple[str, str]] = {}
        self.widget.on_cancel(self._cancel)

    def busy(self, who: str, cancel: Callable[[], None]) -> None:
        """Somebody began to work; `cancel` stops it."""
        with self._lock:
            self._running[who] = cancel
            self._show(f"{who}: working", None)

    def progress(self, who: str, what: str, done: int, total: int | None) -> None:
        """Somebody has done a part of the work."""
        of = "" if total is None else f" of {total:,}"
        with self._lock:
            if who in self._running:
                self._show(f"{who}: {what}, {done:,}{of}", done / total if total else None)

    def idle(self, who: str, text: str = "") -> None:
        """Somebody is done; `text` says what came out."""
        with self._lock:
            self._running.pop(who, None)
            if self._running:
                self._show(f"{next(iter(self._running))}: working", None)
            else:
                self._show(text or "Ready.", None)

    def fail(self, who: str, error: Exception) -> None:
        """Somebody failed: ours in their own words, anything else with its traceback folded."""
        if isinstance(error, Cancelled):
            text, details = "Stopped. Change a setting, or press Open in Samples, to go on.", ""
        elif isinstance(error, BrevvizError):
            text, details = in_words(str(error)), ""
        else:
            text = f"{who} failed: {type(error).__name__}. The last good result stays."
            details = "".join(traceback.format_exception(error))
        with self._lock:
            self._errors[who] = (text, details)
            self._show_errors()

    def clear(self, who: str) -> None:
        """What somebody complained of is mended."""
        with self._lock:
            if self._errors.pop(who, None) is not None:
                self._show_errors()

    def _show(self, text: str, progress: float | None) -> None:
        with self.widget.hold_sync():
            self.widget.text = text
            self.widget.progress = None if progress is None else min(1.0, max(0.0, progress))
            self.widget.busy = bool(self._running)

    def _show_errors(self) -> None:
        # One fault of the source fails in every panel: it is said once.
        texts = dict.fromkeys(text for text, _ in self._errors.values())
        details = dict.fromkeys(details for _, details in self._errors.values() if details)
        with self.widget.hold_sync():
            self.widget.error = "\n".join(texts)
            self.widget.details = "\n".join(details)

    def _cancel(self) -> None:
        with self._lock:
            cancels = list(self._running.values())
        for cancel in cancels:
            cancel()


class Told:
    """The half of a `work.Answer` that a status line shows: who is busy, and how far.

    title : who it is. status : the line. latest : the worker, which the line can stop.
    """

    title: ClassVar[str]
    status: StatusLine
    latest: Latest[Any, Any]

    def busy(self, busy: bool, /) -> None:
        """The worker began or ended."""
        if busy:
            self.status.busy(self.title, self.latest.cancel)
        else:
            self.status.idle(self.title)

    def progress(self, what: str, done: int, total: int | None, /) -> None:
        """The worker has done a part."""
        self.status.progress(self.title, what, done, total)
