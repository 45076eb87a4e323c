"""The samples on screen: filters, folders, and the same list as thumbnails or as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import ipywidgets
import numpy as np

from brevviz.panels.details import Details
from brevviz.panels.sample_table import COLUMNS, cells
from brevviz.panels.stock import ALL, PURPOSES, SORTS, Ints, Stock, Wish
from brevviz.panels.thumbnails import Rejected, Shown, Thumbnails, shown_of
from brevviz.progress import Report
from brevviz.session import Session
from brevviz.widgets import FolderTree, Form, Gallery, LongTable
from brevviz.work import Latest, Quick

__all__ = ["SampleGallery"]

GALLERY, TABLE = "gallery", "table"
HEIGHT = 560

_EMPTY = "No sample passes the filter: choose another class or text."
_NOTHING = "Nothing is listed yet: open a bucket or a folder above."


class SampleGallery(Quick):
    """Samples: filter them, sort them, choose some; one is shown in detail.

    Parameters
    ----------
    session : what is chosen here is chosen for all panels.
    followed : called with stock, rows and `SHOWN` name when another list is on screen.
    below : stands below the list.
    """

    def __init__(
        self,
        session: Session,
        followed: Callable[[Stock, Ints, str], None],
        rejected: Rejected,
        below: ipywidgets.Widget,
        *,
        threaded: bool = True,
    ) -> None:
        self.session = session
        self.filters = Form(label="Filter", fields=_fields((), ()))
        self.tree = FolderTree(label="Folders", height=HEIGHT)
        self.gallery = Gallery(height=HEIGHT, label="Samples", multiple=True, empty=_NOTHING)
        self.table = LongTable(
            height=HEIGHT, label="Samples", multiple=True, empty=_NOTHING, columns=list(COLUMNS)
        )
        self.table.layout.display = self.tree.layout.display = "none"
        self.details = Details(self._go_to, rejected, threaded=threaded)
        self._thumbnails = Thumbnails(self.gallery, rejected, threaded=threaded)
        self._followed = followed
        self._stock: Stock | None = None
        self._hides: Callable[[str], bool] = lambda purpose: purpose == "test"
        self._wish = Wish()
        self._view = GALLERY
        self._opened: set[str] = set()
        self._latest: Latest[tuple[Stock, Wish], Shown] = Latest(
            self._narrow, self, threaded=threaded, quiet_seconds=0.0
        )
        self.filters.on_set(self._filter)
        self.tree.on_choose(lambda path: self.wish(folder=path))
        self.tree.on_toggle(self._toggle)
        self.table.on_want(self._feed)
        self.table.on_sort(self._sort)
        for part in (self.gallery, self.table):
            part.on_select(self._choose)
        # What is done with samples stands below them, where they are chosen.
        lists = ipywidgets.VBox([self.gallery, self.table, below])
        body = ipywidgets.HBox([self.tree, lists, self.details.box])
        body.add_class("bv-browse")
        bar = ipywidgets.HBox([self.filters])
        bar.add_class("bv-bar")
        self.box = ipywidgets.VBox([bar, body])
        self._write()

    def take(self, stock: Stock, hides: Callable[[str], bool]) -> None:
        """Show a stock, as far as the filters let it in.

        Parameters
        ----------
        hides : says of a purpose whether it is sealed: a lock stands for its pictures.
        """
        self._stock, self._hides = stock, hides
        self.gallery.empty = self.table.empty = _EMPTY if len(stock.samples) else _NOTHING
        classes = sorted(map(str, stock.samples["folder"].unique()))
        present = set(map(str, stock.samples["purpose"].unique()))
        purposes = [name for name in PURPOSES if name in present]
        self.filters.fields = _fields(classes, purposes)
        gone = {}
        for name, known in (("of_class", classes), ("purpose", purposes)):
            if getattr(self._wish, name) not in known:
                gone[name] = ALL
        if self._wish.folder and not stock.folders.below(self._wish.folder).any():
            gone["folder"] = ""
        if not stock.numbers()[self._wish.show]:
            gone["show"] = ALL
        self._draw_tree(stock)
        self.wish(**gone)

    def wish(self, **changes: str | bool) -> None:
        """Change filters or order, by the fields of `Wish`."""
        self._wish = replace(self._wish, **changes)  # type: ignore[arg-type]  # fields by name
        self._write()
        if self._stock is not None:
            self._latest.ask((self._stock, self._wish))

    def show_only(self, of_class: str, purpose: str) -> None:
        """Filter by class and purpose, and by nothing else; the order stays."""
        kept = Wish(sort=self._wish.sort, descending=self._wish.descending)
        self._wish = replace(kept, of_class=of_class, purpose=purpose)
        self.session.choose_item(None)
        self.wish()

    def follow(self) -> None:
        """The session changed: what is chosen, or the item that the samples are filtered by."""
        item = self.session.item or ""
        if item != self._wish.item:
            self.wish(item=item)
        self._mark()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the list and the chosen image are there; False when the time ran out."""
        return self._latest.wait(timeout) and self.details.wait(timeout)

    def close(self) -> None:
        """End the workers."""
        self._latest.close()
        self._thumbnails.close()
        self.details.close()

    # The filters.

    def _filter(self, name: str, value: Any) -> None:
        if name == "view":
            self._view = value
            self._write()
        elif name == "item":
            self.session.choose_item(value.strip() or None)
        elif name == "sort":
            column, descending = SORTS[value]
            self.wish(sort=column, descending=descending)
        else:
            self.wish(**{"of_class" if name == "class" else name: value})

    def _sort(self, column: str) -> None:
        """A column's head: in its order, then in the opposite one."""
        again = column == self._wish.sort
        self.wish(sort=column, descending=again and not self._wish.descending)

    def _toggle(self, path: str) -> None:
        self._opened ^= {path}
        if self._stock is not None:
            self._draw_tree(self._stock)

    def _draw_tree(self, stock: Stock) -> None:
        self.tree.layout.display = "" if stock.folders.nested else "none"
        self.tree.lines = stock.folders.tree(self._opened)

    def _write(self) -> None:
        wish = self._wish
        order = (wish.sort, wish.descending)
        self.filters.values = {
            "class": wish.of_class,
            "purpose": wish.purpose,
            "item": wish.item,
            "text": wish.text,
            "sort": next((name for name, sort in SORTS.items() if sort == order), None),
            "view": self._view,
        }
        self.tree.chosen = wish.folder
        self.table.sort = {"name": wish.sort, "descending": wish.descending}
        self.gallery.layout.display = "" if self._view == GALLERY else "none"
        self.table.layout.display = "" if self._view == TABLE else "none"

    # The list (`work.Answer`).

    def _narrow(self, asked: tuple[Stock, Wish], _report: Report) -> Shown:
        stock, wish = asked
        return shown_of(stock, stock.rows(wish), self.session.recipe.view, self._hides)

    def show(self, result: Shown) -> None:
        """Put a list on screen."""
        version, renewed = self._thumbnails.show(result)
        self.table.show(len(result.rows), version, renewed=renewed)
        self.details.follow(result)
        self._followed(result.stock, result.rows, self._wish.show)
        self._mark()

    def fail(self, error: Exception) -> None:
        """Filtering does not fail: what is wrong with the samples was said when they were listed."""
        raise error

    def _feed(self, version: int, first: int, last: int) -> None:
        shown = self._thumbnails.shown
        if shown is not None and version == self.gallery.version:
            self.table.send_rows(version, first, cells(shown, first, last))

    # What is chosen.

    def _choose(self, positions: list[int]) -> None:
        shown = self._thumbnails.shown
        if shown is None:
            return
        paths = shown.stock.samples["path"].iloc[shown.rows[positions]]
        if positions:
            self.details.choose(shown, positions[-1])
        self.session.select(paths)
        self._mark()

    def _go_to(self, path: str) -> None:
        """Choose a sample that may not pass the filters, and bring it into view if it does."""
        self.session.select([path])
        shown = self._thumbnails.shown
        if shown is None:
            return
        row = shown.stock.find([path])
        places = np.flatnonzero(np.isin(shown.rows, row))
        if len(places):
            self.gallery.reveal(int(places[0]))
            self.table.reveal(int(places[0]))
            self.details.choose(shown, int(places[0]))
        elif len(row):
            self.details.choose(replace(shown, rows=row), 0)

    def _mark(self) -> None:
        """Mark what is chosen, in both forms of the list."""
        shown = self._thumbnails.shown
        if shown is None:
            return
        rows = shown.stock.find(self.session.selected)
        positions = np.flatnonzero(np.isin(shown.rows, rows)).tolist() if len(rows) else []
        if set(positions) != set(self.gallery.selected):
            self.gallery.selected = positions
        if set(positions) != set(self.table.selected):
            self.table.selected = positions


def _fields(classes: Sequence[str], purposes: Sequence[str]) -> list[dict[str, Any]]:
    line = {"line": True}
    choice = {"kind": "choice", **line}
    return [
        {"name": "class", "label": "Class", "options": [ALL, *classes], **choice},
        {"name": "purpose", "label": "Purpose", "options": [ALL, *purposes], **choice},
        {"name": "item", "label": "Item", "kind": "text", "placeholder": "all", **line},
        {
            "name": "text",
            "label": "Path contains",
            "kind": "text",
            "placeholder": "part of a path",
            **line,
        },
        {"name": "sort", "label": "Sort by", "options": list(SORTS), **choice},
        {"name": "view", "label": "As", "options": [GALLERY, TABLE], **choice},
    ]
