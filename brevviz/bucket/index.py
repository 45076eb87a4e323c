"""A listing kept as Parquet: opened at once, and compared with the next one.

The file is sorted by key, in row groups with their smallest and largest key, so that parts of a
very large listing can be read without the rest.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from brevviz.bucket.browse import with_parent
from brevviz.bucket.pages import SCHEMA
from brevviz.bucket.store import Listing
from brevviz.errors import BucketError
from brevviz.files import write_atomic

__all__ = ["Changes", "Kept", "changes", "load_listing", "save_listing", "write_table"]

_ROW_GROUP = 100_000
_ABOUT = b"brevviz.listing"
_VERSION = 1


@dataclass(frozen=True)
class Kept:
    """A listing and the moment at which it was taken (UTC)."""

    listing: Listing
    taken: datetime


@dataclass(frozen=True)
class Changes:
    """What a newer listing has that an older one has not, as keys in byte order."""

    added: tuple[str, ...]
    gone: tuple[str, ...]
    changed: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.gone or self.changed)

    def __str__(self) -> str:
        if not self:
            return "nothing has changed"
        parts = [("added", self.added), ("gone", self.gone), ("changed", self.changed)]
        return ", ".join(f"{len(keys):,} {what}" for what, keys in parts if keys)


def save_listing(listing: Listing, path: str | Path, taken: datetime | None = None) -> Path:
    """Write a listing as Parquet, whole or not at all.

    Parameters
    ----------
    taken : when the listing was taken; None: now.

    Returns the path. Raises BucketError for a listing that is not complete, EvidenceError when
    the file cannot be written.
    """
    if not listing.complete:
        raise BucketError(str(path), "a listing that ended early is not kept")
    about = {
        "version": _VERSION,
        "taken": (taken or datetime.now(UTC)).isoformat(),
        "hidden": listing.hidden,
        "refused": listing.refused,
    }
    table = pa.table([getattr(listing, name) for name in SCHEMA.names], schema=SCHEMA)
    return write_table(table, path, about)


def write_table(table: pa.Table, path: str | Path, about: dict[str, Any] | None = None) -> Path:
    """Write a table with SCHEMA, sorted by key, as `Index` and `load_listing` read it.

    Parameters
    ----------
    about : what `load_listing` wants to know; None for a part that only `Index` reads.

    Returns the path. Raises EvidenceError when the file cannot be written.
    """
    table = with_parent(table).replace_schema_metadata({_ABOUT: json.dumps(about or {}).encode()})
    buffer = pa.BufferOutputStream()
    pq.write_table(
        table,
        buffer,
        compression="zstd",
        row_group_size=_ROW_GROUP,
        sorting_columns=[pq.SortingColumn(0)],
    )
    return write_atomic(path, buffer.getvalue().to_pybytes())


def load_listing(path: str | Path) -> Kept:
    """A listing that `save_listing` wrote. Raises BucketError when the file is anything else."""
    try:
        table = pq.read_table(path, columns=SCHEMA.names)
        about = json.loads((table.schema.metadata or {})[_ABOUT])
        columns = {name: _whole(table[name], SCHEMA.field(name).type) for name in SCHEMA.names}
        if about["version"] != _VERSION:
            raise BucketError(
                str(path), f"has version {about['version']}; version {_VERSION} can be read"
            )
        listing = Listing(**columns, hidden=about["hidden"], refused=tuple(about["refused"]))
        return Kept(listing, datetime.fromisoformat(about["taken"]))
    except (OSError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, BucketError):
            raise
        raise BucketError(str(path), "is not a listing that brevviz has kept") from error


def changes(old: Listing, new: Listing) -> Changes:
    """What has changed between two listings of one source."""
    common = pc.is_in(new.key, old.key)
    before = old.etag.take(pc.index_in(new.key, old.key))
    changed = pc.fill_null(pc.and_(common, pc.not_equal(before, new.etag)), False)
    return Changes(
        added=tuple(new.key.filter(pc.invert(common)).to_pylist()),
        gone=tuple(old.key.filter(pc.invert(pc.is_in(old.key, new.key))).to_pylist()),
        changed=tuple(new.key.filter(changed).to_pylist()),
    )


def _whole(column: pa.ChunkedArray, type_: pa.DataType) -> pa.Array:
    return pa.concat_arrays(column.cast(type_).chunks) if column.num_chunks else pa.array([], type_)
