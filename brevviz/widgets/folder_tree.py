"""FolderTree: folders with counts, one of them chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import traitlets as t

from brevviz.widgets import check
from brevviz.widgets.assets import module
from brevviz.widgets.base import Part
from brevviz.widgets.check import Stale

__all__ = ["FolderTree"]


class FolderTree(Part):
    """The lines of a tree that are in sight, from top to bottom; the kernel opens and closes.

    A line is a dict: `path` (what it stands for), `label`, `count`, `depth` (0 is the top) and
    `open`: true or false where there are folders in it, None where there are none.
    """

    _esm = module("folder_tree.js")
    _kinds: ClassVar[frozenset[str]] = frozenset({"choose", "toggle"})

    lines = t.List(t.Dict()).tag(sync=True)
    """The lines in sight (kernel → browser)."""
    chosen = t.Unicode("").tag(sync=True)
    """The path of the line that is chosen (kernel → browser)."""
    label = t.Unicode("Folders").tag(sync=True)
    """What the tree is called, for screen readers (kernel → browser)."""
    height = t.Int(420, min=80).tag(sync=True)
    """The tree scrolls beyond this height, CSS pixels (kernel → browser)."""

    def on_choose(self, follower: Callable[[str], object]) -> Callable[[], None]:
        """Call `follower(path)` when a person chooses a folder; returns what ends that."""
        return self._follow("choose", follower)

    def on_toggle(self, follower: Callable[[str], object]) -> Callable[[], None]:
        """Call `follower(path)` when a person opens or closes a folder; returns what ends that."""
        return self._follow("toggle", follower)

    def _read(self, kind: str, content: Mapping[str, Any]) -> tuple[Any, ...]:  # noqa: ARG002  # both have a path
        (path,) = check.fields(content, "path")
        if not any(line["path"] == path for line in self.lines):
            raise Stale("a folder that is not in sight")
        return (path,)
