"""The Images panel: original, augmented and repeated pictures, and the proof that they repeat."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import ipywidgets

from brevviz.errors import Sealed
from brevviz.images.preview import warm_up
from brevviz.job import Job, Preview
from brevviz.panels.image_controls import CONTROLS, unused
from brevviz.panels.own_changes import OwnChanges
from brevviz.panels.panel import Panel
from brevviz.panels.proof import CHOSEN, DRAWS, REPEATS, Proof, prove
from brevviz.panels.regions import Regions
from brevviz.recipe import PURPOSES
from brevviz.session import Session
from brevviz.widgets import Actions, Form, ImageGrid, Line

if TYPE_CHECKING:
    from brevviz.panels.figure import GridFigure

__all__ = ["ImagesPanel"]

COLUMNS = 8
"""Pictures in a row."""

_EMPTY = "No pictures yet: open a source in Samples."
_COMING = "The first pictures are coming: TensorFlow starts, which takes some seconds once."
_SEALED = "The test set is sealed: Export opens it, for a reason that its trail keeps."
_NONE_CHOSEN = "No sample is chosen: click some in Samples, with Ctrl or Shift for several."

_BUTTONS = (
    {"name": "previous", "label": "Previous", "help": "The pictures before these"},
    {"name": "next", "label": "Next", "help": "The next pictures", "tone": "primary"},
    {"name": "reroll", "label": "Another seed", "help": "A new seed for the whole recipe"},
    {"name": "regions", "label": "Draw regions", "help": "Regions of interest, on an image"},
)
_LOOK = (
    {
        "name": "what",
        "label": "Show",
        "kind": "choice",
        "options": [DRAWS, CHOSEN, REPEATS],
        "line": True,
        "help": "The next draws; the samples that are chosen in Samples; or the first of them, "
        "again and again: what augmentation makes of it.",
    },
    {"name": "purpose", "label": "Of", "kind": "choice", "options": list(PURPOSES), "line": True},
)


class ImagesPanel(Panel[Preview | None]):
    """View and augmentation controls, and a grid that redraws as they move."""

    title = "Images"
    sections = ("source", "triage", "split", "sampling", "view", "augmentation", "seed")
    controls = CONTROLS

    def __init__(self, session: Session, **options: Any) -> None:
        self.start = 0
        self.look = Form(
            label="Pictures", fields=list(_LOOK), values={"what": DRAWS, "purpose": "train"}
        )
        self.grid = ImageGrid(tile=120, empty=_EMPTY)
        self.actions = Actions(label="", buttons=list(_BUTTONS))
        self.verdict = Line()
        self.rejected = Line()
        self.regions = Regions(session, threaded=bool(options.get("threaded", True)))
        self.own = OwnChanges(session)
        self.look.on_set(self._looked)
        self.actions.on_press(self._pressed)
        super().__init__(session, **options)

    def layout(self) -> Sequence[ipywidgets.Widget]:
        """Controls beside the grid and its verdict."""
        head = ipywidgets.HBox([self.look, self.actions])
        head.add_class("bv-bar")
        left = ipywidgets.VBox([self.form, self.own.form])
        right = ipywidgets.VBox([head, self.regions.editor, self.grid, self.verdict, self.rejected])
        body = ipywidgets.HBox([left, right])
        body.add_class("bv-controls-main")
        body.add_class("bv-many")
        return [body]

    def unused(self, session: Session) -> Collection[str]:
        """What neither the view nor the augmentation looks at."""
        return set(unused(session))

    def changed(self) -> None:
        """The regions and the user's own changes follow the recipe at once."""
        self.regions.follow()
        self.own.follow()

    def key(self) -> str:
        """The recipe's sections, and which pictures are looked at."""
        chosen = self.session.selected if self.look.values["what"] != DRAWS else ()
        return f"{super().key()} {self.start} {self.look.values} {chosen}"

    def compute(self, job: Job) -> Preview | None:
        """The pictures that are looked at; None when none is chosen."""
        what = self.look.values["what"]
        chosen = self.session.selected if what != DRAWS else ()
        if what == CHOSEN and not chosen:
            return None
        return job.preview(
            COLUMNS,
            self.start,
            self.look.values["purpose"],
            paths=chosen,
            repeats=what == REPEATS,
        )

    def render(self, result: Preview | None) -> None:
        """Rows of tiles, the repeated ones marked by their digests."""
        if result is None:
            self.grid.show(b"", (0, 0))
            self.grid.empty = _NONE_CHOSEN
            self.verdict.text = self.rejected.text = ""
            return
        proof = self._prove(result)
        self.grid.show(
            proof.picture(),
            (len(proof.rows), len(proof.columns)),
            row_labels=[row.label for row in proof.rows],
            column_labels=proof.columns,
            marks=[row.marks for row in proof.rows],
            digests=[row.digests for row in proof.rows],
        )
        self.verdict.text = proof.verdict
        self.rejected.text = "; ".join(f"{path}: {why}" for path, why in result.rejected)
        if self.threaded:
            warm_up()

    def fail(self, error: Exception) -> None:
        """No pictures; a sealed test set is opened on screen, not by a line of Python."""
        if isinstance(error, Sealed):
            error = Sealed(error.where, error.problem, "Export opens it, for a reason")
            self.grid.show(b"", (0, 0))
            self.grid.empty = _SEALED
            self.verdict.text = self.rejected.text = ""
        super().fail(error)

    def figure(self) -> GridFigure:
        """The grid as a matplotlib figure, for a report or `figure().savefig("grid.png")`.

        To be called in a cell; it computes the pictures anew. Raises ValueError when no sample is
        chosen and chosen ones are to be shown, and what computing the pictures raises.
        """
        from brevviz.panels.figure import grid_figure  # noqa: PLC0415  # matplotlib where drawn

        result = self.compute(self.session.job)
        if result is None:
            raise ValueError(_NONE_CHOSEN)
        proof = self._prove(result)
        recipe = self.session.recipe
        return grid_figure(
            proof.rows,
            proof.columns,
            f"{proof.verdict}\n{recipe.source.uri}   recipe {recipe.digest()[:12]}",
        )

    def busy(self, busy: bool, /) -> None:
        """The worker began or ended; the first pictures take a while, so it is said why."""
        self.grid.busy = busy
        if busy and not self.grid.digests:
            self.grid.empty = _COMING
        elif self.grid.empty == _COMING:
            self.grid.empty = _EMPTY
        super().busy(busy)

    def _prove(self, result: Preview) -> Proof:
        return prove(result, self.look.values["what"], self.start)

    def _looked(self, name: str, value: Any) -> None:
        self.look.values = {**self.look.values, name: value}
        self._turn_to(0)

    def _pressed(self, name: str) -> None:
        if name == "reroll":
            self.session.set("seed", secrets.randbelow(2**31))
        elif name == "regions":
            self.regions.toggle()
        else:
            self._turn_to(self.start + (COLUMNS if name == "next" else -COLUMNS))

    def _turn_to(self, start: int) -> None:
        """Show the pictures from a place on; chosen samples come to an end."""
        if self.look.values["what"] == CHOSEN:
            last = max(0, len(self.session.selected) - 1) // COLUMNS * COLUMNS
            start = min(start, last)
        self.start = max(0, start)
        self.look.hidden = [] if self.look.values["what"] == DRAWS else ["purpose"]
        if self.active:
            self.ask()

    def close(self) -> None:
        """End the workers and the widgets."""
        self.regions.close()
        super().close()
