"""The description of a job: `Recipe` and its sections."""

from brevviz.recipe.model import DEFAULT_SEED, Recipe
from brevviz.recipe.sections import (
    PURPOSES,
    Augmentation,
    Sampling,
    Section,
    Source,
    Split,
    Triage,
    View,
)

__all__ = [
    "DEFAULT_SEED",
    "PURPOSES",
    "Augmentation",
    "Recipe",
    "Sampling",
    "Section",
    "Source",
    "Split",
    "Triage",
    "View",
]
