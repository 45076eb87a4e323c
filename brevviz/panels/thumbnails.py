"""Thumbnails of samples: read and shrunk as a gallery asks for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from brevviz.bucket import reader
from brevviz.errors import BrevvizError, ImageRejected
from brevviz.images import thumbnail
from brevviz.panels.stock import Ints, Stock
from brevviz.recipe import View
from brevviz.widgets import Gallery
from brevviz.work import Feed

__all__ = ["SEALED", "Rejected", "Shown", "Thumbnails", "looks_of", "shown_of"]

SEALED = "Sealed: the test set is opened in Export, for a reason that its trail keeps."
"""Stands where a picture of a sealed sample would."""
SIDE = 160
"""Longest side of a thumbnail, pixels: sharp at the gallery's size on a dense screen."""

Rejected = Callable[[str, str, View], None]
"""Told of a file that cannot be shown: its ETag, why, and the view; from any thread."""


@dataclass(frozen=True)
class Shown:
    """One list on screen: the stock, and which of its rows stand at the list's positions.

    view : how files become pictures. hides : is a purpose sealed, so that no picture is read?
    """

    stock: Stock
    rows: Ints
    view: View
    read: Callable[[str, str | None], bytes]
    hides: Callable[[str], bool]

    def row(self, position: int) -> int:
        """The row of the stock at a position."""
        return int(self.rows[position])

    def repeats(self, other: Shown) -> bool:
        """Do the same samples stand at the same positions? What is known of them may differ."""
        return np.array_equal(self.rows, other.rows) and self.stock.same_samples(other.stock)

    def sample(self, position: int) -> pd.Series[Any]:
        """The sample at a position."""
        return self.stock.samples.iloc[self.row(position)]


def shown_of(stock: Stock, rows: Ints, view: View, hides: Callable[[str], bool]) -> Shown:
    """A list of a stock's rows, read from where its samples come from."""
    return Shown(stock, rows, view, reader(stock.samples), hides)


def looks_of(view: View) -> tuple[object, ...]:
    """What of a view decides how a whole file looks, and whether it can be shown at all."""
    pattern = view.bayer_pattern if view.color_mode == "bayer" else None
    return (view.window, pattern, view.exif_orientation, view.max_pixels)


class Thumbnails:
    """A gallery's thumbnails; what leaves the screen before it is read is never read."""

    def __init__(self, gallery: Gallery, rejected: Rejected, *, threaded: bool = True) -> None:
        self.gallery = gallery
        self._rejected = rejected
        self._shown: tuple[int, Shown] | None = None
        self._feed = Feed(self._load, threaded=threaded)
        gallery.on_want(self._feed.want)

    @property
    def shown(self) -> Shown | None:
        """The list on screen."""
        return None if self._shown is None else self._shown[1]

    def show(self, shown: Shown) -> tuple[int, bool]:
        """Show another list; gives its version, and whether it is the one before, renewed."""
        before, version = self.shown, self.gallery.version + 1
        renewed = before is not None and shown.repeats(before)
        self._shown = (version, shown)
        self.gallery.show(len(shown.rows), version, renewed=renewed)
        return version, renewed

    def close(self) -> None:
        """End the workers."""
        self._feed.close()

    def _load(self, version: int, position: int) -> None:
        if self._shown is None or self._shown[0] != version:
            return
        shown = self._shown[1]
        sample, why = shown.sample(position), shown.stock.why(shown.row(position))
        name, purpose = str(sample["path"]).rpartition("/")[2], str(sample["purpose"])
        if shown.hides(purpose):
            self.gallery.send_sealed(version, position, SEALED, label=name, purpose=purpose)
            return
        try:
            data = shown.read(sample["path"], sample["etag"])
            jpeg = thumbnail(data, SIDE, shown.view)
        except BrevvizError as error:
            self.gallery.send_failed(version, position, error.problem, label=name)
            if isinstance(error, ImageRejected):
                self._rejected(str(sample["etag"]), error.problem, shown.view)
        else:
            caption = f"{sample['path']}, class {sample['folder']}, {purpose}"
            self.gallery.send_thumb(
                version,
                position,
                jpeg,
                label=name,
                purpose=purpose,
                caption=f"{caption}; {why}" if why else caption,
            )
