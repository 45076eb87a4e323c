"""The Images panel: original, augmented and repeated pictures, and the proof that they repeat."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence

import ipywidgets
import numpy as np

from brevviz.images import sprite
from brevviz.job import Job, Preview
from brevviz.panels.image_controls import CONTROLS, unused
from brevviz.panels.panel import Panel
from brevviz.panels.regions import Regions
from brevviz.session import Session
from brevviz.widgets import Actions, ImageGrid, Line

__all__ = ["ImagesPanel"]

COLUMNS = 8
"""Draws on screen at a time."""

_EMPTY = "No pictures yet: open a source in Samples."
_COMING = "The first pictures are coming: TensorFlow starts, which takes some seconds once."

_BUTTONS = (
    {"name": "previous", "label": "Previous", "help": "The draws before these"},
    {"name": "next", "label": "Next", "help": "The next draws of the epoch", "tone": "primary"},
    {"name": "reroll", "label": "Another seed", "help": "A new seed for the whole recipe"},
    {"name": "regions", "label": "Draw regions", "help": "Regions of interest, on an image"},
)


class ImagesPanel(Panel[Preview]):
    """View and augmentation controls, and a grid that redraws as they move."""

    title = "Images"
    sections = ("source", "split", "sampling", "view", "augmentation", "seed")
    controls = CONTROLS

    def __init__(self, session: Session, **options: object) -> None:
        self.start = 0
        self.grid = ImageGrid(tile=120, empty=_EMPTY)
        self.actions = Actions(label="Draws", buttons=list(_BUTTONS))
        self.verdict = Line()
        self.rejected = Line()
        self.regions = Regions(session, threaded=bool(options.get("threaded", True)))
        self.actions.on_press(self._pressed)
        super().__init__(session, **options)  # type: ignore[arg-type]  # Panel names and checks them

    def layout(self) -> Sequence[ipywidgets.Widget]:
        """Controls beside the grid and its verdict."""
        right = ipywidgets.VBox(
            [self.actions, self.regions.editor, self.grid, self.verdict, self.rejected]
        )
        body = ipywidgets.HBox([self.form, right])
        body.add_class("bv-controls-main")
        body.add_class("bv-many")
        return [body]

    def unused(self, session: Session) -> Collection[str]:
        """What neither the view nor the augmentation looks at."""
        return set(unused(session))

    def changed(self) -> None:
        """The regions follow the recipe at once."""
        self.regions.follow()

    def key(self) -> str:
        """The recipe's sections and the place in the epoch."""
        return f"{super().key()} {self.start}"

    def compute(self, job: Job) -> Preview:
        """The pictures of the draws on screen."""
        return job.preview(COLUMNS, self.start)

    def render(self, result: Preview) -> None:
        """Four rows of tiles, the repeated ones marked by their digests."""
        rows = (result.original, result.augmented, result.repeated, result.reordered)
        digests = (result.augmented_digests, result.repeated_digests, result.reordered_digests)
        number = len(result.original)
        self.grid.show(
            sprite(np.concatenate(rows), columns=number),
            (len(rows), number),
            row_labels=["original", "augmented", "repeated", "repeated in another order and batch"],
            column_labels=[
                f"{folder}/{path.rpartition('/')[2]}"
                for folder, path in zip(
                    result.samples["folder"], result.samples["path"], strict=True
                )
            ],
            marks=[[], [], *(_marks(digests[0], again) for again in digests[1:])],
            digests=[[], *([digest[:8] for digest in row] for row in digests)],
        )
        same = sum(result.equal)
        self.verdict.text = (
            f"{same} of {number} repeated pictures are equal to the augmented ones, bit for bit"
            f" (SHA-256). Draws {self.start + 1:,} to {self.start + number:,} of epoch 1."
        )
        self.rejected.text = "; ".join(f"{path}: {why}" for path, why in result.rejected)

    def busy(self, busy: bool, /) -> None:
        """The worker began or ended; the first pictures take a while, so it is said why."""
        self.grid.busy = busy
        self.grid.empty = _COMING if busy else _EMPTY
        super().busy(busy)

    def _pressed(self, name: str) -> None:
        if name == "reroll":
            self.session.set("seed", secrets.randbelow(2**31))
        elif name == "regions":
            self.regions.toggle()
        else:
            step = COLUMNS if name == "next" else -COLUMNS
            self.start = max(0, self.start + step)
            self.ask()

    def close(self) -> None:
        """End the workers and the widgets."""
        self.regions.close()
        super().close()


def _marks(first: Sequence[str], again: Sequence[str]) -> list[str]:
    return ["equal" if a == b else "different" for a, b in zip(first, again, strict=True)]
