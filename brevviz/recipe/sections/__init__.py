"""The sections of a recipe: one frozen, strict model for each step of the job.

A field is here when changing it changes a result. Each default stands here and nowhere else:
`SampleSplit`, `DataGenerator`, `ImagePipeline` and `ImageAugmenter` read theirs from these models.
"""

from brevviz.recipe.sections.augmentation import Augmentation
from brevviz.recipe.sections.sampling import Sampling, Weighing
from brevviz.recipe.sections.section import Section
from brevviz.recipe.sections.source import Source
from brevviz.recipe.sections.split import Split
from brevviz.recipe.sections.triage import Triage
from brevviz.recipe.sections.values import PURPOSES
from brevviz.recipe.sections.view import View

__all__ = [
    "PURPOSES",
    "Augmentation",
    "Sampling",
    "Section",
    "Source",
    "Split",
    "Triage",
    "View",
    "Weighing",
]
