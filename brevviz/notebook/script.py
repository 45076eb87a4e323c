"""Recipe → Python code: the same job, written out to be read and changed."""

from __future__ import annotations

from brevviz.notebook.literals import write_literal
from brevviz.recipe import Recipe

__all__ = ["to_script"]

_CODE = """\
import brevviz

recipe = brevviz.Recipe.build({literal})
job = brevviz.Job(recipe)

samples = job.assigned          # one row a sample, with its purpose
print(job.table)                # class x purpose: items, images, target
print(job.frequencies("train")) # expected and drawn, by group

train = job.generator("train")  # iterate, or train.get_dataset() for tf.data
batch = next(iter(train))
print(batch["img"].shape)
"""


def to_script(recipe: Recipe) -> str:
    """Python code that does the recipe's job, ASCII."""
    return _CODE.replace("{literal}", write_literal(recipe.data()))
