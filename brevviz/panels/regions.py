"""Regions of interest, drawn on one image of the source."""

from __future__ import annotations

from dataclasses import dataclass

from brevviz.bucket import reader
from brevviz.errors import BrevvizError
from brevviz.images import probe, thumbnail
from brevviz.job import Job
from brevviz.progress import Report
from brevviz.session import Session
from brevviz.widgets import RoiEditor
from brevviz.work import Latest, Quick

__all__ = ["Regions"]

WHERE = "view.rois"
SIDE = 720
"""Longest side of the image that is drawn on, pixels; regions count in the file's own."""


@dataclass(frozen=True)
class Ground:
    """The image to draw on: a JPEG, and the (height, width) of the file that it stands for."""

    jpeg: bytes
    size: tuple[int, int]


class Regions(Quick):
    """An editor over the first train image; hidden, and nothing is read, until it is opened."""

    def __init__(self, session: Session, *, threaded: bool = True) -> None:
        self.session = session
        self.editor = RoiEditor()
        self.editor.layout.display = "none"
        self._asked = ""
        self._latest: Latest[Job, Ground] = Latest(
            self._read, self, threaded=threaded, quiet_seconds=0.0
        )
        self.editor.on_set(lambda rois: session.set(WHERE, rois))

    @property
    def opened(self) -> bool:
        """Is the editor on the page?"""
        return bool(self.editor.layout.display != "none")

    def toggle(self) -> None:
        """Open or close the editor."""
        self.editor.layout.display = "none" if self.opened else ""
        self.follow()

    def follow(self) -> None:
        """Show the recipe's regions, and an image of its source."""
        session = self.session
        if not self.opened:
            return
        self.editor.rois = [[list(a), list(b)] for a, b in session.recipe.view.rois]
        self.editor.problem = session.problems.get(WHERE, "")
        key = session.recipe.slice_digest("source")
        if key != self._asked:
            self._asked = key
            self._latest.ask(session.job)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the image is there; False when the time ran out (seconds)."""
        return self._latest.wait(timeout)

    def close(self) -> None:
        """End the worker."""
        self._latest.close()

    def _read(self, job: Job, report: Report) -> Ground:
        samples = job.samples
        if job.hides("test"):  # the first image that may be seen
            samples = job.assigned[job.assigned["purpose"] != "test"]
        row = samples.iloc[0]
        data = reader(samples)(row["path"], row["etag"])
        report("read", 1)
        view = job.recipe.view
        # Regions are given in the picture as it stands upright, as the view cuts it.
        header = probe(data, view.max_pixels, row["path"])
        turned = view.exif_orientation and header.orientation >= 5
        size = (header.width, header.height) if turned else (header.height, header.width)
        return Ground(thumbnail(data, SIDE, view, row["path"]), size)

    # What the worker says (`work.Answer`).

    def show(self, result: Ground) -> None:
        """The image is there."""
        with self.editor.hold_sync():
            self.editor.image_size = result.size
            self.editor.picture = result.jpeg

    def fail(self, error: Exception) -> None:
        """There is no image to draw on, and this is why."""
        self._asked = ""
        self.editor.empty = error.problem if isinstance(error, BrevvizError) else str(error)
