"""The kernel's side of Export: a folder to save, lock, verify and report in, and the way back in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import ipywidgets

from brevviz.errors import BrevvizError, Cancelled, RecipeError
from brevviz.panels.deeds import DEEDS, Done, read_any
from brevviz.panels.status_line import StatusLine, Told
from brevviz.progress import Report
from brevviz.session import Session
from brevviz.widgets import Actions, Form, Line, Table
from brevviz.work import Latest

__all__ = ["RecipeFiles"]

_KEEP, _BACK = "Save and prove", "Load"
_FOLDER = [
    {
        "name": "folder",
        "label": "Folder",
        "kind": "text",
        "group": _KEEP,
        "help": "Where recipe, manifest and report are; it is made when missing.",
    },
    {
        "name": "reason",
        "label": "Reason",
        "kind": "text",
        "longest": 512,
        "group": _KEEP,
        "placeholder": "why this is saved or locked",
        "help": "Goes into the folder's trail.",
    },
]
_FILE = [
    {
        "name": "file",
        "label": "Recipe file",
        "kind": "text",
        "group": _BACK,
        "placeholder": "a .yaml, .json or .ipynb",
        "help": "Or the folder of a manifest. The app becomes this recipe; Undo brings the old one back.",
    }
]
_BUTTONS: list[dict[str, Any]] = [
    {
        "name": "save",
        "label": "Save all",
        "tone": "primary",
        "help": "Write recipe, notebook and manifest into the folder",
    },
    {
        "name": "lock",
        "label": "Lock",
        "help": "Read every object and record its SHA-256; stopped work goes on where it was",
    },
    {
        "name": "verify",
        "label": "Verify",
        "help": "Does the manifest still hold? Compares recipe, rows, ETags and sizes",
    },
    {"name": "deep", "label": "Verify bytes", "help": "The same, and reads every object"},
    {"name": "report", "label": "Report", "help": "Write report.html, which needs no network"},
    {
        "name": "compare",
        "label": "Compare",
        "help": "What would saving now change about the manifest in the folder?",
    },
]
_LOAD = [{"name": "load", "label": "Load", "help": "Become the recipe in the file"}]
_FLAGS = {"finding": "bad", "not checked": "warn", "holds": "good"}
_STOPPED = "Stopped. What was read so far is kept: Lock goes on from there."


class _Asked(NamedTuple):
    deed: str
    path: str
    reason: str


class RecipeFiles(Told):
    """Fields and buttons; files are written and read by a worker, one deed at a time.

    box : to save, lock, verify and report. back : to load.
    """

    title = "Files"

    def __init__(self, session: Session, status: StatusLine, *, threaded: bool = True) -> None:
        self.session = session
        self.status = status
        self.form = Form(label="Folder", fields=_FOLDER, values={"folder": "out", "reason": ""})
        self.actions = Actions(buttons=_BUTTONS)
        self.done = Line()
        self.hint = Line()
        self.findings = Table(
            caption="What was found",
            columns=[{"name": "kind", "label": "Result"}, {"name": "said", "label": "What"}],
            empty="",
            height=320,
        )
        self.file = Form(label="Recipe file", fields=_FILE, values={"file": ""})
        self.loading = Actions(buttons=_LOAD)
        self.loaded = Line()
        self._asked = _Asked("save", "", "")
        self.latest: Latest[_Asked, Done] = Latest(
            self._act, self, threaded=threaded, quiet_seconds=0.0
        )
        for form in (self.form, self.file):
            form.on_set(partial(_typed, form))
        for actions in (self.actions, self.loading):
            actions.on_press(self._pressed)
        self._show_rows(())
        self.box = ipywidgets.VBox([self.form, self.actions, self.done, self.hint, self.findings])
        self.back = ipywidgets.VBox([self.file, self.loading, self.loaded])

    def where(self) -> str:
        """The folder's path, as it stands in its field."""
        return str(self.form.values["folder"]).strip()

    def follow(self) -> None:
        """The recipe is another one: what was said of the last one is taken off the page."""
        self.done.text = self.hint.text = self.loaded.text = ""
        self._show_rows(())

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the files are written or read; False when the time ran out (seconds)."""
        return self.latest.wait(timeout)

    def close(self) -> None:
        """End the worker."""
        self.latest.close()

    def _pressed(self, deed: str) -> None:
        path = str(self.file.values["file"]).strip() if deed == "load" else self.where()
        self._asked = _Asked(deed, path, str(self.form.values["reason"]).strip())
        self.latest.ask(self._asked)

    def _act(self, asked: _Asked, report: Report) -> Done:
        field = "file" if asked.deed == "load" else "folder"
        if not asked.path:
            raise RecipeError(field, "is empty; a path is allowed")
        path = Path(asked.path).expanduser()
        if asked.deed == "load":
            self.session.replace(read_any(path))
            return Done(f"Loaded {path}")
        return DEEDS[asked.deed](self.session.job.with_report(report), path, asked.reason)

    def _show_rows(self, rows: tuple[tuple[str, str], ...]) -> None:
        with self.findings.hold_sync():
            self.findings.flags = [_FLAGS.get(kind, "") for kind, _ in rows]
            self.findings.rows = [list(row) for row in rows]
        self.findings.layout.display = "" if rows else "none"

    # What the worker says (`work.Answer`).

    def busy(self, busy: bool, /) -> None:
        """One deed at a time: the buttons are off until it is done or stopped."""
        super().busy(busy)
        for actions, buttons in ((self.actions, _BUTTONS), (self.loading, _LOAD)):
            actions.buttons = [{**button, "disabled": busy} for button in buttons]

    def show(self, result: Done) -> None:
        """It is done."""
        self.status.clear(self.title)
        self.form.problems = self.file.problems = {}
        if self._asked.deed == "load":
            self.loaded.text = result.said
            return
        self.done.text = result.said
        # Only a terminal can ask for the key's passphrase.
        self.hint.text = (
            f"To sign it, in a terminal: brevviz sign {self._asked.path} --key FILE"
            if self._asked.deed in {"save", "lock", "report"}
            else ""
        )
        self._show_rows(result.rows)

    def fail(self, error: Exception) -> None:
        """It cannot be done: why stands under the field."""
        self.done.text = self.hint.text = self.loaded.text = ""
        self._show_rows(())
        if isinstance(error, Cancelled):
            self.done.text = _STOPPED if self._asked.deed == "lock" else "Stopped."
        elif not isinstance(error, BrevvizError):
            self.status.fail(self.title, error)
        elif self._asked.deed == "load":
            self.file.problems = {"file": str(error)}
        else:
            self.form.problems = {"folder": str(error)}


def _typed(form: Form, name: str, value: Any) -> None:
    values: Mapping[str, Any] = form.values
    form.values = {**values, name: value}
    form.problems = {}
