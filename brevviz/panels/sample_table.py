"""The samples as a table: its columns, and the values of the rows that are on screen."""

from __future__ import annotations

from typing import Any

from brevviz.panels.thumbnails import Shown

__all__ = ["COLUMNS", "cells"]

COLUMNS: tuple[dict[str, Any], ...] = (
    {"name": "path", "label": "Path", "sortable": True},
    {"name": "folder", "label": "Class", "width": 120, "sortable": True},
    {"name": "purpose", "label": "Purpose", "kind": "purpose", "width": 100, "sortable": True},
    {"name": "item", "label": "Item", "width": 90, "sortable": True},
    {"name": "size", "label": "Bytes", "kind": "int", "width": 90, "sortable": True},
    {"name": "modified", "label": "Written (UTC)", "width": 145, "sortable": True},
    {"name": "etag", "label": "ETag", "width": 130, "sortable": True},
    {"name": "why", "label": "Worth knowing", "width": 260},
)
"""As `widgets.LongTable.columns` has them; the names are those of `Stock`'s columns."""


def cells(shown: Shown, first: int, last: int) -> list[list[Any]]:
    """The values of the rows at positions `first` to `last`, the last not included."""
    stock, rows = shown.stock, shown.rows[first:last]
    part = stock.samples.iloc[rows]
    columns = (
        [stock.key(row) for row in rows.tolist()],
        part["folder"].tolist(),
        part["purpose"].tolist(),
        [stock.item(row) for row in rows.tolist()],
        part["size"].tolist(),
        part["modified"].dt.strftime("%Y-%m-%d %H:%M:%S").tolist(),
        part["etag"].tolist(),
        [stock.why(row) for row in rows.tolist()],
    )
    return [list(cells) for cells in zip(*columns, strict=True)]
