"""Looking into a kept listing without reading it whole: for 10⁸ objects as for ten."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from brevviz.bucket.pages import SCHEMA
from brevviz.errors import BucketError

__all__ = ["PARENT", "Index", "with_parent"]

PARENT = "parent"
"""The column that `Index` counts: a key without its last name, as a dictionary."""


def with_parent(table: pa.Table) -> pa.Table:
    """A table with SCHEMA and the column `parent`, whose names are stored once each."""
    parents = pc.replace_substring_regex(table["key"], r"(?s)/?[^/]*$", "")
    return table.append_column(PARENT, parents.dictionary_encode())


class Index:
    """Parquet files of `save_listing`, or of an inventory, as one listing.

    Memory is bounded by one row group (100,000 rows) of one file, whatever their number.

    Parameters
    ----------
    paths : the files; their keys may overlap in range but not in themselves.

    Raises BucketError when a file is not such a listing.
    """

    def __init__(self, paths: Iterable[str | Path]) -> None:
        self.paths = tuple(Path(path) for path in paths)
        self._metadata = [_metadata(path) for path in self.paths]

    def __len__(self) -> int:
        return sum(metadata.num_rows for metadata in self._metadata)

    def folder_counts(self) -> dict[str, int]:
        """Folder (the key without its last name) → number of objects, in byte order."""
        counts: dict[str, int] = {}
        for table in self._groups([PARENT]):
            found = pc.value_counts(table[PARENT].combine_chunks())
            for name, count in zip(
                found.field(0).to_pylist(), found.field(1).to_pylist(), strict=True
            ):
                counts[name] = counts.get(name, 0) + count
        return dict(sorted(counts.items(), key=lambda entry: entry[0].encode()))

    def page(self, prefix: str = "", after: str = "", count: int = 1000) -> pa.Table:
        """The first `count` objects whose key starts with a prefix and is greater than `after`.

        Row groups whose range of keys lies outside are not read.
        """
        first = max(prefix.encode(), after.encode())
        found = SCHEMA.empty_table()
        for path, metadata in zip(self.paths, self._metadata, strict=True):
            file = pq.ParquetFile(path)
            for group in range(metadata.num_row_groups):
                low, high = _range(metadata, group)
                last = found["key"][-1].as_py().encode() if len(found) >= count else None
                if high < first or (last is not None and low > last) or _beyond(low, prefix):
                    continue
                table = file.read_row_group(group, SCHEMA.names).cast(SCHEMA)
                wanted = pc.and_(
                    pc.starts_with(table["key"], prefix), pc.greater(table["key"], after)
                )
                found = pa.concat_tables([found, table.filter(wanted)])
                found = found.take(pc.sort_indices(found["key"])[:count])
        return found

    def at(self, start: int, count: int = 1000) -> pa.Table:
        """The objects at some places of the files one after the other; fewer at the end."""
        tables = [SCHEMA.empty_table()]
        first = 0
        for path, metadata in zip(self.paths, self._metadata, strict=True):
            for group in range(metadata.num_row_groups):
                end = first + metadata.row_group(group).num_rows
                low, high = max(start, first), min(start + count, end)
                if low < high:
                    table = pq.ParquetFile(path).read_row_group(group, SCHEMA.names).cast(SCHEMA)
                    tables.append(table.slice(low - first, high - low))
                first = end
        return pa.concat_tables(tables)

    def sample(self, count: int, seed: int = 0) -> pa.Table:
        """Some objects, each as likely as any other, in byte order; the same for the same seed.

        Parameters
        ----------
        count : at most so many; all if there are fewer.
        """
        rng = np.random.default_rng(seed)
        rows = np.sort(rng.choice(len(self), min(count, len(self)), replace=False))
        tables = [SCHEMA.empty_table()]
        start = 0
        for path, metadata in zip(self.paths, self._metadata, strict=True):
            file = pq.ParquetFile(path)
            for group in range(metadata.num_row_groups):
                end = start + metadata.row_group(group).num_rows
                here = rows[(rows >= start) & (rows < end)] - start
                if len(here):
                    table = file.read_row_group(group, SCHEMA.names).cast(SCHEMA)
                    tables.append(table.take(pa.array(here)))
                start = end
        table = pa.concat_tables(tables)
        return table.take(pc.sort_indices(table["key"]))

    def _groups(self, columns: list[str]) -> Iterator[pa.Table]:
        for path, metadata in zip(self.paths, self._metadata, strict=True):
            file = pq.ParquetFile(path, read_dictionary=[PARENT])
            for group in range(metadata.num_row_groups):
                yield file.read_row_group(group, columns)


def _metadata(path: Path) -> pq.FileMetaData:
    try:
        metadata = pq.read_metadata(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise BucketError(str(path), "is not a listing that brevviz has kept") from error
    names = {metadata.schema.column(n).name for n in range(metadata.num_columns)}
    if not names >= {*SCHEMA.names, PARENT}:
        raise BucketError(str(path), "is not a listing that brevviz has kept")
    return metadata


def _range(metadata: pq.FileMetaData, group: int) -> tuple[bytes, bytes]:
    statistics = metadata.row_group(group).column(0).statistics
    if statistics is None or not statistics.has_min_max:
        return b"", b"\xff"  # UTF-8 has no such byte: every key is inside
    return statistics.min.encode(), statistics.max.encode()


def _beyond(low: bytes, prefix: str) -> bool:
    """Is the smallest key of a group greater than every key with the prefix?"""
    start = prefix.encode()
    return low[: len(start)] > start
