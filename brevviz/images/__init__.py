"""Pictures: decoded safely, seen as the recipe's view says, changed the same way every time.

Nothing here loads TensorFlow before the first pictures are rendered.
"""

from brevviz.images.augment.augmenter import ImageAugmenter
from brevviz.images.augment.draws import uniform
from brevviz.images.augment.keys import image_keys
from brevviz.images.augment.register import Change, Setting, register_change, registered_changes
from brevviz.images.compiling import compile_early
from brevviz.images.digest import digests
from brevviz.images.drawn import parameter_digests
from brevviz.images.guard import Guard, thumbnail
from brevviz.images.likeness import SIDE, Likeness, likeness
from brevviz.images.loaded import Loaded, same_size, stack
from brevviz.images.packed import stack_packed
from brevviz.images.pipeline import ImagePipeline
from brevviz.images.preview import render
from brevviz.images.probe import Header, probe
from brevviz.images.segmentation import SegmentationLoader
from brevviz.images.show import render_view
from brevviz.images.thumbnails import sprite

__all__ = [
    "SIDE",
    "Change",
    "Guard",
    "Header",
    "ImageAugmenter",
    "ImagePipeline",
    "Likeness",
    "Loaded",
    "SegmentationLoader",
    "Setting",
    "compile_early",
    "digests",
    "image_keys",
    "likeness",
    "parameter_digests",
    "probe",
    "register_change",
    "registered_changes",
    "render",
    "render_view",
    "same_size",
    "sprite",
    "stack",
    "stack_packed",
    "thumbnail",
    "uniform",
]
