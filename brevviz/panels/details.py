"""The chosen sample: its image, large, and its facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ipywidgets
import pandas as pd

from brevviz.errors import BrevvizError
from brevviz.images import thumbnail
from brevviz.progress import Report
from brevviz.widgets import ImageGrid, Table
from brevviz.work import Latest, Quick

__all__ = ["Details"]

SIDE = 640
"""Longest side of the large image, pixels."""


@dataclass(frozen=True)
class Large:
    """A sample's image as a JPEG, and the name that stands with it."""

    name: str
    jpeg: bytes


class Details(Quick):
    """One sample large, with path, class, purpose, size and when it was written."""

    def __init__(self, *, threaded: bool = True) -> None:
        self.picture = ImageGrid(tile=300, empty="Choose a sample to see it large.")
        self.facts = Table(
            caption="Chosen sample",
            columns=[{"name": "what", "label": "Fact"}, {"name": "value", "label": "Value"}],
            empty="Choose a sample in the gallery.",
            height=0,
        )
        self._path: str | None = None
        self._latest: Latest[tuple[pd.Series[Any], Callable[[str, str | None], bytes]], Large] = (
            Latest(self._read, self, threaded=threaded, quiet_seconds=0.0)
        )
        self.box = ipywidgets.VBox([self.picture, self.facts])
        self.box.add_class("bv-side")

    def choose(self, row: pd.Series[Any], read: Callable[[str, str | None], bytes]) -> None:
        """Show a row of the samples; its image follows when it is read."""
        self._path = str(row["path"])
        self.facts.rows = _facts(row)
        self._latest.ask((row, read))

    def follow(self, samples: pd.DataFrame) -> None:
        """Another list is shown: the chosen sample's facts are those of its row, if it is there."""
        if self._path is None:
            return
        rows = samples[samples["path"] == self._path]
        if len(rows):
            self.facts.rows = _facts(rows.iloc[0])
        else:
            self._path = None
            self.facts.rows = []
            self.picture.show(b"", (0, 0))

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the image is there; False when the time ran out (seconds)."""
        return self._latest.wait(timeout)

    def close(self) -> None:
        """End the worker."""
        self._latest.close()

    def _read(
        self, chosen: tuple[pd.Series[Any], Callable[[str, str | None], bytes]], report: Report
    ) -> Large:
        row, read = chosen
        data = read(row["path"], row["etag"])
        report("read", 1)
        return Large(str(row["path"]).rpartition("/")[2], thumbnail(data, SIDE))

    # What the worker says (`work.Answer`).

    def show(self, result: Large) -> None:
        """The image is there."""
        self.picture.show(result.jpeg, (1, 1), column_labels=[result.name])

    def fail(self, error: Exception) -> None:
        """The image cannot be shown: why stands among the facts."""
        why = error.problem if isinstance(error, BrevvizError) else str(error)
        self.picture.show(b"", (0, 0))
        self.facts.rows = [*self.facts.rows, ["Cannot be shown", why]]

    def busy(self, busy: bool, /) -> None:
        """The worker began or ended."""
        self.picture.busy = busy


def _facts(row: pd.Series[Any]) -> list[list[str]]:
    facts = {
        "Class": ", ".join(row["category"]),
        "Folder": row["folder"],
        "Purpose": row["purpose"],
        "Size": f"{int(row['size']):,} bytes" if "size" in row else "",
        "Written": f"{row['modified']:%Y-%m-%d %H:%M:%S} UTC" if "modified" in row else "",
        "ETag": row["etag"],
        "Path": row["path"],
    }
    return [[name, str(value)] for name, value in facts.items() if str(value)]
