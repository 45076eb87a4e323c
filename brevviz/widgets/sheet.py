"""Sheet: a table of figures in which some cells are filled in by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import traitlets as t

from brevviz.widgets import check
from brevviz.widgets.assets import module
from brevviz.widgets.check import Stale
from brevviz.widgets.table import Table

__all__ = ["Sheet"]

_LONGEST = 64
_CELL = frozenset({"hint", "label", "name", "text"})


class Sheet(Table):
    """A `Table` with one more kind of column, `entry`, whose cells are boxes to type numbers into.

    Such a cell is None (nothing to enter) or a dict: `name`, one of its own in the whole sheet;
    `text`, what stands in the box; `label`, what the box is called for screen readers; and as it
    needs `hint`, which stands in the box while it is empty. Its column may have a `unit`. What a
    person enters comes by `on_set`, as text. To move boxes, set `rows`: the text of a box that a
    person is typing in is replaced only when it is another than was entered last.
    """

    _esm = module("sheet.js")
    kinds: ClassVar[tuple[str, ...]] = (*Table.kinds, "entry")
    _kinds: ClassVar[frozenset[str]] = frozenset({"set"})

    problems = t.Dict(value_trait=t.Unicode(), key_trait=t.Unicode()).tag(sync=True)
    """Name of a cell → what is wrong with it, in words (kernel → browser)."""
    problem = t.Unicode("").tag(sync=True)
    """What is wrong with the sheet as a whole, in words (kernel → browser)."""

    @t.validate("rows")
    def _check_rows(self, proposal: t.Bunch) -> list[list[Any]]:
        rows: list[list[Any]] = proposal["value"]
        for row in rows:
            for cell in row:
                if isinstance(cell, dict) and (
                    not {"label", "name", "text"} <= set(cell) <= _CELL
                    or not all(isinstance(value, str) for value in cell.values())
                ):
                    raise ValueError(f"a cell needs name, label and text; got {sorted(cell)}")
        return rows

    def on_set(self, follower: Callable[[str, str], object]) -> Callable[[], None]:
        """Call `follower(name, text)` for each text entered; returns what ends that.

        It comes while a person types, and the next message waits for it: it must be quick.
        """
        return self._follow("set", follower)

    def _read(self, kind: str, content: Mapping[str, Any]) -> tuple[Any, ...]:  # noqa: ARG002  # one kind only
        name, value = check.fields(content, "name", "value")
        text = check.text(value, _LONGEST)
        for row in self.rows:
            for cell in row:
                if isinstance(cell, dict) and cell["name"] == name:
                    return name, text
        raise Stale("a cell that is not there")
