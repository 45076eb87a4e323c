"""The chosen sample: its image to look at closely, its facts, its item and that one's images."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import ipywidgets
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brevviz.errors import BrevvizError
from brevviz.images import ImagePipeline, Loaded, sprite
from brevviz.images.reduce import reduce_area
from brevviz.panels.stock import Stock
from brevviz.panels.thumbnails import SEALED, Rejected, Shown, Thumbnails
from brevviz.progress import Report
from brevviz.widgets import Copy, Gallery, ImageView, Line, Table
from brevviz.work import Latest, Quick

__all__ = ["SEALED", "Details"]

MOST_PIXELS = 2_000_000
"""An image of more pixels comes reduced at first, and whole when a person asks for it."""

_NONE = "Choose a sample to see it large."


@dataclass(frozen=True)
class Wanted:
    """A position of a list whose image is wanted. full : with all its pixels."""

    shown: Shown
    position: int
    full: bool = False


@dataclass(frozen=True)
class Large:
    """A sample's picture as a PNG file, its size (height, width) and levels, and what it is."""

    key: str
    png: bytes
    size: tuple[int, int]
    levels: list[list[int]]
    notes: str


class Details(Quick):
    """One sample large, with path, class, purpose, item, size and when it was written.

    Parameters
    ----------
    choose : called with the path of another image of the item, when a person presses it.
    """

    def __init__(
        self,
        choose: Callable[[str], None],
        rejected: Rejected,
        *,
        threaded: bool = True,
    ) -> None:
        self.picture = ImageView(height=300, empty=_NONE)
        self.facts = Table(
            caption="Chosen sample",
            columns=[{"name": "what", "label": "Fact"}, {"name": "value", "label": "Value"}],
            empty="",
            height=0,
        )
        self.path = Copy(label="Path")
        self.of_item = Line()
        self.others = Gallery(label="Images of the same item", height=112, size=72)
        self._thumbnails = Thumbnails(self.others, rejected, threaded=threaded)
        self._choose = choose
        self._path: str | None = None
        self._wanted: Wanted | None = None
        self._latest: Latest[Wanted, Large] = Latest(
            self._read, self, threaded=threaded, quiet_seconds=0.0
        )
        self.picture.on_full(self._whole)
        self.others.on_select(self._pick)
        self.box = ipywidgets.VBox([self.picture, self.path, self.facts, self.of_item, self.others])
        self.box.add_class("bv-side")
        self._clear()

    def choose(self, shown: Shown, position: int) -> None:
        """Show a sample; its image follows when it is read, unless it is sealed."""
        sample = shown.sample(position)
        again = self._path == sample["path"] and bool(self.picture.picture)
        self._path = str(sample["path"])
        self._write(shown.stock, shown.row(position))
        self._show_item(shown, shown.row(position))
        if shown.hides(str(sample["purpose"])):
            self._wanted = None
            self.picture.clear(SEALED)
        elif not again:
            self._wanted = Wanted(shown, position)
            self._latest.ask(self._wanted)

    def follow(self, shown: Shown) -> None:
        """Another list is shown: the chosen sample's facts are those of its row, if it is there."""
        if self._path is None:
            return
        found = shown.stock.find([self._path])
        places = np.flatnonzero(shown.rows == found[0]) if len(found) else found
        if len(places):
            self.choose(shown, int(places[0]))
        else:
            self._clear()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the image is there; False when the time ran out (seconds)."""
        return self._latest.wait(timeout)

    def close(self) -> None:
        """End the workers."""
        self._latest.close()
        self._thumbnails.close()

    def _clear(self) -> None:
        self._path = None
        self.facts.rows = []
        self.facts.layout.display = "none"
        self.picture.clear(_NONE)
        self.path.text = self.of_item.text = ""
        self.others.layout.display = "none"

    def _write(self, stock: Stock, row: int, more: dict[str, str] | None = None) -> None:
        self.path.text = str(stock.samples["path"].iloc[row])
        facts = {**_facts(stock, row), **(more or {})}
        self.facts.layout.display = ""
        self.facts.rows = [[name, value] for name, value in facts.items() if value]

    def _show_item(self, shown: Shown, row: int) -> None:
        """The item's other images, one press away."""
        rows = shown.stock.rows_of_item(row)
        rows = rows[rows != row]
        name = shown.stock.item(row)
        self.of_item.text = (
            f"Item {name} has {len(rows):,} other image{'' if len(rows) == 1 else 's'}"
            if len(rows)
            else "The only image of its item."
            if name
            else ""
        )
        self.others.layout.display = "" if len(rows) else "none"
        before = self._thumbnails.shown
        if (
            before is None
            or before.stock is not shown.stock
            or not np.array_equal(before.rows, rows)
        ):
            self._thumbnails.show(Shown(shown.stock, rows, shown.view, shown.read, shown.hides))

    def _pick(self, positions: list[int]) -> None:
        shown = self._thumbnails.shown
        if positions and shown is not None:
            self._choose(str(shown.sample(positions[0])["path"]))

    def _whole(self) -> None:
        if self._wanted is not None:
            self._latest.ask(Wanted(self._wanted.shown, self._wanted.position, full=True))

    def _read(self, wanted: Wanted, report: Report) -> Large:
        shown = wanted.shown
        sample = shown.sample(wanted.position)
        data = shown.read(sample["path"], sample["etag"])
        report("read", 1)
        # The whole file as training sees it: its depth, colours and turning, not its regions.
        view = shown.view.model_copy(update={"target_size": None, "rois": ()})
        loaded = ImagePipeline.of(view).load(data, str(sample["path"]))
        report("decoded", 1)
        return _large(loaded, shown.stock.key(shown.row(wanted.position)), full=wanted.full)

    # What the worker says (`work.Answer`).

    def show(self, result: Large) -> None:
        """The image is there."""
        if self._wanted is None:  # it was sealed meanwhile
            return
        self.picture.show(result.png, result.size, result.levels, result.key)
        self._add({"Pixels": f"{result.size[1]} x {result.size[0]}", "Unusual": result.notes})

    def fail(self, error: Exception) -> None:
        """The image cannot be shown: why stands in its place, and among the facts."""
        why = error.problem if isinstance(error, BrevvizError) else str(error)
        self.picture.clear(f"Cannot be shown: {why}")
        self._add({"Cannot be shown": why})

    def busy(self, busy: bool, /) -> None:
        """The worker began or ended."""
        self.picture.busy = busy

    def _add(self, facts: dict[str, str]) -> None:
        """Facts that only the file itself tells."""
        if self._wanted is not None:
            shown = self._wanted.shown
            self._write(shown.stock, shown.row(self._wanted.position), facts)


def _large(loaded: Loaded, key: str, *, full: bool) -> Large:
    pixels = loaded.working
    height, width = pixels.shape[:2]
    grey = bool((pixels[..., :1] == pixels).all())
    channels = [pixels[..., 0]] if grey else [pixels[..., channel] for channel in range(3)]
    levels = [np.bincount(channel.ravel(), minlength=256).tolist() for channel in channels]
    shown = pixels if full else _reduced(pixels)
    png = sprite(shown[np.newaxis], columns=1, lossless=True)
    return Large(key, png, (height, width), levels, ", ".join(loaded.notes))


def _reduced(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = pixels.shape[:2]
    part = (MOST_PIXELS / (height * width)) ** 0.5
    if part >= 1:
        return pixels
    return reduce_area(pixels, (max(1, int(height * part)), max(1, int(width * part))))


def _facts(stock: Stock, row: int) -> dict[str, str]:
    sample = stock.samples.iloc[row]
    return {
        "Class": ", ".join(sample["category"]),
        "Folder": str(sample["folder"]),
        "Purpose": str(sample["purpose"]),
        "Item": stock.item(row),
        "Worth knowing": stock.why(row),
        "Size": f"{int(sample['size']):,} bytes",
        "Written": f"{sample['modified']:%Y-%m-%d %H:%M:%S} UTC",
        "ETag": str(sample["etag"]),
        "Version": "" if pd.isna(sample["version_id"]) else str(sample["version_id"]),
    }
