"""brevviz: from a bucket of images to a training set that can be defended.

The names below are all that a user needs; each is imported when it is first used, so that
`import brevviz` loads neither TensorFlow, ipywidgets nor pandas.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brevviz.dataset import Dataset
    from brevviz.errors import BrevvizError
    from brevviz.explorer import Explorer
    from brevviz.generator import DataGenerator
    from brevviz.images import (
        ImageAugmenter,
        ImagePipeline,
        SegmentationLoader,
        Setting,
        register_change,
        registered_changes,
    )
    from brevviz.job import Job, generators
    from brevviz.recipe import Recipe
    from brevviz.session import Session
    from brevviz.split import SampleSplit

__version__ = "0.1.0"

__all__ = [
    "BrevvizError",
    "DataGenerator",
    "Dataset",
    "Explorer",
    "ImageAugmenter",
    "ImagePipeline",
    "Job",
    "Recipe",
    "SampleSplit",
    "SegmentationLoader",
    "Session",
    "Setting",
    "generators",
    "register_change",
    "registered_changes",
]

_HOMES = {
    "BrevvizError": "brevviz.errors",
    "DataGenerator": "brevviz.generator",
    "Dataset": "brevviz.dataset",
    "Explorer": "brevviz.explorer",
    "ImageAugmenter": "brevviz.images",
    "ImagePipeline": "brevviz.images",
    "Job": "brevviz.job",
    "Recipe": "brevviz.recipe",
    "SampleSplit": "brevviz.split",
    "SegmentationLoader": "brevviz.images",
    "Session": "brevviz.session",
    "Setting": "brevviz.images",
    "generators": "brevviz.job",
    "register_change": "brevviz.images",
    "registered_changes": "brevviz.images",
}
_ROOMS = ("bucket", "demo", "errors", "notebook", "recipe")


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
    elif name in _ROOMS:
        value = import_module(f"brevviz.{name}")
    else:
        raise AttributeError(f"module 'brevviz' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES, *_ROOMS})
