"""A bucket and its rules for classes, which together give the frame of samples."""

from brevviz.dataset.dataset import Dataset
from brevviz.dataset.excluding import Parted, exclude
from brevviz.dataset.frame import Counts, frame_of

__all__ = ["Counts", "Dataset", "Parted", "exclude", "frame_of"]
