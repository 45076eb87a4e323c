"""`Explorer`: the five panels as one app in one notebook cell."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets
from IPython import get_ipython
from IPython.display import display

from brevviz.cluster import OnDemand
from brevviz.errors import EvidenceError
from brevviz.panels import (
    ExportPanel,
    ImagesPanel,
    Panel,
    SamplesPanel,
    SamplingPanel,
    SplitPanel,
    StatusLine,
)
from brevviz.panels.stored import Stored
from brevviz.recipe import Recipe
from brevviz.session import Session
from brevviz.widgets import Actions, Line, close_whole, hear_the_page

if TYPE_CHECKING:
    import pandas as pd

    from brevviz.generator import DataGenerator
    from brevviz.job import Digests, Job
    from brevviz.panels.figure import GridFigure

__all__ = ["Explorer"]

_PANELS: tuple[type[Panel[Any]], ...] = (
    SamplesPanel,
    SplitPanel,
    SamplingPanel,
    ImagesPanel,
    ExportPanel,
)


class Explorer:
    """Browse, split, weigh, see and export, in one cell: `brevviz.Explorer("s3://bucket/prefix")`.

    Parameters
    ----------
    recipe : a `Recipe`, the path of a recipe file (`.yaml`, `.yml`, `.json`, `.ipynb`), or the
        URI of a bucket or folder.
    trusted : endpoints that may be sent a profile's signatures although only the recipe names them.
    trail : folder whose `trail.jsonl` gets a line for each edit and unseal; None: the one that
        `BREVVIZ_TRAIL` names, if any.
    who : a name for the trail, if one is wanted in it; None: that of `BREVVIZ_WHO`.
    cluster, workers : who does the long jobs (checking every image, comparing pictures, locking),
        as for `brevviz.cluster.open_cluster`: "processes", "ray", …; None both: threads of this
        process. They start with the first such job and end with `close`.
    threaded : False computes inside callbacks, for tests.
    source : further fields of the source when a URI is given: `endpoint=`, `anonymous=`, …

    Raises
    ------
    RecipeError : the recipe, or a source field, cannot be used.
    ClusterError : there is no such engine.
    """

    def __init__(
        self,
        recipe: Recipe | str | Path,
        *,
        trusted: Collection[str] = (),
        trail: str | Path | None = None,
        who: str | None = None,
        cluster: str | None = None,
        workers: int | None = None,
        threaded: bool = True,
        **source: Any,
    ) -> None:
        # An endpoint that the user names in this very call is one that the user agrees to.
        named = [source["endpoint"]] if source.get("endpoint") else []
        asked = cluster is not None or workers is not None
        self.cluster = OnDemand(cluster or "processes", workers) if asked else None
        self.session = Session(
            _recipe(recipe, source),
            trusted=(*trusted, *named),
            trail=trail,
            who=who,
            cluster=self.cluster,
        )
        self.session.edits.on_change = self._tell_of_trail
        self.status = StatusLine()
        self.panels = tuple(
            panel(self.session, status=self.status, threaded=threaded, active=number == 0)
            for number, panel in enumerate(_PANELS)
        )
        self.images = next(panel for panel in self.panels if isinstance(panel, ImagesPanel))
        for panel in self.panels:
            panel.on_narrow(self._narrowed)
        self.history = Actions(label="")
        self.history.on_press(self._pressed)
        self.source = Line()
        self.tabs = ipywidgets.Tab(
            [panel.box for panel in self.panels], titles=[panel.title for panel in self.panels]
        )
        hear_the_page(self.tabs.comm)
        self.tabs.observe(self._turned, names="selected_index")
        self.stored = Stored(threaded=threaded)
        self.status.widget.observe(self._rested, names="busy")
        self._order = threading.RLock()
        self._item: str | None = None
        self._stored_for: Job | None = None
        self._leave = self.session.follow(self._followed)
        self._followed(self.session)
        head = ipywidgets.HBox([self.source, self.history])
        head.add_class("bv-head")
        self.box = ipywidgets.VBox([head, self.status.widget, self.tabs])
        self.box.add_class("bv-app")
        _take_the_cell(self)

    @property
    def recipe(self) -> Recipe:
        """The recipe as it stands; setting it moves the controls, and can be undone."""
        return self.session.recipe

    @recipe.setter
    def recipe(self, recipe: Recipe) -> None:
        self.session.replace(recipe)

    @property
    def samples(self) -> pd.DataFrame:
        """One row a sample, with its `purpose`."""
        return self.session.job.assigned

    @property
    def split(self) -> pd.DataFrame:
        """Stratum x purpose: items, images, target and deviation."""
        return self.session.job.table

    @property
    def frequencies(self) -> pd.DataFrame:
        """Per group: weight, expected and drawn number in one epoch of train."""
        return self.session.job.frequencies("train")

    @property
    def generator(self) -> DataGenerator:
        """The batches that training sees."""
        return self.session.job.generator("train")

    @property
    def digests(self) -> Digests:
        """SHA-256 of recipe, split, draws and first batch."""
        return self.session.job.digests()

    def figure(self) -> GridFigure:
        """The grid of Images as a matplotlib figure: original, augmented and repeated pictures.

        For a report, or for a file: `app.figure().savefig("grid.png")`.
        """
        return self.images.figure()

    def unseal(self, reason: str, *, trail: str | Path | None = None) -> int:
        """Open the sealed test set of the present split, for this app; gives how often that was done.

        Parameters
        ----------
        reason : why; it goes into the trail with the running count.
        trail : folder of the trail; None: the app's own.

        Raises EvidenceError without a reason or a trail; NoImages when there is no test set.
        """
        return self.session.unseal(reason, trail=trail)

    def note(self, text: str) -> None:
        """Say in the trail why something was done. Raises EvidenceError when there is no trail."""
        self.session.note(text)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until every panel on screen is up to date; False when the time ran out (seconds)."""
        return all(panel.wait(timeout) for panel in self.panels)

    def close(self) -> None:
        """End the workers and take the widgets off the page."""
        self._leave()
        self.stored.close()
        self.session.close()
        for panel in self.panels:
            panel.close()
        if self.cluster is not None:
            # A job that was just stopped may still wait for a piece.
            threading.Thread(target=self.cluster.close, name="brevviz-end", daemon=True).start()
        close_whole(self.box)

    def _ipython_display_(self) -> None:
        bundle: dict[str, Any] = self.box._repr_mimebundle_()
        display(bundle | {"text/plain": repr(self)}, raw=True)  # type: ignore[no-untyped-call]  # IPython has no types
        self.stored.display(self.session.job)

    def __repr__(self) -> str:
        return f"Explorer({self.recipe.source.uri!r})"

    def _turned(self, change: dict[str, Any]) -> None:
        for number, panel in enumerate(self.panels):
            if number == change["new"]:
                panel.activate()
            else:
                panel.deactivate()

    def _narrowed(self, of_class: str, purpose: str) -> None:
        samples = next(panel for panel in self.panels if isinstance(panel, SamplesPanel))
        samples.show_only(of_class, purpose)
        self.tabs.selected_index = self.panels.index(samples)

    def _rested(self, change: dict[str, Any]) -> None:
        if not change["new"]:
            self.stored.ask(self.session.job)

    def _pressed(self, name: str) -> None:
        if name == "undo":
            self.session.undo()
        else:
            self.session.redo()

    def _tell_of_trail(self) -> None:
        problem = self.session.edits.problem
        if problem:
            self.status.fail("Trail", EvidenceError("", problem))
        else:
            self.status.clear("Trail")

    def _followed(self, session: Session) -> None:
        # Told on any thread: who reads first also writes first, or Undo would stay as it was.
        if session.job is not self._stored_for:  # and not only what is chosen
            self._stored_for = session.job
            self.stored.ask(session.job)
        with self._order:
            recipe = session.recipe
            self.source.text = f"{recipe.source.uri}   recipe {recipe.digest()[:12]}"
            self.history.buttons = [
                {"name": "undo", "label": "Undo", "disabled": not session.can_undo},
                {"name": "redo", "label": "Redo", "disabled": not session.can_redo},
            ]
            turn = session.item not in {None, self._item}
            self._item = session.item
        if turn:
            # An item was chosen in another panel: its images are in Samples.
            self.tabs.selected_index = 0


def _recipe(recipe: Recipe | str | Path, source: dict[str, Any]) -> Recipe:
    if isinstance(recipe, Recipe):
        if source:
            raise TypeError(f"{', '.join(source)}: a recipe names its source itself")
        return recipe
    suffix = Path(recipe).suffix.lower()
    if suffix == ".ipynb":
        from brevviz import notebook  # noqa: PLC0415  # few start from a notebook

        return notebook.load(Path(recipe))
    if suffix in {".yaml", ".yml", ".json"} and not source:
        return Recipe.load(recipe)
    return Recipe.start(str(recipe), **source)


# Cell → the run that made apps in it, and those apps: a cell that is run again shows new ones,
# and nobody can reach the workers of the old ones any more.
_in_cells: dict[str, tuple[str, list[weakref.ref[Explorer]]]] = {}


def _take_the_cell(app: Explorer) -> None:
    """Close the apps that an earlier run of the current notebook cell has made."""
    shell = get_ipython()
    parent = shell.get_parent() if hasattr(shell, "get_parent") else {}
    cell = parent.get("metadata", {}).get("cellId")
    if cell is None:
        return
    run = parent["header"]["msg_id"]
    last_run, apps = _in_cells.get(cell, ("", []))
    if run != last_run:
        for old in filter(None, (reference() for reference in apps)):
            old.close()
        apps = []
    _in_cells[cell] = (run, [*apps, weakref.ref(app)])
