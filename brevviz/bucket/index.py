"""A listing kept as Parquet: opened at once, and compared with the next one.

The file is sorted by key, in row groups with their smallest and largest key, so that parts of a
very large listing can be read without the rest.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from brevviz.bucket.cache import cache_folder
from brevviz.bucket.opening import access_of
from brevviz.bucket.pages import SCHEMA
from brevviz.bucket.store import Listing
from brevviz.errors import BucketError, EvidenceError
from brevviz.files import write_atomic
from brevviz.recipe import Source

__all__ = ["Changes", "Kept", "changes", "keep", "kept", "load_listing", "save_listing"]

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
    table = table.replace_schema_metadata({_ABOUT: json.dumps(about).encode()})
    buffer = pa.BufferOutputStream()
    pq.write_table(
        table, buffer, compression="zstd", row_group_size=_ROW_GROUP, sorting_columns=_by_key()
    )
    return write_atomic(path, buffer.getvalue().to_pybytes())


def load_listing(path: str | Path) -> Kept:
    """A listing that `save_listing` wrote. Raises BucketError when the file is anything else."""
    try:
        table = pq.read_table(path)
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


def keep(source: Source, listing: Listing) -> bool:
    """Keep a source's newest listing for the next time; False when it could not be written."""
    path = _path(source)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        save_listing(listing, path)
    except (EvidenceError, OSError):
        return False
    return True


def kept(source: Source) -> Kept | None:
    """The listing that was kept of a source, or None."""
    path = _path(source)
    if not path.exists():
        return None
    try:
        return load_listing(path)
    except BucketError:
        # A broken file is only a lost head start: the source itself is listed again.
        return None


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


def _path(source: Source) -> Path:
    access = json.dumps(access_of(source), sort_keys=True)
    name = hashlib.sha256(access.encode("utf-8", "surrogatepass")).hexdigest()
    return cache_folder() / "listings" / f"{name}.parquet"


def _by_key() -> list[pq.SortingColumn]:
    return [pq.SortingColumn(0)]


def _whole(column: pa.ChunkedArray, type_: pa.DataType) -> pa.Array:
    return pa.concat_arrays(column.cast(type_).chunks) if column.num_chunks else pa.array([], type_)
