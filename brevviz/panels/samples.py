"""The Samples panel: where the images are, how many of each class, and what they look like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ipywidgets
import pandas as pd

from brevviz.errors import BrevvizError, UntrustedEndpoint
from brevviz.job import Job, Listed
from brevviz.panels import charts
from brevviz.panels.gallery import SampleGallery
from brevviz.panels.panel import Panel
from brevviz.panels.source import SourceForm
from brevviz.session import Session
from brevviz.widgets import Line, LiveChart, Table

__all__ = ["SamplesPanel"]

UNASSIGNED = "not assigned"


@dataclass(frozen=True)
class Shown:
    """The samples with their purposes, if the split stands, and a sentence on the listing."""

    samples: pd.DataFrame
    figures: str


class SamplesPanel(Panel[Shown]):
    """Connection, class counts that filter, and a gallery of thumbnails with details."""

    title = "Samples"
    sections = ("source", "split", "seed")

    def __init__(self, session: Session, **options: Any) -> None:
        self.source = SourceForm(session, threaded=options.get("threaded", True))
        self.chart = LiveChart(
            label="Images by class and purpose", selection_name="chosen", height=140
        )
        self.table = Table(
            caption="Images by class",
            columns=[
                {"name": "class", "label": "Class"},
                {"name": "images", "label": "Images", "kind": "int"},
                {"name": "share", "label": "Share", "kind": "bar"},
            ],
            empty="No images are listed yet: name a bucket or a folder above and press Open.",
            height=260,
        )
        self.summary = Line()
        self.gallery = SampleGallery(threaded=options.get("threaded", True))
        super().__init__(session, **options)
        self.source.on_open(self._open)
        self.chart.on_select(lambda chosen: self.gallery.filter_class(chosen.get("class", [])))

    def layout(self) -> Sequence[ipywidgets.Widget]:
        """Connection above; counts; gallery."""
        counts = ipywidgets.HBox([self.table, self.chart])
        counts.add_class("bv-halves")
        return [self.source.box, self.summary, counts, self.gallery.box]

    def compute(self, job: Job) -> Shown:
        """List the samples, and split them if they can be split; a kept listing shows at once."""
        kept = job.kept_samples()
        if kept is not None:
            samples, taken = kept
            figures = f"As listed {taken:%Y-%m-%d %H:%M} UTC; listing again ..."
            self.render(Shown(samples.assign(purpose=UNASSIGNED), figures))
        listed = job.listing
        try:
            samples = job.assigned
        except BrevvizError:
            # The Split panel says what is wrong; the samples are shown all the same.
            samples = listed.samples.assign(purpose=UNASSIGNED)
        return Shown(samples, _figures(listed))

    def render(self, result: Shown) -> None:
        """Counts, chart and gallery of the listed samples."""
        counts = (
            result.samples.groupby(["folder", "purpose"], observed=True)
            .size()
            .reset_index(name="n")
        )
        by_class = counts.groupby("folder")["n"].sum().sort_index()
        total = int(by_class.sum())
        self.table.rows = [[name, int(n), int(n) / total] for name, n in by_class.items()]
        self.chart.spec = charts.class_purpose(len(by_class), counts["purpose"])
        self.chart.rows = [
            {
                "class": str(folder),
                "purpose": str(purpose),
                "images": int(n),
                "place": ["train", "devel", "test", UNASSIGNED].index(str(purpose)),
            }
            for folder, purpose, n in counts.itertuples(index=False)
        ]
        self.summary.text = result.figures
        self.gallery.show(result.samples)

    def changed(self) -> None:
        """The recipe changed: so may the source, by undo or a loaded recipe."""
        self.source.follow()

    def fail(self, error: Exception) -> None:
        """The source cannot be listed; an endpoint that nobody has agreed to is asked about."""
        self.source.ask_trust(wanted=isinstance(error, UntrustedEndpoint))
        if self.table.rows:
            self.summary.text = (
                f"{self.session.recipe.source.uri} is not listed: below is what was listed before."
            )
        super().fail(error)

    def show(self, result: Shown) -> None:
        """The source is listed."""
        self.source.ask_trust(wanted=False)
        super().show(result)

    def close(self) -> None:
        """End the workers and the widgets."""
        self.source.close()
        self.gallery.close()
        super().close()

    def _open(self) -> None:
        self.session.refresh()
        self.ask()


def _figures(listed: Listed) -> str:
    """How the listing adds up: in + left out + hidden + refused = listed; and what is new."""
    counts = listed.counts
    parts = [
        f"{counts.let_in:,} images of {counts.listed:,} objects listed",
        f"{counts.filtered_out:,} left out by the rules" if counts.filtered_out else "",
        f"{counts.hidden:,} hidden" if counts.hidden else "",
        f"{counts.refused:,} refused for their names" if counts.refused else "",
        f"since the last time {listed.changes}" if listed.changes is not None else "",
    ]
    return "; ".join(filter(None, parts))
