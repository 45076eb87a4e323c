"""Table: a small table of figures."""

from __future__ import annotations

from typing import Any, ClassVar

import traitlets as t

from brevviz.widgets.assets import module
from brevviz.widgets.base import Part

__all__ = ["Table"]

_KINDS = ("bar", "float", "int", "percent", "purpose", "text")
_FLAGS = ("", "bad", "good", "total", "warn")


class Table(Part):
    """Columns and rows, up to a few hundred cells; shows only.

    A column is a dict: `name`, `label`, `kind`, and as it needs `align` ("left", "right", "center";
    numbers stand right), `digits` after the point (float: 2, percent: 1), `help` (a tooltip) and
    `max` (what fills a bar; else the largest value). The kinds: `text`; `int` and `float`, grouped
    by thousands; `percent` and `bar`, of a share (0.8 is 80 %; a bar shows its number too);
    `purpose`, a name with its colour. A cell that is None stays empty.
    """

    _esm = module("table.js")
    kinds: ClassVar[tuple[str, ...]] = _KINDS
    """The kinds of column."""

    columns = t.List(t.Dict()).tag(sync=True)
    """The columns, from left to right (kernel → browser)."""
    rows = t.List(t.List()).tag(sync=True)
    """One list of values for each row, in the order of the columns (kernel → browser)."""
    flags = t.List(t.Enum(_FLAGS)).tag(sync=True)
    """How each row stands out: "", "good", "warn", "bad" or "total"; may be short (kernel → browser)."""
    caption = t.Unicode("").tag(sync=True)
    """The title of the table (kernel → browser)."""
    empty = t.Unicode("Nothing to show yet.").tag(sync=True)
    """Stands in place of the rows when there are none: what to do (kernel → browser)."""
    height = t.Int(420, min=0).tag(sync=True)
    """The table scrolls beyond this height, CSS pixels; 0: it never does (kernel → browser)."""

    @t.validate("columns")
    def _check_columns(self, proposal: t.Bunch) -> list[dict[str, Any]]:
        columns: list[dict[str, Any]] = proposal["value"]
        for column in columns:
            if not {"name", "label"} <= set(column) or column.get("kind", "text") not in self.kinds:
                raise ValueError(f"a column needs name, label and a kind of {self.kinds}: {column}")
        return columns
