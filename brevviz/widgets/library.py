"""Libraries: the code that all widgets of a kernel share, sent to the browser once.

Each widget names the libraries that it needs, and its stub (`static/stub.js`) asks the widget
manager for them: with a kernel, after a reload, or from the state that a notebook was saved with.
A library is there for as long as a widget that names it is open.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import logging
import threading
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import ipywidgets
import traitlets as t

from brevviz.widgets import assets

__all__ = ["Library", "borrow", "give_back"]

_log = logging.getLogger(__name__)
_TEXTS: dict[str, Callable[[], str]] = {"app": assets.app, "chart": assets.chart}
# A widget may be collected, and closed by that, wherever memory is asked for: also in here.
_lock = threading.RLock()
_open: dict[str, Library] = {}
_readers: dict[str, set[str]] = {name: set() for name in _TEXTS}


class Library(ipywidgets.Widget):  # type: ignore[misc]  # ipywidgets has no types
    """An ES module, packed; it has no view."""

    digest = t.Unicode("").tag(sync=True)
    """SHA-256 of the module's text, by which a page knows that it has it already (kernel → browser)."""
    packed = t.Unicode("").tag(sync=True)
    """The module's text, UTF-8, gzip, Base64: a saved notebook keeps texts only (kernel → browser)."""

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Refuse what the browser writes."""
        if sync_data:
            _log.warning("Library refused traits: %s", sorted(sync_data)[:8])


def borrow(names: Sequence[str], reader: str) -> list[str]:
    """Return the model ids of the libraries `names` for the widget whose id is `reader`."""
    with _lock:
        for name in names:
            if name not in _open or _open[name].comm is None:
                digest, packed = _packed(name)
                _open[name] = Library(digest=digest, packed=packed)
            _readers[name].add(reader)
        return [_open[name].model_id for name in names]


def give_back(reader: str) -> None:
    """A widget is closed: libraries that no other one needs are closed, too."""
    with _lock:
        for name, readers in _readers.items():
            readers.discard(reader)
            if not readers and name in _open:
                _open.pop(name).close()


@cache
def _packed(name: str) -> tuple[str, str]:
    text = _TEXTS[name]().encode()
    packed = base64.b64encode(gzip.compress(text, 9, mtime=0)).decode()
    return hashlib.sha256(text).hexdigest(), packed
