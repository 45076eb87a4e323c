"""Samples by the hundred million: browsed, split and drawn from Parquet, in bounded memory."""

from brevviz.index.opening import SampleIndex, open_index
from brevviz.index.stored import IndexSplit

__all__ = ["IndexSplit", "SampleIndex", "open_index"]
