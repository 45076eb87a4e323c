"""The regex bench: a few paths with the captured key highlighted, while the rule is typed."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import ipywidgets
import pandas as pd

from brevviz.errors import BrevvizError
from brevviz.job import Job
from brevviz.panels import charts
from brevviz.panels.lines import Line, line_of
from brevviz.panels.odd import histogram, odd_lines
from brevviz.progress import Report
from brevviz.split import Plan, capture
from brevviz.widgets import LiveChart, PathBench
from brevviz.work import Latest, Quick

__all__ = ["Bench"]

SAMPLE = 600
"""Paths that are tried at each key press; the whole set follows."""
SHOWN = 40


class Bench(Quick):
    """Paths of the source, the odd ones first; answers from a sample before the plan is made."""

    def __init__(self, *, threaded: bool = True) -> None:
        self.widget = PathBench(empty="No paths yet: open a source in Samples.", height=240)
        self.chart = LiveChart(label="Items by number of images", height=120)
        side = ipywidgets.VBox([self.chart])
        self.box = ipywidgets.HBox([self.widget, side])
        self.box.add_class("bv-main-side")
        self._latest: Latest[Job, tuple[str, list[Line]]] = Latest(
            self._try, self, threaded=threaded, quiet_seconds=0.0
        )
        self._asked = ""
        self._looked_at: Plan | None = None
        # Lines of the sample come first, the odd ones of the whole set when its plan stands.
        self._lock = threading.Lock()
        self._tried: tuple[str, list[Line]] = ("", [])
        self._odd: tuple[str, list[Line]] = ("", [])

    def follow(self, job: Job) -> None:
        """Try the rule of a job on a sample of its paths."""
        key = _key(job)
        if key != self._asked:
            self._asked = key
            self._latest.ask(job)

    def count(self, plan: Plan) -> None:
        """Show the figures of the whole set."""
        most = int(plan.images_of_item.max()) if plan.items else 0
        self.widget.counters = [
            [f"{plan.matched:,}", "matched"],
            [f"{plan.unmatched:,}", "unmatched", "warn" if plan.unmatched else ""],
            [f"{plan.items:,}", "items"],
            [f"{len(plan.item_of_row) / max(1, plan.items):.2f}", "images an item"],
            [f"{most:,}", "in the largest item"],
        ]

    def look(self, job: Job, plan: Plan) -> None:
        """Show the odd items of the whole set, and how many images its items have."""
        if plan is self._looked_at:
            return  # at another ratio: the items are the same
        self._looked_at = plan
        split = job.recipe.split
        odd = odd_lines(job.samples, plan, split.uniqueness, split.engine)
        self._put(odd=(_key(job), odd))
        self.chart.spec = charts.item_sizes()
        self.chart.rows = histogram(plan)

    def _put(
        self,
        *,
        tried: tuple[str, list[Line]] | None = None,
        odd: tuple[str, list[Line]] | None = None,
    ) -> None:
        with self._lock:
            self._tried, self._odd = tried or self._tried, odd or self._odd
            (rule, lines), (odd_rule, first) = self._tried, self._odd
            if odd_rule == rule:
                paths = {line[0] for line in first}
                unmatched = [line for line in lines if line[4]]
                rest = [line for line in lines if not line[4] and line[0] not in paths]
                lines = [*unmatched, *first, *rest][:SHOWN]
            if lines != self.widget.lines:
                self.widget.lines = lines

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the paths are highlighted; False when the time ran out (seconds)."""
        return self._latest.wait(timeout)

    def close(self) -> None:
        """End the worker."""
        self._latest.close()

    def _try(self, job: Job, report: Report) -> tuple[str, list[Line]]:
        samples = job.samples
        step = max(1, len(samples) // SAMPLE)
        report("paths", 0)
        rule = job.recipe.split.uniqueness
        if isinstance(rule, str):
            paths = samples["path"].iloc[::step].tolist()
            lines = _by_pattern(rule, paths, job.recipe.split.engine)
        else:
            lines = _by_columns(rule, samples.iloc[: SHOWN * step : step])
        return _key(job), lines

    # What the worker says (`work.Answer`).

    def show(self, result: tuple[str, list[Line]]) -> None:
        """The highlighted paths."""
        self._put(tried=result)

    def fail(self, error: Exception) -> None:
        """The last good lines stay; the plan's own error stands under the field."""
        if not isinstance(error, BrevvizError):
            raise error


def _key(job: Job) -> str:
    return job.recipe.slice_digest("source", "triage") + repr(job.recipe.split.uniqueness)


def _by_pattern(rule: str, paths: Sequence[str], engine: str) -> list[Line]:
    """Paths that do not match first, then the rest in order, as `PathBench.lines` has them."""
    found = capture(rule, paths, engine=engine)
    places = zip(paths, found.spans, found.caught, strict=True)
    odd: list[Line] = []
    rest: list[Line] = []
    for path, groups, caught in places:
        if not caught and len(odd) < SHOWN // 2:
            odd.append(line_of(path, groups, "no match: an item of its own"))
        elif caught and len(rest) < SHOWN:
            rest.append(line_of(path, groups))
    return [*odd, *rest][:SHOWN]


def _by_columns(names: Sequence[str], sample: pd.DataFrame) -> list[Line]:
    keys = sample[list(names)].astype(str).agg(" ".join, axis=1) if names else sample["path"]
    return [line_of(path, None, key=key) for path, key in zip(sample["path"], keys, strict=True)]
