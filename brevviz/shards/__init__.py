"""Samples as a few large files, for training elsewhere: TFRecord or WebDataset."""

from brevviz.shards.index import Shards, read_shards
from brevviz.shards.writing import write_shards

__all__ = ["Shards", "read_shards", "write_shards"]
