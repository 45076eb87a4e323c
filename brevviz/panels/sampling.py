"""The Sampling panel: what an epoch will contain, before training."""

from __future__ import annotations

from collections.abc import Sequence

import ipywidgets
import pandas as pd

from brevviz.job import Job
from brevviz.panels import charts
from brevviz.panels.fields import Control
from brevviz.panels.panel import Panel
from brevviz.session import Session
from brevviz.widgets import Line, LiveChart, Table

__all__ = ["SamplingPanel"]

GROUPS = ("folder", "category", "dataset", "bucket")
"""The columns that make sensible groups."""
_ORDER_HELP = "By quotas, each group is drawn its expected number of times, to within one."
_ORDERS = (
    {"value": "quota-1", "label": "by quotas"},
    {"value": "even-1", "label": "by quotas, every batch balanced"},
    {"value": "independent-1", "label": "at random"},
)
# The quotas' own bounds are a draw wide; the band shows what drawing at random would do.
_CHART = {
    "drawn": "drawn",
    "expected": "expected",
    "low": "independent_low",
    "high": "independent_high",
}
_LEGEND = "Bar: drawn. Tick: expected. Line: where 95 % of independent draws would fall."


class SamplingPanel(Panel[pd.DataFrame]):
    """Groups, their weights, and how often each is drawn: expected, drawn, and the band."""

    title = "Sampling"
    sections = ("source", "split", "sampling", "seed")
    controls = (
        Control("sampling.groupby", "Group by", kind="tags", options=GROUPS, read=list, write=list),
        Control("sampling.weighing", "Weighing"),
        Control("sampling.batch_size", "Batch size"),
        Control(
            "sampling.epoch_samples",
            "Draws an epoch",
            placeholder="all",
            help="Empty: as many as there are train samples.",
        ),
        Control(
            "sampling.algorithm", "Draw order", kind="choice", options=_ORDERS, help=_ORDER_HELP
        ),
        Control("sampling.shuffle", "Shuffle"),
        Control("sampling.repeat", "Repeat without end"),
    )

    def __init__(self, session: Session, **options: object) -> None:
        self.chart = LiveChart(
            label="Drawn number by group, the expected one, and the 95 % band of independent draws",
            height=140,
        )
        self.table = Table(
            caption="One epoch of train",
            columns=[
                {"name": "group", "label": "Group"},
                {"name": "images", "label": "Images", "kind": "int"},
                {"name": "weight", "label": "Weight", "kind": "bar"},
                {"name": "expected", "label": "Expected", "kind": "float", "digits": 1},
                {"name": "drawn", "label": "Drawn", "kind": "int"},
                {"name": "repeats", "label": "Each image", "help": "Times drawn in one epoch"},
                {"name": "unseen", "label": "Never seen", "kind": "percent"},
            ],
            empty="No draws yet: open a source in Samples.",
            height=320,
        )
        self.summary = Line()
        super().__init__(session, **options)  # type: ignore[arg-type]  # Panel names and checks them

    def layout(self) -> Sequence[ipywidgets.Widget]:
        """Controls beside the chart and its table."""
        right = ipywidgets.VBox([self.summary, self.chart, self.table])
        body = ipywidgets.HBox([self.form, right])
        body.add_class("bv-controls-main")
        return [body]

    def compute(self, job: Job) -> pd.DataFrame:
        """The frequencies of train's first epoch."""
        return job.frequencies("train")

    def render(self, result: pd.DataFrame) -> None:
        """One row and one bar a group."""
        groups = [(str(name), row) for name, row in result.iterrows()]
        self.table.rows = [
            [
                name,
                int(row["images"]),
                float(row["weight"]),
                float(row["expected"]),
                int(row["drawn"]),
                _times(int(row["repeats_min"]), int(row["repeats_max"])),
                float(row["unseen"]),
            ]
            for name, row in groups
        ]
        self.table.flags = ["warn" if row["drawn"] == 0 else "" for _, row in groups]
        self.chart.spec = charts.frequencies(len(groups))
        self.chart.rows = [
            {"group": name} | {column: float(row[source]) for column, source in _CHART.items()}
            for name, row in groups
        ]
        drawn, images = int(result["drawn"].sum()), int(result["images"].sum())
        starved = [name for name, row in groups if row["drawn"] == 0]
        self.summary.text = f"{drawn:,} draws from {images:,} images. {_LEGEND}" + (
            f" Never drawn in one epoch: {', '.join(starved)}." if starved else ""
        )


def _times(low: int, high: int) -> str:
    return f"{low} x" if low == high else f"{low} to {high} x"
