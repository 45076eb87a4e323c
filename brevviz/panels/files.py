"""Saving a job into a folder, and loading a recipe from a file: the kernel's side of Export."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ipywidgets

from brevviz import notebook
from brevviz.errors import BrevvizError, RecipeError
from brevviz.panels.status_line import StatusLine, Told
from brevviz.progress import Report
from brevviz.recipe import Recipe
from brevviz.session import Session
from brevviz.widgets import Actions, Form, Line
from brevviz.work import Latest

__all__ = ["RecipeFiles"]

_FIELDS = [
    {
        "name": "folder",
        "label": "Folder",
        "kind": "text",
        "help": "Save all writes recipe, notebook and manifest here; it is made when missing.",
    },
    {
        "name": "file",
        "label": "Recipe file",
        "kind": "text",
        "placeholder": "recipe.yaml, recipe.json or recipe.ipynb",
        "help": "The app becomes this recipe; Undo brings the old one back.",
    },
]
_BUTTONS = [
    {
        "name": "save",
        "label": "Save all",
        "tone": "primary",
        "help": "Write recipe, notebook and manifest into the folder",
    },
    {"name": "load", "label": "Load", "help": "Become the recipe in the file"},
]
_SUFFIXES = (".yaml", ".yml", ".json", ".ipynb")
_FIELD_OF = {"save": "folder", "load": "file"}


class RecipeFiles(Told):
    """Two fields and two buttons; files are written and read by a worker."""

    title = "Files"

    def __init__(self, session: Session, status: StatusLine, *, threaded: bool = True) -> None:
        self.session = session
        self.status = status
        self.form = Form(label="Files", fields=_FIELDS, values={"folder": "out", "file": ""})
        self.actions = Actions(label="", buttons=_BUTTONS)
        self.done = Line()
        self._action = "save"
        self.latest: Latest[tuple[str, str], str] = Latest(self._act, self, threaded=threaded)
        self.form.on_set(self._typed)
        self.actions.on_press(self._pressed)
        self.box = ipywidgets.VBox([self.form, self.actions, self.done])

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the files are written or read; False when the time ran out (seconds)."""
        return self.latest.wait(timeout)

    def close(self) -> None:
        """End the worker."""
        self.latest.close()

    def _typed(self, name: str, value: Any) -> None:
        self.form.values = {**self.form.values, name: value}
        self.form.problems = {}

    def _pressed(self, action: str) -> None:
        self._action = action
        self.latest.ask((action, str(self.form.values[_FIELD_OF[action]]).strip()))

    def _act(self, request: tuple[str, str], report: Report) -> str:
        action, typed = request
        if not typed:
            raise RecipeError(_FIELD_OF[action], "is empty; a path is allowed")
        path = Path(typed).expanduser()
        return self._save(path, report) if action == "save" else self._load(path)

    def _save(self, folder: Path, report: Report) -> str:
        from brevviz.evidence import write_manifest  # noqa: PLC0415  # read when first needed

        job = self.session.job.with_report(report)
        digests = job.digests()
        job.recipe.save(folder / "recipe.yaml")
        notebook.export(job.recipe, folder / "recipe.ipynb", digests)
        manifest = write_manifest(job, folder, digests, report)
        return (
            f"Saved recipe.yaml, recipe.ipynb, {manifest.name}, manifest.parquet and trail.jsonl "
            f"in {folder.resolve()}"
        )

    def _load(self, path: Path) -> str:
        if path.suffix.lower() not in _SUFFIXES:
            raise RecipeError(
                "recipe", f"{path.name!r} does not end in {', '.join(_SUFFIXES)}: not a recipe"
            )
        recipe = notebook.load(path) if path.suffix.lower() == ".ipynb" else Recipe.load(path)
        self.session.replace(recipe)
        return f"Loaded {path}"

    # What the worker says (`work.Answer`).

    def show(self, result: str) -> None:
        """It is done."""
        self.form.problems = {}
        self.status.clear(self.title)
        self.done.text = result

    def fail(self, error: Exception) -> None:
        """It cannot be done: why stands under the field."""
        self.done.text = ""
        if isinstance(error, BrevvizError):
            self.form.problems = {_FIELD_OF[self._action]: str(error)}
        else:
            self.status.fail(self.title, error)
