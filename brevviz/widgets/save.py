"""Save: texts to read, copy and save, with no help of the kernel."""

from __future__ import annotations

import re
from typing import Any

import traitlets as t

from brevviz.widgets.assets import module
from brevviz.widgets.base import Part

__all__ = ["Save"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,127}")


class Save(Part):
    """One tab for each text, with buttons to copy it and to save it as a file; shows only."""

    _esm = module("save.js")

    texts = t.List(t.Dict()).tag(sync=True)
    """Dicts {label, name, mime, text}: the tab's label, the name of the saved file, its MIME type, and what is in it (kernel → browser)."""
    label = t.Unicode("Export").tag(sync=True)
    """What the tabs are called as a whole, for screen readers (kernel → browser)."""
    height = t.Int(360, min=80).tag(sync=True)
    """The text scrolls beyond this height, CSS pixels (kernel → browser)."""
    empty = t.Unicode("Nothing to save yet.").tag(sync=True)
    """Stands in place of the texts when there are none: what to do (kernel → browser)."""

    @t.validate("texts")
    def _check_texts(self, proposal: t.Bunch) -> list[dict[str, Any]]:
        texts: list[dict[str, Any]] = proposal["value"]
        for entry in texts:
            if set(entry) != {"label", "mime", "name", "text"}:
                raise ValueError(f"a text needs label, name, mime and text; got {sorted(entry)}")
            if not _NAME.fullmatch(entry["name"]):
                raise ValueError(f"{entry['name']!r} is no plain file name")
        return texts
