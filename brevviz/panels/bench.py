"""The regex bench: a few paths with the captured key highlighted, while the rule is typed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from brevviz.errors import BrevvizError
from brevviz.job import Job
from brevviz.progress import Report
from brevviz.split import Plan, capture
from brevviz.widgets import PathBench
from brevviz.work import Latest, Quick

__all__ = ["Bench"]

SAMPLE = 2000
"""Paths that are tried at each key press; the whole set follows."""
SHOWN = 40

Line = list[object]


class Bench(Quick):
    """Paths of the source, the odd ones first; answers from a sample before the plan is made."""

    def __init__(self, *, threaded: bool = True) -> None:
        self.widget = PathBench(empty="No paths yet: open a source in Samples.")
        self._latest: Latest[Job, list[Line]] = Latest(
            self._try, self, threaded=threaded, quiet_seconds=0.0
        )
        self._asked = ""

    def follow(self, job: Job) -> None:
        """Try the rule of a job on a sample of its paths."""
        key = job.recipe.slice_digest("source") + repr(job.recipe.split.uniqueness)
        if key != self._asked:
            self._asked = key
            self._latest.ask(job)

    def count(self, plan: Plan) -> None:
        """Show the figures of the whole set."""
        sizes = np.bincount(plan.item_of_row)
        most = int(sizes.max()) if len(sizes) else 0
        self.widget.counters = [
            [f"{plan.matched:,}", "matched"],
            [f"{plan.unmatched:,}", "unmatched", "warn" if plan.unmatched else ""],
            [f"{plan.items:,}", "items"],
            [f"{len(plan.item_of_row) / max(1, plan.items):.2f}", "images an item"],
            [f"{most:,}", "in the largest item"],
        ]

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the paths are highlighted; False when the time ran out (seconds)."""
        return self._latest.wait(timeout)

    def close(self) -> None:
        """End the worker."""
        self._latest.close()

    def _try(self, job: Job, report: Report) -> list[Line]:
        samples = job.samples
        sample = samples.iloc[:: max(1, len(samples) // SAMPLE)]
        report("paths", 0)
        rule = job.recipe.split.uniqueness
        if isinstance(rule, str):
            return _by_pattern(rule, sample["path"].tolist(), job.recipe.split.engine)
        return _by_columns(rule, sample.iloc[:SHOWN])

    # What the worker says (`work.Answer`).

    def show(self, result: list[Line]) -> None:
        """The highlighted paths."""
        self.widget.lines = result

    def fail(self, error: Exception) -> None:
        """The last good lines stay; the plan's own error stands under the field."""
        if not isinstance(error, BrevvizError):
            raise error


def _by_pattern(rule: str, paths: Sequence[str], engine: str) -> list[Line]:
    """Paths that do not match first, then the rest in order, as `PathBench.lines` has them."""
    spans = capture(rule, paths, engine=engine).spans
    odd: list[Line] = []
    even: list[Line] = []
    for path, groups in zip(paths, spans, strict=True):
        caught = [place for place in groups or () if place[0] < place[1]]
        if caught:
            start, end = caught[0]
            item = " ".join(path[a:b] for a, b in caught)
            even.append([path, start, end, item, ""])
        else:
            odd.append([path, None, None, "", "no match: an item of its own"])
    return [*odd[: SHOWN // 2], *even][:SHOWN]


def _by_columns(names: Sequence[str], sample: pd.DataFrame) -> list[Line]:
    keys = sample[list(names)].astype(str).agg(" ".join, axis=1) if names else sample["path"]
    return [[path, None, None, key, ""] for path, key in zip(sample["path"], keys, strict=True)]
