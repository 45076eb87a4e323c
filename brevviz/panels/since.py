"""What changed against a manifest that was saved: who moved, who is new, who is gone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ipywidgets
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from brevviz.errors import EvidenceError
from brevviz.evidence import read_manifest
from brevviz.job import Job
from brevviz.progress import Report
from brevviz.recipe import PURPOSES
from brevviz.session import Session
from brevviz.widgets import Form, Table
from brevviz.work import Latest, Quick

__all__ = ["Since"]

_QUIET_SECONDS = 0.3
"""A drag of the ratio is over before it is compared."""

_NONE = "No manifest is saved in this folder yet: Save all in Export writes one."


@dataclass(frozen=True)
class Baseline:
    """The purposes of a saved manifest.

    stamp : what the file was when it was read. paths, purposes : text, one a sample.
    """

    stamp: tuple[str, int]
    paths: pa.ChunkedArray
    purposes: pd.Series[str]


class Since(Quick):
    """A folder, and a table of what the split does differently from the manifest in it."""

    def __init__(self, session: Session, *, threaded: bool = True) -> None:
        self.session = session
        self.form = Form(
            label="Changes",
            fields=[
                {
                    "name": "folder",
                    "label": "Compare with the manifest in",
                    "kind": "text",
                    "lazy": True,
                }
            ],
            values={"folder": "out"},
        )
        self.table = Table(
            caption="Changed since the saved manifest",
            columns=[
                {"name": "before", "label": "Was", "kind": "purpose"},
                {"name": "after", "label": "Is", "kind": "purpose"},
                {"name": "images", "label": "Images", "kind": "int"},
            ],
            empty=_NONE,
            height=0,
        )
        self.box = ipywidgets.VBox([self.form, self.table])
        self.box.add_class("bv-aside")
        self._baseline: Baseline | None = None
        self._folder = "out"
        self._latest: Latest[Job, list[list[Any]] | None] = Latest(
            self._compare, self, threaded=threaded, quiet_seconds=_QUIET_SECONDS
        )
        self.form.on_set(self._entered)

    def follow(self, job: Job) -> None:
        """Compare a job's split, when nothing has changed for a while."""
        self._latest.ask(job)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is compared; False when the time ran out (seconds)."""
        return self._latest.wait(timeout)

    def close(self) -> None:
        """End the worker."""
        self._latest.close()

    def _entered(self, name: str, value: Any) -> None:
        self._folder = str(value).strip()
        self.form.values = {name: value}
        self._latest.ask(self.session.job)

    def _compare(self, job: Job, report: Report) -> list[list[Any]] | None:
        folder = Path(self._folder or ".").expanduser()
        if not (folder / "manifest.json").is_file():
            return None
        report("manifest", 0)
        baseline = self._read(folder)
        report("manifest", 1)
        return _changes(baseline, job.assigned)

    def _read(self, folder: Path) -> Baseline:
        stamp = (str(folder.resolve()), (folder / "manifest.json").stat().st_mtime_ns)
        if self._baseline is None or self._baseline.stamp != stamp:
            samples = read_manifest(folder).samples()
            self._baseline = Baseline(stamp, _text(samples["path"]), samples["purpose"])
        return self._baseline

    # What the worker says (`work.Answer`).

    def show(self, result: list[list[Any]] | None) -> None:
        """The numbers that moved; nothing moved is said too."""
        self.form.problems = {}
        self.table.empty = _NONE if result is None else "Nothing: each sample is where it was."
        self.table.rows = result or []

    def fail(self, error: Exception) -> None:
        """The manifest cannot be read, and this is why; the split's own errors stand elsewhere."""
        if isinstance(error, EvidenceError):
            self.form.problems = {"folder": str(error)}
        self.table.rows = []


def _changes(baseline: Baseline, assigned: pd.DataFrame) -> list[list[Any]]:
    """Numbers of samples by (was, is), where the two differ."""
    paths = _text(assigned["path"])
    place = pc.index_in(paths, value_set=baseline.paths).to_pandas()
    known = place.notna().to_numpy()
    now = _codes(assigned["purpose"])
    old = _codes(baseline.purposes)
    was = np.full(len(now), len(PURPOSES))
    was[known] = old[place[known].to_numpy(np.int64)]
    width = len(PURPOSES) + 1
    numbers = np.bincount(was * width + now, minlength=width * width).reshape(width, width)
    names = [*PURPOSES, ""]
    rows = [
        [names[before] or "not there", names[after], int(number)]
        for (before, after), number in np.ndenumerate(numbers)
        if number and before != after
    ]
    gone = np.ones(len(old), np.bool_)
    gone[place[known].to_numpy(np.int64)] = False
    for code, number in enumerate(np.bincount(old[gone], minlength=width)):
        if number:
            rows.append([names[code] or "left out", "gone", int(number)])
    return rows


def _text(column: pd.Series[Any]) -> pa.ChunkedArray:
    text = pa.array(column, pa.large_string())
    return text if isinstance(text, pa.ChunkedArray) else pa.chunked_array([text])


def _codes(purposes: pd.Series[Any]) -> NDArray[np.int64]:
    """The place of each purpose in PURPOSES; behind the last where there is none."""
    codes = np.full(len(purposes), len(PURPOSES))
    for code, name in enumerate(PURPOSES):
        codes[(purposes == name).to_numpy(np.bool_)] = code
    return codes
