"""Label maps of pictures: from shapes in JSON or from mask files, through the same view."""

from brevviz.images.segmentation.loader import SegmentationLoader

__all__ = ["SegmentationLoader"]
