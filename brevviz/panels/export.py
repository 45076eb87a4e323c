"""The Export panel: the recipe as files, the digests that prove it, and the way back in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets

from brevviz.job import Digests, Job
from brevviz.notebook import to_script, to_text
from brevviz.panels.files import RecipeFiles
from brevviz.panels.panel import Panel
from brevviz.panels.unsealing import Unsealing
from brevviz.recipe import Recipe
from brevviz.session import Session
from brevviz.widgets import Save, Table

__all__ = ["ExportPanel"]


class ExportPanel(Panel[Digests]):
    """Recipe, notebook and Python code to copy or save, the digests of what they give, and a folder
    in which all of it is saved, locked, verified and reported.
    """

    title = "Export"
    sections = tuple(name for name in Recipe.model_fields if name != "schema_version")

    def __init__(self, session: Session, **options: Any) -> None:
        self.texts = Save(label="The recipe as")
        self.table = Table(
            caption="Digests (SHA-256)",
            columns=[{"name": "what", "label": "Of"}, {"name": "digest", "label": "Digest"}],
            height=0,
        )
        super().__init__(session, **options)

    def layout(self) -> Sequence[ipywidgets.Widget]:
        """Texts, digests, a folder to prove it in, the sealed test set, and the way back in."""
        self.files = RecipeFiles(self.session, self.status, threaded=self.threaded)
        self.unsealing = Unsealing(
            self.session, self.status, self.files.where, threaded=self.threaded
        )
        parts = ipywidgets.VBox([self.files.box, self.unsealing.box, self.files.back])
        parts.add_class("bv-apart")
        return [self.texts, self.table, parts]

    def changed(self) -> None:
        """The texts follow the recipe at once; the other digests follow when they are computed."""
        recipe = self.session.recipe
        self.texts.texts = [
            _text("YAML", "recipe.yaml", "application/yaml", recipe.to_yaml()),
            _text("JSON", "recipe.json", "application/json", recipe.to_json()),
            _text("Notebook", "recipe.ipynb", "application/x-ipynb+json", to_text(recipe)),
            _text("Python", "recipe.py", "text/x-python", to_script(recipe)),
        ]
        self.unsealing.follow()
        if self.key() != self._asked:
            self.files.follow()
            self.table.rows = [["recipe", recipe.digest()]]

    def compute(self, job: Job) -> Digests:
        """Split, draw and augment one batch, and take the digests."""
        return job.digests()

    def render(self, result: Digests) -> None:
        """The digests of recipe, split, draws and first batch."""
        self.table.rows = [[name, digest] for name, digest in result.data().items()]

    def close(self) -> None:
        """End the workers and the widgets."""
        self.files.close()
        self.unsealing.close()
        super().close()


def _text(label: str, name: str, mime: str, text: str) -> dict[str, str]:
    return {"label": label, "name": name, "mime": mime, "text": text}
