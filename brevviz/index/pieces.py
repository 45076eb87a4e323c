"""The samples of an index, one row group at a time: no more of them is ever in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
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
                range_ = (ends.min, ends.max) if ends is not None and ends.has_min_max else ()
                seen = (about.num_rows, column.total_uncompressed_size, *range_)
                digest.update(repr(seen).encode())
        self.fingerprint = digest.hexdigest()
        """SHA-256 over the rows, bytes and first and last key of each row group."""
        self._file: tuple[Path, pq.ParquetFile] | None = None

    def __len__(self) -> int:
        return len(self._places)

    def frame(self, number: int, columns: Collection[str] | None = None) -> pd.DataFrame:
        """The samples of one row group; it may be empty. Raises PatternError.

        Parameters
        ----------
        columns : those that are wanted, so that no others are read; None: all.
        """
        path, group = self._places[number]
        if self._file is None or self._file[0] != path:
            self._file = (path, pq.ParquetFile(path))
        names = ["key", *(name for name in ("etag",) if columns is None or name in columns)]
        table = self._file[1].read_row_group(group, names).combine_chunks()
        parts = [
            table[field.name].cast(field.type).combine_chunks()
            if field.name in names
            else pa.nulls(len(table), field.type)
            for field in SCHEMA
        ]
        root, base = self._store.root, self._store.base_url
        return frame_of(Listing(*parts), self._source, root, base, columns=columns)[0]
