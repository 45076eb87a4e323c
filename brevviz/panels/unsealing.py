"""Opening the sealed test set from the app: a reason first, a line in the trail, then a try of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import ipywidgets

from brevviz.errors import BrevvizError, Cancelled, EvidenceError
from brevviz.job import Job
from brevviz.job.looks import Look, look_at
from brevviz.panels.fields import in_words
from brevviz.panels.status_line import StatusLine, Told
from brevviz.progress import Report
from brevviz.session import Session
from brevviz.widgets import Actions, Form, Line, Table
from brevviz.work import Latest

__all__ = ["Unsealing"]

_GROUP = "Sealed test set"
_FIELDS = [
    {
        "name": "reason",
        "label": "Reason to open it",
        "kind": "text",
        "longest": 512,
        "group": _GROUP,
        "placeholder": "why its pictures may be seen now",
        "help": "Goes into the trail, with how often a test set was opened.",
    },
    {
        "name": "who",
        "label": "Who",
        "kind": "text",
        "longest": 512,
        "group": _GROUP,
        "placeholder": "nobody is named",
        "help": "A name for the trail, if one is wanted in it.",
    },
]
_BUTTON = {
    "name": "open",
    "label": "Open the test set",
    "tone": "danger",
    "help": "Cannot be taken back: the trail keeps it. Another split has another test set",
}
_SEALED = (
    "No picture of test is shown, drawn or decoded before this. The line goes into the trail in "
)
_OPEN = "The test set of this split is open in this app. "


class _Asked(NamedTuple):
    """job : as it was when the button was pressed: the split may move before the set is open."""

    job: Job
    reason: str
    who: str
    trail: str


@dataclass(frozen=True)
class Opened:
    """count : how often this trail has seen a test set opened. images : how many are in this one.
    unreadable : key and why, of those that training would reject.
    """

    count: int
    images: int
    unreadable: tuple[tuple[str, str], ...]


class Unsealing(Told):
    """Why and who, a button, and what was found; not on screen where a split has no test set.

    Parameters
    ----------
    folder : gives the folder whose trail is written where the app has none of its own.
    """

    title: ClassVar[str] = "Test set"

    def __init__(
        self,
        session: Session,
        status: StatusLine,
        folder: Callable[[], str],
        *,
        threaded: bool = True,
    ) -> None:
        self.session = session
        self.status = status
        self._folder = folder
        self.form = Form(label=_GROUP, fields=_FIELDS, values={"reason": "", "who": ""})
        self.actions = Actions(label="")
        self.state = Line()
        self.found = Table(
            caption="Test images that cannot be used",
            columns=[{"name": "key", "label": "Image"}, {"name": "why", "label": "Why"}],
            empty="",
            height=240,
        )
        self._said = ""
        self._busy = False
        self.latest: Latest[_Asked, Opened] = Latest(
            self._open, self, threaded=threaded, quiet_seconds=0.0
        )
        self.form.on_set(self._typed)
        self.actions.on_press(self._pressed)
        self.box = ipywidgets.VBox([self.form, self.actions, self.state, self.found])
        self._show_found(())
        self.follow()

    def follow(self) -> None:
        """The recipe may be another one, and its test set sealed or not."""
        job = self.session.job
        tested = job.recipe.split.test_ratio > 0
        self.box.layout.display = "" if tested else "none"
        if job.sealed:
            self._said = ""
            self._show_found(())
            own = self.session.edits.folder
            self.state.text = f"{_SEALED}{own if own is not None else 'the folder above'}."
        else:
            self.state.text = f"{_OPEN}{self._said}"
        self._draw()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is open and tried; False when the time ran out (seconds)."""
        return self.latest.wait(timeout)

    def close(self) -> None:
        """End the worker."""
        self.latest.close()

    def _typed(self, name: str, value: Any) -> None:
        self.form.values = {**self.form.values, name: value}
        self.form.problems = {}

    def _pressed(self, _name: str) -> None:
        reason, who = (str(self.form.values[name]).strip() for name in ("reason", "who"))
        self.latest.ask(_Asked(self.session.job, reason, who, self._folder().strip()))

    def _draw(self) -> None:
        off = self._busy or not self.session.job.sealed
        self.actions.buttons = [{**_BUTTON, "disabled": off}]

    def _open(self, asked: _Asked, report: Report) -> Opened:
        # A trail that the app was started with is the one that has its edits too.
        trail = None if self.session.edits.folder is not None else asked.trail or None
        job = asked.job.with_report(report)
        samples = job.samples_of("test")
        count = self.session.unseal(asked.reason, trail=trail, who=asked.who or None, job=job)
        self._said = _times(count)
        looks: dict[str, Look] = {}
        look_at(samples, job.recipe.view, looks, report)
        root = len(f"{samples['bucket'].iloc[0]}/")
        bad = (
            (path[root:], looks[etag].problem)
            for path, etag in zip(samples["path"], samples["etag"], strict=True)
            if looks[etag].problem
        )
        return Opened(count, len(samples), tuple(bad))

    def _show_found(self, rows: tuple[tuple[str, str], ...]) -> None:
        self.found.rows = [list(row) for row in rows]
        self.found.layout.display = "" if rows else "none"

    # What the worker says (`work.Answer`).

    def busy(self, busy: bool, /) -> None:
        """The set is opened once, however often the button is pressed."""
        self._busy = busy
        self._draw()
        super().busy(busy)

    def show(self, result: Opened) -> None:
        """It is open: how often that was done, and what cannot be used in it."""
        self.status.clear(self.title)
        self.form.values = {**self.form.values, "reason": ""}
        self.form.problems = {}
        bad = len(result.unreadable)
        tried = f"{result.images:,} images were tried: "
        tried += f"{bad:,} cannot be used." if bad else "all can be used."
        self._said = f"{_times(result.count)} {tried}"
        self._show_found(result.unreadable)
        self.follow()

    def fail(self, error: Exception) -> None:
        """It stays sealed, or not all was tried: why stands under its field."""
        if isinstance(error, Cancelled):
            self._said = f"{self._said} Stopped before all images were tried."
            self.follow()
        elif isinstance(error, EvidenceError) and error.where == "reason":
            self.form.problems = {"reason": in_words(f"{error.problem}. {error.hint}")}
        elif isinstance(error, BrevvizError):
            self.form.problems = {"reason": in_words(str(error))}
        else:
            self.status.fail(self.title, error)


def _times(count: int) -> str:
    return f"This trail has seen {'one opening' if count == 1 else f'{count:,} openings'}."
