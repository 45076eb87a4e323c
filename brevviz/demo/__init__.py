"""The demo set, and the sources of the seed's notebook: images to start with, and no questions.

`bucket()` is a folder of 180 drawn vials; `source(name)` is one of the three sets that the seed
names. Neither imports TensorFlow until a set that needs it is asked for.
"""

from __future__ import annotations

from brevviz.demo.bucket import bucket
from brevviz.demo.sources import SOURCES, source

__all__ = ["SOURCES", "bucket", "source"]
