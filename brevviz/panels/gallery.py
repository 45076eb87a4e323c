"""The gallery of samples with its filters; only what is on screen is read and sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import ipywidgets
import numpy as np
import pandas as pd

from brevviz.bucket import reader
from brevviz.errors import BrevvizError
from brevviz.images import thumbnail
from brevviz.panels.details import Details
from brevviz.widgets import Form, Gallery
from brevviz.work import Feed

__all__ = ["SampleGallery"]

ALL = "all"
SIDE = 160
"""Longest side of a thumbnail, pixels: sharp at the gallery's size on a dense screen."""

_SORTS = {"name": "path", "largest first": "size", "newest first": "modified"}


@dataclass(frozen=True)
class Shown:
    """One list in the gallery: the samples, and which rows stand at its positions."""

    samples: pd.DataFrame
    rows: np.ndarray[Any, np.dtype[np.int64]]
    read: Callable[[str, str | None], bytes]

    def row(self, position: int) -> pd.Series[Any]:
        """The sample at a position."""
        return self.samples.iloc[int(self.rows[position])]


class SampleGallery:
    """Thumbnails of samples: filter by class, purpose and text, sort, choose one for its details."""

    def __init__(self, *, threaded: bool = True) -> None:
        self.filters = Form(label="Filter", fields=_fields((), ()))
        self.gallery = Gallery(
            height=560,
            label="Samples",
            empty="No sample passes the filter: choose another class or text.",
        )
        self.details = Details(threaded=threaded)
        self._samples: pd.DataFrame | None = None
        self._shown: tuple[int, Shown] | None = None
        self._wish = {"class": ALL, "purpose": ALL, "text": "", "sort": "name"}
        self._feed = Feed(self._load, threaded=threaded)
        self.filters.on_set(self._filter)
        self.gallery.on_want(self._feed.want)
        self.gallery.on_select(self._choose)
        body = ipywidgets.HBox([self.gallery, self.details.box])
        body.add_class("bv-main-side")
        self.box = ipywidgets.VBox([self.filters, body])

    def show(self, samples: pd.DataFrame) -> None:
        """Show samples (with `purpose`), as far as the filters let them in."""
        self._samples = samples
        classes = sorted(map(str, samples["folder"].unique()))
        purposes = sorted(map(str, samples["purpose"].unique()))
        self.filters.fields = _fields(classes, purposes)
        for name, known in (("class", classes), ("purpose", purposes)):
            if self._wish[name] not in known:
                self._wish[name] = ALL
        self._apply()

    def filter_class(self, names: Sequence[Any]) -> None:
        """Show one class only, or all when none is named: a click in the chart."""
        self._filter("class", str(names[0]) if names else ALL)

    def close(self) -> None:
        """End the workers."""
        self._feed.close()
        self.details.close()

    def _filter(self, name: str, value: Any) -> None:
        self._wish[name] = value
        self._apply()

    def _apply(self) -> None:
        self.filters.values = dict(self._wish)
        if self._samples is None:
            return
        shown = Shown(self._samples, self._rows(self._samples), reader(self._samples))
        version = self.gallery.version + 1
        self._shown = (version, shown)
        self.details.follow(shown.samples.iloc[shown.rows])
        self.gallery.show(len(shown.rows), version)

    def _rows(self, samples: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.int64]]:
        """The row numbers that pass the filters, in the order asked for."""
        wish = self._wish
        let_in = np.ones(len(samples), bool)
        for name, column in (("class", "folder"), ("purpose", "purpose")):
            if wish[name] != ALL:
                let_in &= (samples[column] == wish[name]).to_numpy(bool)
        if wish["text"]:
            found = samples["path"].str.contains(wish["text"], case=False, regex=False)
            let_in &= found.to_numpy(bool)
        rows = np.flatnonzero(let_in)
        column = _SORTS[wish["sort"]]
        if column != "path":
            rows = rows[np.argsort(samples[column].to_numpy()[rows], kind="stable")[::-1]]
        return rows

    def _load(self, version: int, position: int) -> None:
        if self._shown is None or self._shown[0] != version:
            return
        shown = self._shown[1]
        row = shown.row(position)
        name = str(row["path"]).rpartition("/")[2]
        try:
            jpeg = thumbnail(shown.read(row["path"], row["etag"]), SIDE)
        except BrevvizError as error:
            self.gallery.send_failed(version, position, error.problem, label=name)
        else:
            self.gallery.send_thumb(
                version,
                position,
                jpeg,
                label=name,
                purpose=str(row["purpose"]),
                caption=f"{row['path']}, class {row['folder']}, {row['purpose']}",
            )

    def _choose(self, positions: list[int]) -> None:
        if positions and self._shown is not None:
            shown = self._shown[1]
            self.details.choose(shown.row(positions[-1]), shown.read)


def _fields(classes: Sequence[str], purposes: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {"name": "class", "label": "Class", "kind": "choice", "options": [ALL, *classes]},
        {"name": "purpose", "label": "Purpose", "kind": "choice", "options": [ALL, *purposes]},
        {"name": "text", "label": "Path contains", "kind": "text", "placeholder": "part of a path"},
        {"name": "sort", "label": "Sort by", "kind": "choice", "options": list(_SORTS)},
    ]
