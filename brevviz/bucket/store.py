"""What a bucket is to the rest of brevviz: one small protocol, and the columns of a listing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

from brevviz.progress import Report, quiet

__all__ = ["Head", "Listing", "Store"]


@dataclass(frozen=True)
class Head:
    """One object as it is now.

    size : bytes. etag : without quotes. modified : µs since 1970, UTC. version_id : None where
    the bucket keeps no versions.
    """

    key: str
    size: int
    etag: str
    modified: int
    version_id: str | None = None


@dataclass(frozen=True)
class Listing:
    """Every object of a bucket, as columns in byte order of their keys.

    key : large_string (n,), relative to the store's root. size : int64 (n,), bytes.
    etag : large_string (n,). modified : int64 (n,), µs since 1970, UTC.
    version_id : large_string (n,), null where the bucket keeps no versions.
    hidden : how many objects were left out because a part of their key starts with ".".
    refused : names that no key can stand for, shown with escapes.
    complete : False when the listing ended early; a caller that wants all must not use it.
    """

    key: pa.Array
    size: pa.Array
    etag: pa.Array
    modified: pa.Array
    version_id: pa.Array
    hidden: int = 0
    refused: tuple[str, ...] = ()
    complete: bool = True

    def __len__(self) -> int:
        return len(self.key)


class Store(Protocol):
    """A place where images live. Keys are relative to its root, the same on disk and on S3."""

    root: str
    """`s3://bucket/prefix` or the absolute path of a folder, without a slash at the end."""
    base_url: str
    """What `url` puts before the encoded key."""

    def uri(self, key: str) -> str:
        """The root and the key, raw: what the column `path` holds."""

    def url(self, key: str) -> str:
        """The object's plain address, percent-encoded and unsigned."""

    def list(self, report: Report = quiet) -> Listing:
        """Every object, or an error: never a part of them. Raises BucketError, Cancelled."""

    def get(self, key: str, etag: str | None = None, *, keep: bool = True) -> bytes:
        """The object's bytes, checked.

        Parameters
        ----------
        etag : the version that was listed; None takes any.
        keep : False: nothing of it stays in a cache.

        Raises ObjectMissing, ObjectChanged, or another BucketError.
        """

    def head(self, key: str) -> Head:
        """What the object is now, without its bytes. Raises BucketError."""

    def close(self) -> None:
        """Let go of connections; the store opens them again when it is used again."""
