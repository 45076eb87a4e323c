"""LongTable: a table of any number of rows, of which only those on screen travel."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import traitlets as t

from brevviz.widgets import check
from brevviz.widgets.assets import module
from brevviz.widgets.base import Part
from brevviz.widgets.check import Refused, Stale

__all__ = ["LongTable"]

_MOST = 2048  # rows in one choice, or on one screen and more
_KINDS = ("int", "purpose", "text")


class LongTable(Part):
    """Columns and rows, fed as `Gallery` is: the browser asks for what is on screen.

    A column is a dict: `name`, `label`, `kind` ("text", "int" or "purpose"), `width` (CSS pixels;
    none: what is left) and `sortable`. The browser sends which rows it wants; the kernel answers
    with `send_rows`, from any thread. A new list, or the same in another order, is a new `version`.
    """

    _esm = module("long_table.js")
    _kinds: ClassVar[frozenset[str]] = frozenset({"select", "sort", "want"})

    columns = t.List(t.Dict()).tag(sync=True)
    """The columns, from left to right (kernel → browser)."""
    count = t.Int(0, min=0).tag(sync=True)
    """How many rows there are (kernel → browser)."""
    version = t.Int(0, min=0).tag(sync=True)
    """Which list the positions count in (kernel → browser)."""
    renewed = t.Bool(default_value=False).tag(sync=True)
    """True: `version` is the list before it, position by position; what is in view stays (kernel → browser)."""
    sort = t.Dict({"name": "", "descending": False}).tag(sync=True)
    """The `name` of the column that the rows are in order of, and `descending` (kernel → browser)."""
    height = t.Int(420, min=80).tag(sync=True)
    """The height of the scrolled window, CSS pixels (kernel → browser)."""
    selected = t.List(t.Int()).tag(sync=True)
    """The chosen positions, in the order chosen (kernel → browser; set here on a choice)."""
    multiple = t.Bool(default_value=False).tag(sync=True)
    """True: several can be chosen, with Ctrl, Shift or Space (kernel → browser)."""
    label = t.Unicode("Table").tag(sync=True)
    """What the table is called, for screen readers (kernel → browser)."""
    empty = t.Unicode("No rows to show.").tag(sync=True)
    """Stands in the window when there is none: what to do (kernel → browser)."""

    @t.validate("columns")
    def _check_columns(self, proposal: t.Bunch) -> list[dict[str, Any]]:
        columns: list[dict[str, Any]] = proposal["value"]
        for column in columns:
            if not {"name", "label"} <= set(column) or column.get("kind", "text") not in _KINDS:
                raise ValueError(f"a column needs name, label and a kind of {_KINDS}: {column}")
        return columns

    def show(self, count: int, version: int, *, renewed: bool = False) -> None:
        """Show another list of `count` rows from its start; `renewed` as in `Gallery.show`."""
        with self.hold_sync():
            self.renewed = renewed
            self.version = version
            self.count = count
            if not renewed:
                self.selected = []

    def on_want(self, follower: Callable[[int, int, int], object]) -> Callable[[], None]:
        """Call `follower(version, first, last)` with the rows on screen, `last` not included."""
        return self._follow("want", follower)

    def on_select(self, follower: Callable[[list[int]], object]) -> Callable[[], None]:
        """Call `follower(positions)` when a person chooses; `selected` is set before."""
        return self._follow("select", follower)

    def on_sort(self, follower: Callable[[str], object]) -> Callable[[], None]:
        """Call `follower(name)` when a person presses a column's head."""
        return self._follow("sort", follower)

    def send_rows(self, version: int, first: int, rows: Sequence[Sequence[Any]]) -> None:
        """Show rows from position `first` on: one value a column, text, a number or None."""
        if version == self.version:
            lines = [list(row) for row in rows]
            self.send({"kind": "rows", "version": version, "first": first, "rows": lines})

    def reveal(self, position: int) -> None:
        """Scroll to a row."""
        self.send({"kind": "reveal", "version": self.version, "id": position})

    def _read(self, kind: str, content: Mapping[str, Any]) -> tuple[Any, ...]:
        if kind == "sort":
            (name,) = check.fields(content, "name")
            sortable = [column["name"] for column in self.columns if column.get("sortable")]
            return (check.one_of(name, sortable),)
        if kind == "want":
            version, first, last = check.fields(content, "version", "first", "last")
            self._check_version(version)
            low = check.integer(first, 0, max(0, self.count - 1))
            return version, low, check.integer(last, low, min(self.count, low + _MOST))
        version, ids = check.fields(content, "version", "ids")
        self._check_version(version)
        positions = check.integers(ids, 0, self.count - 1, _MOST)
        if len(set(positions)) < len(positions):
            raise Refused("the same position twice")
        if len(positions) > 1 and not self.multiple:
            raise Refused("several positions where one can be chosen")
        return (positions,)

    def _check_version(self, version: object) -> None:
        if check.integer(version, 0, 2**53) != self.version:
            raise Stale("a list of rows that is no longer shown")

    def _act(self, kind: str, arguments: tuple[Any, ...]) -> None:
        if kind == "select":
            self.selected = arguments[0]
        super()._act(kind, arguments)
