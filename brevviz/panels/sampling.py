"""The Sampling panel: what an epoch will contain, before training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets

from brevviz.errors import BrevvizError, SamplingError
from brevviz.job import Job
from brevviz.panels import charts
from brevviz.panels.draw_notes import draw_notes
from brevviz.panels.fields import Control
from brevviz.panels.group_table import SETTLED, Drawn, GroupTable
from brevviz.panels.panel import Panel
from brevviz.panels.stock import ALL
from brevviz.session import Session
from brevviz.widgets import Form, Line, LiveChart, Table

__all__ = ["SamplingPanel"]

GROUPS = ("folder", "category", "dataset", "bucket")
"""The columns that make sensible groups."""
MOST_EPOCHS = 100
MOST_BARS = 40
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
_AHEAD = {
    "name": "epochs",
    "label": "Look ahead",
    "kind": "number",
    "unit": "epochs",
    "min": 1,
    "max": MOST_EPOCHS,
    "step": 1,
    "help": "How many epochs the table counts together; no part of the recipe.",
}


class SamplingPanel(Panel[Drawn]):
    """Groups, their weights and shares, and how often each is drawn: expected, drawn, the band."""

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

    def __init__(self, session: Session, **options: Any) -> None:
        self.epochs = 1
        self.chart = LiveChart(
            label="Drawn number by group, the expected one, and the 95 % band of independent draws",
            selection_name="chosen",
            height=140,
        )
        self.chart.on_select(self._lead_on)
        self.groups = GroupTable(session)
        self.ahead = Form(label="Look ahead", fields=[_AHEAD], values={"epochs": 1})
        self.ahead.on_set(self._looked_ahead)
        self.notes = Table(
            caption="Worth knowing",
            columns=[{"name": "note", "label": "Note"}],
            empty="Nothing unusual about these draws.",
            height=0,
        )
        self.notes.add_class("bv-aside")
        self.summary = Line()
        super().__init__(session, **options)

    @property
    def table(self) -> Table:
        """The table of groups."""
        return self.groups.sheet

    def layout(self) -> Sequence[ipywidgets.Widget]:
        """Controls beside the chart, its table and its notes."""
        left = ipywidgets.VBox([self.form, self.ahead])
        right = ipywidgets.VBox([self.summary, self.chart, self.groups.widget, self.notes])
        body = ipywidgets.HBox([left, right])
        body.add_class("bv-controls-main")
        return [body]

    def key(self) -> str:
        """What the recipe says, and how far ahead the table looks."""
        return f"{super().key()} {self.epochs}"

    def changed(self) -> None:
        """What was typed into the table stands there at once; the figures follow."""
        self.groups.follow(self._settled_problems())
        if self.groups.wrong:
            self._mark_stale(True)

    def compute(self, job: Job) -> Drawn:
        """The frequencies of train's first epochs."""
        epochs = self.epochs
        return Drawn(job.frequencies("train", epochs), epochs)

    def render(self, result: Drawn) -> None:
        """One row and one bar a group."""
        table = result.table
        self.groups.show(result)
        self._mark_stale(self.groups.wrong or bool(self.form.problems))
        bars = table.iloc[:MOST_BARS]
        self.chart.spec = charts.frequencies(len(bars))
        self.chart.rows = [
            {"group": str(name)} | {column: float(row[source]) for column, source in _CHART.items()}
            for name, row in bars.iterrows()
        ]
        drawn, images = int(table["drawn"].sum()), int(table["images"].sum())
        more = f" The first {len(bars)} of {len(table):,} groups." if len(table) > len(bars) else ""
        self.summary.text = f"{drawn:,} draws from {images:,} images. {_LEGEND}{more}"
        sampling = self.session.recipe.sampling
        self.notes.rows = [[note] for note in draw_notes(table, result.epochs, sampling)]

    def fail(self, error: Exception) -> None:
        """What the samples have against weights and shares stands in their table."""
        super().fail(error)
        self.groups.follow(self._settled_problems())

    def _fields_of(self, error: Exception) -> dict[str, str]:
        if isinstance(error, SamplingError) and error.where in SETTLED:
            return {error.where: _sentence(error)}
        return super()._fields_of(error)

    def _settled_problems(self) -> dict[str, str]:
        return {where: text for where, text in self._failed_fields.items() if where in SETTLED}

    def _lead_on(self, chosen: dict[str, list[Any]]) -> None:
        """A bar was pressed: the images that are drawn from are what Samples shows."""
        if not chosen:
            return
        # Groups of other columns are no classes.
        by_class = self.session.recipe.sampling.groupby == ("folder",)
        self.narrow(str(chosen["group"][0]) if by_class else ALL, "train")

    def _looked_ahead(self, _name: str, value: Any) -> None:
        fits = isinstance(value, int) and 1 <= value <= MOST_EPOCHS
        self.ahead.values = {"epochs": value}
        self.ahead.problems = (
            {} if fits else {"epochs": f"{value} is not a whole number of 1..{MOST_EPOCHS}"}
        )
        if fits:
            self.epochs = value
            self._followed(self.session)


def _sentence(error: BrevvizError) -> str:
    return f"{error.problem}. {error.hint}" if error.hint else error.problem
