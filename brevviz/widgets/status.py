"""Status: what is going on, and what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import traitlets as t

from brevviz.widgets import check
from brevviz.widgets.assets import module
from brevviz.widgets.base import Part
from brevviz.widgets.check import Stale

__all__ = ["Status"]


class Status(Part):
    """One line that a screen reader follows: text, progress, a button to stop, an error below."""

    _esm = module("status.js")
    _kinds: ClassVar[frozenset[str]] = frozenset({"cancel", "dismiss"})

    text = t.Unicode("").tag(sync=True)
    """What is being done, or was (kernel → browser)."""
    progress = t.Float(None, allow_none=True, min=0.0, max=1.0).tag(sync=True)
    """The part that is done, or None when nobody knows (kernel → browser)."""
    busy = t.Bool(default_value=False).tag(sync=True)
    """True: work is going on (kernel → browser)."""
    cancellable = t.Bool(default_value=True).tag(sync=True)
    """True: while busy there is a button to stop (kernel → browser)."""
    error = t.Unicode("").tag(sync=True)
    """What went wrong, for people; empty: nothing (kernel → browser)."""
    details = t.Unicode("").tag(sync=True)
    """The traceback, folded away below the error (kernel → browser)."""

    def on_cancel(self, follower: Callable[[], object]) -> Callable[[], None]:
        """Call `follower()` when a person wants the work to stop; returns what ends that."""
        return self._follow("cancel", follower)

    def _read(self, kind: str, content: Mapping[str, Any]) -> tuple[Any, ...]:
        check.fields(content)
        if kind == "cancel" and not (self.busy and self.cancellable):
            raise Stale("a wish to stop when there is nothing to stop")
        return ()

    def _act(self, kind: str, arguments: tuple[Any, ...]) -> None:
        if kind == "dismiss":
            with self.hold_sync():
                self.error = self.details = ""
        super()._act(kind, arguments)
