"""`S3Store`: a bucket, or a prefix of one, on any server that speaks S3."""

from __future__ import annotations

import threading
import time
from email.utils import parsedate_to_datetime
from functools import partial
from urllib.parse import quote, urlsplit

import pyarrow as pa

from brevviz.bucket.cache import Cache, object_name
from brevviz.bucket.client import AWS, Client
from brevviz.bucket.listing import fetch, finish
from brevviz.bucket.locate import Place
from brevviz.bucket.pieces import Pieces, divide, list_below
from brevviz.bucket.reading import read_object
from brevviz.bucket.store import Head, Listing
from brevviz.bucket.walk import Walk
from brevviz.errors import BucketError
from brevviz.progress import Report, quiet

__all__ = ["S3Store"]

_TAKEN_UP_WITHIN = 600.0  # seconds; an older half of a listing says too little about now


class S3Store:
    """The objects below one prefix.

    Parameters
    ----------
    place : the bucket and the prefix, as `locate` gives them.
    client : requests to that bucket.
    cache : keeps what was read by its version; None keeps nothing.
    """

    def __init__(self, place: Place, client: Client, cache: Cache | None = None) -> None:
        self.root = place.root
        self.client = client
        self._cache = cache
        self.prefix = f"{place.path}/" if place.path else ""
        self._listing = threading.Lock()
        self._unfinished: Walk | None = None
        path = quote(place.path, safe="/")
        address = _address(client.endpoint, client.bucket)
        self.base_url = f"{address}/{path}" if path else address

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.root!r}, endpoint={self.client.endpoint!r})"

    def uri(self, key: str) -> str:
        """`s3://bucket/prefix/key`, raw."""
        return f"{self.root}/{key}"

    def url(self, key: str) -> str:
        """The object's plain address; it carries no signature."""
        return f"{self.base_url}/{quote(key, safe='/')}"

    def list(self, report: Report = quiet) -> Listing:
        """Every object below the prefix; after a fault, from where the last try came to.

        Raises BucketError, Cancelled.
        """
        with self._listing:
            walk = self._unfinished
            if walk is None or time.monotonic() - walk.started > _TAKEN_UP_WITHIN:
                walk = Walk(partial(fetch, self.client), self.prefix, self.client.limits.workers)
            self._unfinished = None
            try:
                tables = walk.run(report)
            except BucketError:
                self._unfinished = walk
                raise
        return finish(tables, self.prefix)

    def pieces(self, report: Report = quiet) -> Pieces:
        """The listing cut into folders of the bucket. Raises BucketError, Cancelled."""
        report("folders looked at", 0, None)
        return divide(partial(fetch, self.client), self.prefix)

    def list_piece(self, piece: str) -> pa.Table:
        """The objects of one piece, keys as the bucket has them. Raises BucketError."""
        return list_below(partial(fetch, self.client), piece)

    def first_keys(self) -> tuple[str, ...]:
        """The keys of one page, relative to the root. Raises BucketError."""
        table = fetch(self.client, self.prefix).table
        return tuple(key[len(self.prefix) :] for key in table["key"].to_pylist())

    def get(self, key: str, etag: str | None = None, *, keep: bool = True) -> bytes:
        """The object's bytes, checked as `read_object` says. Raises BucketError."""
        whole = self._whole(key)
        if self._cache is None or not etag or not keep:
            return self._read(whole, etag or None)
        # The version is not asked of a frame: an ETag tells versions apart as well.
        name = object_name(self.client.endpoint, self.client.bucket, whole, None, etag)
        data = self._cache.get(name)
        if data is None:
            data = self._read(whole, etag)
            self._cache.put(name, data)
        return data

    def head(self, key: str) -> Head:
        """What the object is now. Raises ObjectMissing or another BucketError."""
        headers = self.client.send("HEAD", self._whole(key)).headers
        try:
            modified = parsedate_to_datetime(headers["Last-Modified"]).timestamp()
            return Head(
                key=key,
                size=int(headers["Content-Length"]),
                etag=headers["ETag"].strip('"'),
                modified=round(modified * 1_000_000),
                version_id=headers.get("x-amz-version-id"),
            )
        except (KeyError, ValueError) as error:
            raise BucketError(
                self.uri(key), f"{self.client.endpoint} does not say its size, ETag and time"
            ) from error

    def close(self) -> None:
        """Close idle connections; the next request opens new ones."""
        self.client.close()

    def _read(self, whole: str, etag: str | None) -> bytes:
        return read_object(self.client, whole, etag)

    def _whole(self, key: str) -> str:
        """The key in the bucket. Raises BucketError for one that no request can name."""
        whole = self.prefix + key
        parts = whole.split("/")
        if not key or "." in parts or ".." in parts:
            # HTTP libraries resolve these on the way: the request would be for another object.
            raise BucketError(
                f"s3://{self.client.bucket}",
                f"the key {whole!r} cannot be asked for: '.' or '..' is a part of it",
            )
        return whole


def _address(endpoint: str, bucket: str) -> str:
    # A bucket with a dot in its name has no certificate of AWS's.
    if endpoint == AWS and "." not in bucket:
        return f"https://{bucket}.{urlsplit(AWS).netloc}"
    return f"{endpoint}/{quote(bucket)}"
