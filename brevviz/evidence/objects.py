"""Are the objects of a manifest still the objects that were listed?"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from brevviz.bucket import Listing, Store
from brevviz.dataset import Dataset
from brevviz.errors import BucketError, ObjectMissing
from brevviz.evidence.derive import Place
from brevviz.evidence.verdict import Verdict, shown
from brevviz.progress import Report
from brevviz.recipe import Recipe

__all__ = ["SLICE", "Row", "check_bytes", "check_listing", "open_source", "rows_of", "with_bytes"]

T = TypeVar("T")

_CLOCKS_DIFFER = timedelta(minutes=15)
"""The most that S3 lets two clocks differ."""
_READERS = 8
SLICE = 256
"""Objects that are read before the next report."""
_MD5 = re.compile(r"[0-9a-f]{32}")


def open_source(recipe: Recipe, place: Place, trusted: Collection[str]) -> Store:
    """The store of a manifest's recipe. Raises BucketError, also when it is another place now."""
    store = Dataset.of(recipe.source, trusted=trusted).store
    if store.root != place.root:
        raise BucketError(
            store.root, f"is where the recipe leads from here, and {place.root} was listed"
        )
    return store


def check_listing(
    rows: pa.Table, listing: Listing, store: Store, listed: str, verdict: Verdict
) -> None:
    """Compare ETag, size and version of every object with a new listing.

    Parameters
    ----------
    listed : when the manifest's last listing was made, ISO 8601.
    """
    keys = rows["key"].combine_chunks()
    places = pc.index_in(keys, value_set=listing.key)
    verdict.expect_none(
        keys.filter(pc.is_null(places)),
        f"all {len(keys):,} objects are there",
        "objects are gone",
    )
    here = pc.is_valid(places)
    for name, word in (("etag", "ETag"), ("size", "size"), ("version_id", "version")):
        now = getattr(listing, name).take(places)
        then = rows[name].combine_chunks()
        same = pc.or_(pc.equal(now, then).fill_null(False), _both_null(now, then))
        verdict.expect_none(
            keys.filter(pc.and_(here, pc.invert(same))),
            f"every object has the {word} that was listed",
            f"objects have another {word}",
        )
    _check_others(keys, listing, store, listed, verdict)


def _check_others(
    keys: pa.Array, listing: Listing, store: Store, listed: str, verdict: Verdict
) -> None:
    """Objects that no row names: new ones, or ones that were there and whose row was taken away."""
    new = pc.invert(pc.is_in(listing.key, value_set=keys))
    if store.root.startswith("s3://"):
        # A server's clock tells when an object was put. A file's time can be that of its original.
        before = (datetime.fromisoformat(listed) - _CLOCKS_DIFFER).timestamp() * 1e6
        old = pc.and_(new, pc.less(listing.modified, int(before)))
        verdict.expect_none(
            listing.key.filter(old),
            "no object that was there when it was listed is left out",
            "objects were there when it was listed, and have no row",
        )
        new = pc.and_(new, pc.invert(old))
    names = listing.key.filter(new)
    if len(names):
        verdict.notes.append(f"objects are new since, and no part of this: {shown(names)}")


def check_bytes(rows: pa.Table, store: Store, verdict: Verdict, report: Report) -> None:
    """Read every object, and compare its bytes with the SHA-256 of its row."""
    wrong: list[str] = []
    gone: list[str] = []
    unknown: list[str] = []
    failed: list[str] = []
    for row, found in with_bytes(rows_of(rows), store, _hashes, report):
        if isinstance(found, ObjectMissing):
            gone.append(row.key)
        elif isinstance(found, BucketError):
            failed.append(f"{row.key}: {found}")
        elif row.sha256 is not None:
            wrong += [row.key] if found[0] != row.sha256 else []
        elif _MD5.fullmatch(row.etag) and row.etag != found[1]:
            wrong.append(row.key)
        else:
            unknown.append(row.key)
    known = len(rows) - len(unknown) - len(gone) - len(failed)
    verdict.expect_none(
        wrong,
        f"the bytes of {known:,} of {len(rows):,} objects are those of their SHA-256",
        "objects have other bytes",
    )
    if gone:
        verdict.findings.append(f"objects are gone: {shown(gone)}")
    if failed:
        verdict.unchecked.append(f"the bytes of objects that cannot be read: {shown(failed)}")
    if unknown:
        verdict.unchecked.append(
            f"the bytes of objects without SHA-256, which lock computes: {shown(unknown)}"
        )


class Row(NamedTuple):
    """What is needed of a row to read its object."""

    key: str
    etag: str
    sha256: str | None
    purpose: str | None


def rows_of(table: pa.Table) -> list[Row]:
    """The rows of a manifest's table."""
    columns = [table[name].to_pylist() for name in Row._fields]
    return [Row(*values) for values in zip(*columns, strict=True)]


def with_bytes(
    rows: Sequence[Row],
    store: Store,
    work: Callable[[Row, bytes], T],
    report: Report,
    *,
    as_listed: bool = False,
) -> Iterator[tuple[Row, T | BucketError]]:
    """Read the objects of rows and do some work with the bytes, on threads; in the rows' order.

    Parameters
    ----------
    work : is given a row and its bytes.
    as_listed : True: only the version that was listed; False: whatever is there.

    Gives what the work gives, or the BucketError that stands in its way. No bytes of test samples
    stay in a cache.
    """

    def one(row: Row) -> T | BucketError:
        try:
            etag = row.etag if as_listed else None
            return work(row, store.get(row.key, etag, keep=row.purpose != "test"))
        except BucketError as error:
            return error

    with ThreadPoolExecutor(_READERS) as pool:
        # A slice at a time, so that stopping does not wait for the whole bucket.
        for begin in range(0, len(rows), SLICE):
            report("objects read", begin, len(rows))
            some = rows[begin : begin + SLICE]
            yield from zip(some, pool.map(one, some), strict=True)
    report("objects read", len(rows), len(rows))


def _hashes(row: Row, data: bytes) -> tuple[str, str]:
    del row
    md5 = hashlib.md5(data, usedforsecurity=False)
    return hashlib.sha256(data).hexdigest(), md5.hexdigest()


def _both_null(one: pa.Array, other: pa.Array) -> pa.Array:
    return pc.and_(pc.is_null(one), pc.is_null(other))
