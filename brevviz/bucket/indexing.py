"""A source listed by many workers: as one `Listing`, or as Parquet parts and a page that names them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from brevviz.bucket.browse import Index
from brevviz.bucket.folder import FolderStore
from brevviz.bucket.index import write_table
from brevviz.bucket.listing import finish
from brevviz.bucket.opening import open_store
from brevviz.bucket.pages import SCHEMA
from brevviz.bucket.pieces import Pieces
from brevviz.bucket.s3 import S3Store
from brevviz.bucket.store import Listing, Store
from brevviz.bucket.trust import Agreements, agreements
from brevviz.cluster import Cluster, Here
from brevviz.errors import BucketError, EvidenceError
from brevviz.files import write_atomic
from brevviz.progress import Report, quiet
from brevviz.recipe import Source

__all__ = ["INDEX", "index_source", "list_source", "load_index"]

INDEX = "index.json"
_VERSION = 1
_NAMES = "part-*.parquet"
_PART = 1_000_000
"""Rows that a part has at least, but for the last: what is held in memory before it is written."""


@dataclass(frozen=True)
class _Work:
    """What every worker needs. agreed : the endpoints that the asking process signs for."""

    source: Source
    trusted: tuple[str, ...]
    agreed: Agreements

    def store(self) -> Store:
        self.agreed.adopt()
        return open_store(self.source, self.trusted)


def list_source(
    source: Source,
    cluster: Cluster | None = None,
    *,
    trusted: Collection[str] = (),
    report: Report = quiet,
) -> Listing:
    """Every object of a source, as `Store.list` gives it, listed by a cluster's workers.

    Parameters
    ----------
    cluster : lists folders of a bucket, or reads files of a folder, side by side; None: the store
        lists itself on threads of this process, as it always does with an inventory.
    trusted : endpoints that may be sent signatures although only the recipe names them.
    report : told of progress; may raise Cancelled.

    Raises BucketError: never a part of the objects.
    """
    store = open_store(source, trusted)
    if cluster is None or not isinstance(store, S3Store | FolderStore):
        return store.list(report)
    pieces = store.pieces(report)
    tables = list(_tables(pieces, _work(source, store, trusted), cluster, report))
    return finish(tables, _prefix(store), hidden=pieces.hidden, refused=pieces.refused)


def index_source(
    source: Source,
    folder: str | Path,
    cluster: Cluster | None = None,
    *,
    trusted: Collection[str] = (),
    report: Report = quiet,
    taken: datetime | None = None,
) -> Index:
    """List a source into Parquet parts of a million rows and more, in the byte order of the keys.

    The same objects give the same parts, byte for byte, whoever lists them. Memory holds one.
    `index.json` names the parts with their SHA-256; until all are written it says that they are
    not, and parts of an earlier index go when it is.

    Parameters
    ----------
    folder : made if missing.
    cluster : as for `list_source`; None: this thread.
    taken : when the listing was taken; None: now.

    Raises BucketError, also for an inventory, which is an index already; EvidenceError when the
    folder cannot be written.
    """
    folder = Path(folder)
    store = open_store(source, trusted)
    if not isinstance(store, S3Store | FolderStore):
        raise BucketError(
            store.root, "is an inventory: an index already", "Dataset(...).store.index()"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomic(folder / INDEX, json.dumps({"version": _VERSION, "parts": None}).encode())
    except OSError as error:
        raise EvidenceError(str(folder), f"cannot be written: {error.strerror}") from error
    pieces = store.pieces(report)
    parts: list[dict[str, Any]] = []
    hidden = pieces.hidden
    for tables in _gathered(
        _tables(pieces, _work(source, store, trusted), cluster or Here(), report)
    ):
        listing = finish(tables, _prefix(store))
        hidden += listing.hidden
        if len(listing):
            parts.append(_written(listing, folder / f"part-{len(parts):05}.parquet"))
    about = {
        "version": _VERSION,
        "root": store.root,
        "taken": (taken or datetime.now(UTC)).isoformat(),
        "objects": sum(part["objects"] for part in parts),
        "hidden": hidden,
        "refused": pieces.refused,
        "parts": parts,
    }
    write_atomic(folder / INDEX, (json.dumps(about, indent=1) + "\n").encode())
    for old in {*folder.glob(_NAMES)} - {folder / part["name"] for part in parts}:
        old.unlink()
    return Index(folder / part["name"] for part in parts)


def load_index(folder: str | Path) -> Index:
    """The index in a folder, its parts checked by their SHA-256. Raises BucketError."""
    folder = Path(folder)
    try:
        about = json.loads((folder / INDEX).read_bytes())
        if about["version"] != _VERSION:
            raise BucketError(
                str(folder), f"has version {about['version']}; version {_VERSION} can be read"
            )
        parts = [(folder / Path(part["name"]).name, part["sha256"]) for part in about["parts"]]
        for path, digest in parts:
            if _sha256(path) != digest:
                raise BucketError(str(path), f"is not the part that {INDEX} names", "Index again")
    except (OSError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, BucketError):
            raise
        raise BucketError(str(folder), "holds no index that was written to its end") from error
    return Index(path for path, _ in parts)


def list_piece(work: _Work, piece: Any) -> pa.Table:
    """List one piece, in a worker."""
    store = work.store()
    assert isinstance(store, S3Store | FolderStore)  # noqa: S101  # as where it was divided
    return store.list_piece(piece)


def _work(source: Source, store: Store, trusted: Collection[str]) -> _Work:
    if isinstance(store, FolderStore):  # a worker may be in another working directory
        source = source.model_copy(update={"uri": store.root or "/"})
    return _Work(source, tuple(trusted), agreements())


def _tables(pieces: Pieces, work: _Work, cluster: Cluster, report: Report) -> Iterator[pa.Table]:
    found = cluster.map(list_piece, work, pieces.parts, what="parts listed", report=report)
    return pieces.in_order(found)


def _gathered(tables: Iterator[pa.Table]) -> Iterator[list[pa.Table]]:
    """Tables in their order, as many as make a part."""
    some: list[pa.Table] = []
    for table in tables:
        some.append(table)
        if sum(map(len, some)) >= _PART:
            yield some
            some = []
    if some:
        yield some


def _written(listing: Listing, path: Path) -> dict[str, Any]:
    table = pa.table([getattr(listing, name) for name in SCHEMA.names], schema=SCHEMA)
    write_table(table, path)
    return {"name": path.name, "objects": len(listing), "sha256": _sha256(path)}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _prefix(store: S3Store | FolderStore) -> str:
    """What the keys of a store's pieces start with."""
    return store.prefix if isinstance(store, S3Store) else ""
