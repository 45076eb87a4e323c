"""The newest listing of each source, kept for the next time it is opened."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from brevviz.bucket.cache import cache_folder
from brevviz.bucket.index import Kept, load_listing, save_listing
from brevviz.bucket.inventory import is_inventory
from brevviz.bucket.locate import locate
from brevviz.bucket.opening import access_of
from brevviz.bucket.store import Listing
from brevviz.errors import BucketError, EvidenceError
from brevviz.recipe import Source

__all__ = ["is_worth_keeping", "keep", "kept"]


def is_worth_keeping(source: Source) -> bool:
    """Is a kept listing quicker than the source? Not for a folder; an inventory is kept anyway."""
    place = locate(source.uri)
    return place.bucket is not None and not is_inventory(place.path)


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


def _path(source: Source) -> Path:
    access = json.dumps(access_of(source), sort_keys=True)
    name = hashlib.sha256(access.encode("utf-8", "surrogatepass")).hexdigest()
    return cache_folder() / "listings" / f"{name}.parquet"
