"""The Samples panel: where the images are, how many of each class, and what they look like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ipywidgets

from brevviz.errors import UntrustedEndpoint
from brevviz.job import Job, Listed
from brevviz.panels import charts
from brevviz.panels.gallery import SampleGallery
from brevviz.panels.panel import Panel
from brevviz.panels.source import SourceForm
from brevviz.panels.status_line import StatusLine
from brevviz.panels.stock import ALL, EXCLUDED, PURPOSES, Stock, stock_of
from brevviz.panels.thumbnails import looks_of
from brevviz.panels.triage import Triage
from brevviz.session import Session
from brevviz.widgets import Line, LiveChart, Table

__all__ = ["SamplesPanel"]


@dataclass(frozen=True)
class Listing:
    """Everything that was let in, and a sentence on the listing that it comes from."""

    stock: Stock
    figures: str


class SamplesPanel(Panel[Listing]):
    """Connection, class counts that filter, triage, and the samples themselves."""

    title = "Samples"
    sections = ("source", "split", "seed")

    def __init__(self, session: Session, **options: Any) -> None:
        threaded = options.get("threaded", True)
        self.source = SourceForm(session, threaded=threaded)
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
            height=380,
        )
        self.summary = Line()
        self.status = options.get("status") or StatusLine()
        self.triage = Triage(session, self.status, self._narrow, self._looked, threaded=threaded)
        self.gallery = SampleGallery(
            session,
            self.triage.follow,
            self.triage.reject,
            self.triage.deeds,
            threaded=threaded,
        )
        super().__init__(session, **{**options, "status": self.status})
        if options.get("status") is None:
            self.box.children += (self.status.widget,)
        self.source.on_open(self._open)
        self.chart.on_select(self._chosen)

    def layout(self) -> Sequence[ipywidgets.Widget]:
        """Connection above; counts; triage; gallery."""
        counts = ipywidgets.HBox([self.table, self.chart])
        counts.add_class("bv-halves")
        return [self.source.box, self.summary, counts, self.triage.box, self.gallery.box]

    def compute(self, job: Job) -> Listing:
        """List the samples, and split them if they can be split; a kept listing shows at once."""
        kept = job.kept_samples()
        if kept is not None:
            samples, taken = kept
            figures = f"As listed {taken:%Y-%m-%d %H:%M} UTC; listing again ..."
            self.render(Listing(stock_of(samples), figures))
        listed = job.listing
        stock = stock_of(listed.samples, job, self.triage.find)
        return Listing(stock, _figures(listed, stock))

    def render(self, result: Listing) -> None:
        """Counts, chart and gallery of the listed samples."""
        samples = result.stock.samples
        counts = samples.groupby(["folder", "purpose"], observed=True).size().reset_index(name="n")
        by_class = counts.groupby("folder")["n"].sum().sort_index()
        total = int(by_class.sum())
        self.table.rows = [[name, int(n), int(n) / total] for name, n in by_class.items()]
        self.chart.spec = charts.class_purpose(len(by_class), counts["purpose"])
        self.chart.rows = [
            {
                "class": str(folder),
                "purpose": str(purpose),
                "images": int(n),
                "place": PURPOSES.index(str(purpose)),
            }
            for folder, purpose, n in counts.itertuples(index=False)
        ]
        self.summary.text = result.figures
        self.gallery.take(result.stock, self.session.job.hides)

    def key(self) -> str:
        """The recipe's sections, how files become thumbnails, and whether test is sealed."""
        looks = looks_of(self.session.recipe.view)
        return f"{super().key()} {looks} {self.session.job.sealed}"

    def changed(self) -> None:
        """The recipe changed, so may the source have, by undo or a loaded recipe; or the choice."""
        self.source.follow()
        self.gallery.follow()
        self.triage.draw()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until listing, list and chosen image are there; False when the time ran out."""
        return super().wait(timeout) and self.gallery.wait(timeout)

    def fail(self, error: Exception) -> None:
        """The source cannot be listed; an endpoint that nobody has agreed to is asked about."""
        self.source.ask_trust(wanted=isinstance(error, UntrustedEndpoint))
        self.triage.hold(held=True)
        if self.table.rows:
            self.summary.text = (
                f"{self.session.recipe.source.uri} is not listed: below is what was listed before."
            )
        super().fail(error)

    def show(self, result: Listing) -> None:
        """The source is listed."""
        self.source.ask_trust(wanted=False)
        self.triage.hold(held=False)
        super().show(result)

    def close(self) -> None:
        """End the workers and the widgets."""
        self.source.close()
        self.triage.close()
        self.gallery.close()
        super().close()

    def _chosen(self, chosen: dict[str, list[Any]]) -> None:
        """A click on a bar filters by its class and purpose; one beside them, by neither."""
        names = {name: str(values[0]) for name, values in chosen.items() if values}
        self.gallery.wish(of_class=names.get("class", ALL), purpose=names.get("purpose", ALL))

    def show_only(self, of_class: str, purpose: str) -> None:
        """List the samples of a class and a purpose, and no other filter; ALL is any."""
        self.gallery.show_only(of_class, purpose)

    def _narrow(self, show: str) -> None:
        self.gallery.wish(show=show)

    def _looked(self) -> None:
        """More images were looked at: the findings are others, the list is the same."""
        if self.active:
            self.ask()

    def _open(self) -> None:
        self.session.refresh()
        self.ask()


def _figures(listed: Listed, stock: Stock) -> str:
    """How the listing adds up: used + excluded + rejected + left out + hidden + refused = listed."""
    counts, numbers = listed.counts, stock.numbers()
    unreadable, excluded = numbers["unreadable"], numbers[EXCLUDED]
    parts = [
        f"{counts.let_in - excluded - unreadable:,} images of {counts.listed:,} objects listed",
        f"{excluded:,} excluded by hand" if excluded else "",
        f"{unreadable:,} rejected: they cannot be read" if unreadable else "",
        f"{counts.filtered_out:,} left out by the rules" if counts.filtered_out else "",
        f"{counts.hidden:,} hidden" if counts.hidden else "",
        f"{counts.refused:,} refused for their names" if counts.refused else "",
        f"since the last time {listed.changes}" if listed.changes is not None else "",
    ]
    return "; ".join(filter(None, parts))
