"""What an exported notebook is made of: names, tags, and code that never changes.

Nothing of a recipe is ever put into code or Markdown: whatever text a recipe holds stands in one
cell of literals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

__all__ = ["CELLS", "DIGESTS", "EXPECTED", "RECIPE", "RECIPE_DIGEST", "TAGS", "Cell", "Expected"]

RECIPE = "RECIPE"
RECIPE_DIGEST = "RECIPE_SHA256"
DIGESTS = ("split", "draws", "batch")
EXPECTED = {name: f"EXPECTED_{name.upper()}_SHA256" for name in DIGESTS}
"""Name of a digest → name of the variable that holds it."""

TAGS = ("parameters", "brevviz-recipe")
"""Of the cell of literals; papermill puts its overrides behind the one tagged `parameters`."""


class Expected(Protocol):
    """Digests of a job, such as `brevviz.job.Digests`."""

    def data(self) -> dict[str, str]:
        """The digests by name."""


@dataclass(frozen=True)
class Cell:
    """A constant cell. `kind` is "code" or "markdown"; the cell of literals has no source."""

    id: str
    kind: str
    source: str = ""


CELLS = (
    Cell(
        "brevviz-title",
        "markdown",
        """\
# A training set, by brevviz

The next cell is the whole recipe, as literals. The cells after it say whether it was edited, then
derive the samples, the split, the draws and the first batch from it, and compare each with what
was exported. `brevviz run` on this file does the same without Jupyter.""",
    ),
    Cell("brevviz-recipe", "code"),
    Cell(
        "brevviz-check",
        "code",
        f"""\
import brevviz
from brevviz.notebook import compare, origin

recipe = brevviz.Recipe.build({RECIPE})
edited = recipe.digest() != {RECIPE_DIGEST}
print(origin(recipe, {RECIPE_DIGEST}))
job = brevviz.Job(recipe)""",
    ),
    Cell(
        "brevviz-split",
        "code",
        f"""\
from brevviz.split import split_digest

print(compare("split", split_digest(job.assigned), {EXPECTED["split"]}, edited))
job.table""",
    ),
    Cell("brevviz-frequencies", "code", "job.frequencies()"),
    Cell(
        "brevviz-batch",
        "code",
        f"""\
digests = job.digests()  # draws and augments one batch: TensorFlow is loaded here
print(compare("draws", digests.draws, {EXPECTED["draws"]}, edited))
print(compare("batch", digests.batch, {EXPECTED["batch"]}, edited))""",
    ),
    Cell(
        "brevviz-pictures",
        "code",
        """\
import numpy as np
from PIL import Image

# Rows: the original, augmented, and augmented once more.
preview = job.preview(8)
rows = (preview.original, preview.augmented, preview.repeated)
Image.fromarray(np.concatenate([np.concatenate(list(row), axis=1) for row in rows]))""",
    ),
)
