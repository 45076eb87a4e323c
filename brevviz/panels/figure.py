"""The grid of the Images panel as a matplotlib figure, for a report or a PNG file.

It is drawn where it is asked for, in the user's own cell: matplotlib is not safe on the threads
that widgets' callbacks run on. No pyplot, so that nobody's current figure changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from textwrap import wrap
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from brevviz.panels.proof import ProofRow
from brevviz.widgets import visible

__all__ = ["GridFigure", "grid_figure"]

_TILE, _MARGIN, _LINE = 1.1, 1.35, 0.15  # inches
_GOOD, _BAD, _SOFT = "#1b7a3d", "#b3261e", "#616161"


class GridFigure(Figure):
    """A matplotlib figure that a notebook shows without pyplot; `savefig("grid.png")` saves it."""

    def _repr_png_(self) -> bytes:
        file = BytesIO()
        self.savefig(file, format="png", dpi=110)
        return file.getvalue()


def grid_figure(rows: Sequence[ProofRow], columns: Sequence[str], caption: str) -> GridFigure:
    """Draw rows of pictures under the names of their columns, a caption below.

    Raises ValueError when a row has another number of pictures than there are columns.
    """
    for row in rows:
        if len(row.pictures) != len(columns):
            raise ValueError(f"{len(row.pictures)} pictures under {len(columns)} columns")
    tall, wide = rows[0].pictures.shape[1:3]
    tile = _TILE * tall / wide
    heights = [tile + _LINE * (1 + bool(row.marks) + bool(row.digests)) for row in rows]
    width, height = _MARGIN + _TILE * len(columns), sum(heights) + 0.7
    figure = GridFigure(figsize=(width, height), facecolor="white")
    FigureCanvasAgg(figure)
    top = height - 0.3
    for number, (row, room) in enumerate(zip(rows, heights, strict=True)):
        _write(figure, (0.08, top), "\n".join(wrap(row.label, 18)), 8, _SOFT)
        for column, picture in enumerate(row.pictures):
            left = _MARGIN + _TILE * column
            box = (left / width, (top - tile) / height, (_TILE - 0.08) / width, tile / height)
            axes = figure.add_axes(box)
            axes.imshow(
                picture if picture.shape[2] == 3 else picture[..., 0], "gray", vmin=0, vmax=255
            )
            axes.set_axis_off()
            if number == 0:
                _write(figure, (left, top + 0.2), _short(columns[column]), 6.5, _SOFT)
            _write_under(figure, left, top - tile, row, column)
        top -= room
    _write(figure, (0.08, 0.35), caption, 8, "black")
    return figure


def _write_under(figure: Figure, left: float, top: float, row: ProofRow, column: int) -> None:
    """The mark and the digest below a picture."""
    if row.marks:
        mark = row.marks[column]
        colour = _GOOD if mark == "equal" else _BAD
        _write(figure, (left, top - 0.04), mark, 7, colour)
    if row.digests:
        below = top - 0.04 - _LINE * bool(row.marks)
        _write(figure, (left, below), row.digests[column], 6, _SOFT, family="monospace")


def _write(
    figure: Figure, place: tuple[float, float], text: str, size: float, colour: str, **more: Any
) -> None:
    """Put text with its upper left corner at a place (x, y), inches; it is no mathematics."""
    x, y = place
    width, height = figure.get_size_inches()
    figure.text(
        x / width,
        y / height,
        "\n".join(map(visible, text.split("\n"))),
        fontsize=size,
        color=colour,
        va="top",
        parse_math=False,
        **more,
    )


def _short(name: str, most: int = 20) -> str:
    return name if len(name) <= most else f"{name[: most - 3]}..."
