"""The Split panel: what the rule makes of the file names, and where every class lands."""

from __future__ import annotations

import math
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ipywidgets
import numpy as np
import pandas as pd

from brevviz.job import Job
from brevviz.panels import charts
from brevviz.panels.bench import Bench
from brevviz.panels.entries import read_key, write_key
from brevviz.panels.fields import Control
from brevviz.panels.leak_check import LeakCheck
from brevviz.panels.panel import Panel
from brevviz.panels.since import Since
from brevviz.panels.stock import ALL
from brevviz.panels.suggestions import Suggestions
from brevviz.session import Session
from brevviz.split import Plan
from brevviz.widgets import Actions, LiveChart, Table

__all__ = ["SplitPanel"]

_KEY_HELP = "Regular expression on the path; ( ) round the part that names it. Or columns: etag."
_MODE_HELP = (
    "Rank: a larger share only ever moves items into train. Best fit: nearer to this share, but "
    "moving the slider moves items both ways. Hash: each item on its own, farther off."
)
_BOUND_HELP = (
    "When no item of this cell fails, an error rate up to this can still hide (Clopper-Pearson, "
    "one-sided, 95 %, counted in items)"
)

_RESTART = {
    "name": "restart",
    "label": "Keys restart in every class",
    "help": "Count the same key in two class folders as two items: split.per_folder",
}


@dataclass(frozen=True)
class Divided:
    """A plan, its table at the recipe's ratio, and the job that they are of."""

    job: Job
    plan: Plan
    table: pd.DataFrame


class SplitPanel(Panel[Divided]):
    """Item rule with its bench, ratios, and the class x purpose table that moves with them."""

    title = "Split"
    sections = ("source", "triage", "split", "seed")
    controls = (
        Control(
            "split.uniqueness",
            "Physical item",
            kind="pattern",
            placeholder=r"/(\d*)_\d*.bmp",
            help=_KEY_HELP,
            read=read_key,
            write=write_key,
        ),
        Control("split.per_folder", "Keys restart in every class folder"),
        Control(
            "split.stratification",
            "Ratio holds in each",
            kind="pattern",
            placeholder="folder",
            help="Columns joined by commas, or a regular expression on the path.",
            read=read_key,
            write=write_key,
        ),
        Control("split.ratio", "Train share", step=0.01),
        Control("split.test_ratio", "Test share", step=0.01),
        Control("split.mode", "Assignment", help=_MODE_HELP),
        Control("split.pin_outliers", "Large items to train first"),
        Control("split.tie_content", "Equal files are one item"),
        Control(
            "seed",
            "Seed",
            kind="text",
            help="Whole number or text; every random choice follows from it.",
            write=str,
        ),
    )

    def __init__(self, session: Session, **options: Any) -> None:
        self.bench = Bench(threaded=options.get("threaded", True))
        self.since = Since(session, threaded=options.get("threaded", True))
        self.suggestions = Suggestions(session, threaded=options.get("threaded", True))
        self.chart = LiveChart(
            label="Images by class and purpose", selection_name="chosen", height=140
        )
        self.chart.on_select(self._lead_on)
        self.table = Table(
            caption="Class x purpose",
            columns=[
                {"name": "stratum", "label": "Class"},
                {"name": "purpose", "label": "Purpose", "kind": "purpose"},
                {"name": "items", "label": "Items", "kind": "int"},
                {"name": "images", "label": "Images", "kind": "int"},
                {"name": "share", "label": "Share", "kind": "bar", "max": 1},
                {"name": "target", "label": "Target", "kind": "float", "digits": 1},
                {"name": "deviation", "label": "Off by", "kind": "float", "digits": 1},
                {"name": "bound", "label": "Can hide", "kind": "percent", "help": _BOUND_HELP},
                {"name": "note", "label": "Why"},
            ],
            empty="No split yet: open a source in Samples.",
        )
        self.notes = Table(
            caption="Worth knowing",
            columns=[{"name": "note", "label": "Note"}],
            empty="Nothing unusual about this split.",
            height=0,
        )
        self.notes.add_class("bv-aside")
        self.actions = Actions(label="", buttons=[{"name": "reroll", "label": "Another seed"}])
        self.actions.on_press(lambda _name: session.set("seed", secrets.randbelow(2**31)))
        self.restart = Actions(label="", buttons=[_RESTART])
        self.restart.layout.display = "none"
        self.restart.on_press(lambda _name: session.set("split.per_folder", True))
        self.bench.widget.on_choose(self._choose)
        super().__init__(session, **options)

    def layout(self) -> Sequence[ipywidgets.Widget]:
        """Controls beside bench, table, chart and notes."""
        self.leaks = LeakCheck(self.session, self.status, threaded=self.threaded)
        left = ipywidgets.VBox([self.form, self.actions])
        right = ipywidgets.VBox(
            [
                self.suggestions.widget,
                self.bench.box,
                self.restart,
                self.table,
                self.chart,
                self.notes,
                self.leaks.box,
                self.since.box,
            ]
        )
        body = ipywidgets.HBox([left, right])
        body.add_class("bv-controls-main")
        return [body]

    def changed(self) -> None:
        """Highlight a few paths at once; the whole set follows."""
        if self.active:
            self.bench.follow(self.session.job)
            self.suggestions.follow(self.session.job)
            self.leaks.follow()

    def compute(self, job: Job) -> Divided:
        """Every item's place, and the table at the ratio."""
        return Divided(job, job.plan, job.table)

    def render(self, result: Divided) -> None:
        """What is read first comes first: counters and table; charts take the browser longer."""
        self.bench.count(result.plan)
        rows: list[dict[str, Any]] = result.table.to_dict("records")  # type: ignore[assignment]  # column names are text
        with self.table.hold_sync():
            self.table.flags = ["warn" if row["note"] else "" for row in rows]
            self.table.rows = [
                [_cell(row[column["name"]]) for column in self.table.columns] for row in rows
            ]
        filled = {row["purpose"] for row in rows if row["images"]}
        empty = [name for name in ("train", "devel") if name not in filled]
        self.notes.rows = [
            *([f"No image is {name}: the other side has them all."] for name in empty),
            *([note] for note in result.job.notes),
        ]
        self._hint(result.job, result.plan)
        self.chart.spec = charts.class_purpose(
            result.table["stratum"].nunique(), result.table["purpose"], leads_on=True
        )
        self.chart.rows = [
            {"class": row["stratum"], "place": place}
            | {name: row[name] for name in ("purpose", "images", "items")}
            for place, row in enumerate(rows)
        ]
        self.bench.look(result.job, result.plan)
        self.since.follow(result.job)

    def _hint(self, job: Job, plan: Plan) -> None:
        """Numbers that begin anew in every class are no item: a button says so."""
        several = len(plan.spanning)
        asked = several > 0 and not job.recipe.split.per_folder
        if asked:
            what = "1 item lies" if several == 1 else f"{several:,} items lie"
            self.restart.label = f"{what} in several classes. Do numbers begin anew in every class?"
        self.restart.layout.display = "" if asked else "none"

    def _choose(self, path: str) -> None:
        """The key of a path was pressed: its item's images are what Samples shows."""
        job = self.session.job
        row = np.flatnonzero((job.samples["path"] == path).to_numpy(bool))
        if len(row):
            self.session.choose_item(job.plan.names_of(job.plan.item_of_row[row[:1]])[0])

    def _lead_on(self, chosen: dict[str, list[Any]]) -> None:
        """A part of a bar was pressed: its images are what Samples shows."""
        if not chosen:
            return
        # Strata of other columns are no classes.
        by_class = self.session.recipe.split.stratification == ("folder",)
        of_class = str(chosen["class"][0]) if by_class else ALL
        self.narrow(of_class, str(chosen["purpose"][0]))

    def close(self) -> None:
        """End the workers and the widgets."""
        self.bench.close()
        self.since.close()
        self.leaks.close()
        self.suggestions.close()
        super().close()


def _cell(value: Any) -> Any:
    """JSON has no NaN: what does not apply stays empty."""
    return None if isinstance(value, float) and math.isnan(value) else value
