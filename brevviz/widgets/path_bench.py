"""PathBench: sample paths with what a pattern captures, while it is typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import traitlets as t

from brevviz.widgets import check
from brevviz.widgets.assets import module
from brevviz.widgets.base import Part
from brevviz.widgets.check import Stale

__all__ = ["PathBench"]


class PathBench(Part):
    """A few paths, the captured part of each highlighted, odd ones marked; a key can be pressed."""

    _esm = module("path_bench.js")
    _kinds: ClassVar[frozenset[str]] = frozenset({"choose"})

    lines = t.List(t.List()).tag(sync=True)
    """[path, start, end, item, odd]: `start`..`end` is the captured part in characters (code points; both None when nothing in the path matches), `item` the key that came out, "" for none, `odd` why the line is unusual, or "" (kernel → browser)."""
    counters = t.List(t.List(t.Unicode(), minlen=2, maxlen=3)).tag(sync=True)
    """[value, label] or [value, label, flag], with a flag of "", "good", "warn", "bad": the line of figures above (kernel → browser)."""
    caption = t.Unicode("Paths and the item each belongs to").tag(sync=True)
    """What the list is called (kernel → browser)."""
    empty = t.Unicode("No paths to show yet.").tag(sync=True)
    """Stands in place of the paths when there are none: what to do (kernel → browser)."""
    height = t.Int(320, min=0).tag(sync=True)
    """The list scrolls beyond this height, CSS pixels; 0: it never does (kernel → browser)."""

    @t.validate("lines")
    def _check_lines(self, proposal: t.Bunch) -> list[list[object]]:
        lines: list[list[object]] = proposal["value"]
        for line in lines:
            if len(line) != 5 or not isinstance(line[0], str):
                raise ValueError(f"a line is [path, start, end, item, odd]; got {line!r}")
        return lines

    def on_choose(self, follower: Callable[[str], object]) -> Callable[[], None]:
        """Call `follower(path)` when a person presses the key of a path; returns what ends that."""
        return self._follow("choose", follower)

    def _read(self, kind: str, content: Mapping[str, Any]) -> tuple[Any, ...]:  # noqa: ARG002  # one kind only
        (path,) = check.fields(content, "path")
        if not any(line[0] == path for line in self.lines):
            raise Stale("a path that is no longer shown")
        return (path,)
