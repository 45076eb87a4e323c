"""A manifest in the formats of others: for finding and loading a set, not for proving it."""

from brevviz.evidence.exchange.croissant import croissant
from brevviz.evidence.exchange.frictionless import datapackage
from brevviz.evidence.exchange.huggingface import metadata
from brevviz.evidence.exchange.indices import read_indices
from brevviz.evidence.exchange.spreadsheet import spreadsheet
from brevviz.evidence.exchange.writing import write_exchange

__all__ = ["croissant", "datapackage", "metadata", "read_indices", "spreadsheet", "write_exchange"]
