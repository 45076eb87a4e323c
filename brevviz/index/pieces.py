"""The samples of an index, one row group at a time: no more of them is ever in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from brevviz.bucket import Listing, Store
from brevviz.bucket.pages import SCHEMA
from brevviz.dataset.frame import frame_of
from brevviz.recipe import Source

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Pieces"]


class Pieces:
    """The row groups of Parquet files in the form of `bucket.Index`, each as a frame of samples.

    Parameters
    ----------
    paths : the files, in byte order of their keys.
    source : the rules that let an object in and give it its category.
    store : where the objects are; gives their paths and addresses.
    """

    def __init__(self, paths: Iterable[Path], source: Source, store: Store) -> None:
        self._source, self._store = source, store
        self._places: list[tuple[Path, int]] = []
        digest = hashlib.sha256()
        for path in paths:
            metadata = pq.read_metadata(path)
            for group in range(metadata.num_row_groups):
                self._places.append((path, group))
                about = metadata.row_group(group)
                column = about.column(0)
                ends = column.statistics
                digest.update(
                    repr((about.num_rows, column.total_uncompressed_size, str(ends))).encode()
                )
        self.fingerprint = digest.hexdigest()
        """SHA-256 over the rows, bytes and first and last key of each row group."""
        self._file: tuple[Path, pq.ParquetFile] | None = None

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[pd.DataFrame]:
        return map(self.frame, range(len(self)))

    def frame(self, number: int) -> pd.DataFrame:
        """The samples of one row group; it may be empty. Raises PatternError."""
        path, group = self._places[number]
        if self._file is None or self._file[0] != path:
            self._file = (path, pq.ParquetFile(path))
        table = self._file[1].read_row_group(group, SCHEMA.names).cast(SCHEMA).combine_chunks()
        listing = Listing(*(table[name].combine_chunks() for name in SCHEMA.names))
        return frame_of(listing, self._source, self._store.root, self._store.base_url)[0]
