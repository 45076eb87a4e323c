"""Recipe → Python: the same job as a script, for who trains without a notebook."""

from __future__ import annotations

from brevviz.notebook.literals import write_literal
from brevviz.notebook.parts import RECIPE, RECIPE_DIGEST
from brevviz.recipe import Recipe

__all__ = ["to_script"]

_BEFORE = '''\
"""A training set, by brevviz: the recipe, and the batches that follow from it."""

import brevviz

'''

_AFTER = f"""
recipe = brevviz.Recipe.build({RECIPE})
assert recipe.digest() == {RECIPE_DIGEST}, "the recipe was edited"

job = brevviz.Job(recipe)
print(job.table)
print(job.frequencies())

train = job.generator("train").get_dataset()  # tf.data: augmented batches, image in "img"
devel = job.generator("devel").get_dataset()  # the plain view, each sample once
print(train.element_spec["img"])
"""


def to_script(recipe: Recipe) -> str:
    """Python code, ASCII, that makes the job's data sets; the recipe stands in it as a literal."""
    literals = (
        f"{RECIPE} = {write_literal(recipe.data())}\n"
        f"{RECIPE_DIGEST} = {write_literal(recipe.digest())}\n"
    )
    return _BEFORE + literals + _AFTER
