"""ImageGrid: rows of equal-sized images, compared by eye and by digest."""

from __future__ import annotations

from collections.abc import Sequence

import traitlets as t

from brevviz.widgets.assets import module
from brevviz.widgets.base import Part

__all__ = ["ImageGrid"]

_MARKS = ("", "different", "equal")


class ImageGrid(Part):
    """Rows x columns of images out of one picture; shows only.

    One picture for the whole grid travels in one message and is decoded in one go, so that all
    tiles change together and none flickers. A click or Enter shows a tile large, its pixels kept.
    """

    _esm = module("image_grid.js")

    picture = t.Bytes(b"").tag(sync=True)
    """All tiles in one JPEG or PNG file, row by row, with no gaps (kernel → browser)."""
    shape = t.Tuple(t.Int(min=0), t.Int(min=0), default_value=(0, 0)).tag(sync=True)
    """(rows, columns) of tiles in the picture (kernel → browser)."""
    row_labels = t.List(t.Unicode()).tag(sync=True)
    """What each row shows (kernel → browser)."""
    column_labels = t.List(t.Unicode()).tag(sync=True)
    """Which sample each column shows (kernel → browser)."""
    marks = t.List(t.List(t.Enum(_MARKS))).tag(sync=True)
    """Row by row, "equal", "different" or "": how a tile compares with the one that it repeats; may be short (kernel → browser)."""
    digests = t.List(t.List(t.Unicode())).tag(sync=True)
    """Row by row, a short digest of each tile's pixels, or ""; may be short (kernel → browser)."""
    tile = t.Int(120, min=24, max=512).tag(sync=True)
    """The side of a tile, CSS pixels; less where the page is narrow (kernel → browser)."""
    busy = t.Bool(default_value=False).tag(sync=True)
    """True: newer images are being made (kernel → browser)."""
    empty = t.Unicode("No images to show yet.").tag(sync=True)
    """Stands in place of the grid when there is none: what to do (kernel → browser)."""

    def show(
        self,
        picture: bytes,
        shape: tuple[int, int],
        *,
        row_labels: Sequence[str] = (),
        column_labels: Sequence[str] = (),
        marks: Sequence[Sequence[str]] = (),
        digests: Sequence[Sequence[str]] = (),
    ) -> None:
        """Show another grid whole, in one message; the traits' docstrings say what each part is."""
        with self.hold_sync():
            self.picture = picture
            self.shape = shape
            self.row_labels = list(row_labels)
            self.column_labels = list(column_labels)
            self.marks = [list(row) for row in marks]
            self.digests = [list(row) for row in digests]
            self.busy = False
