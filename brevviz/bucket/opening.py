"""Opening a source: one store for each way of access, shared by all who ask."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from brevviz.bucket.cache import shared_cache
from brevviz.bucket.client import Client
from brevviz.bucket.credentials import Keys, find_keys
from brevviz.bucket.fast import s3_store
from brevviz.bucket.folder import FolderStore, read_file
from brevviz.bucket.inventory import InventoryStore, is_inventory
from brevviz.bucket.locate import locate
from brevviz.bucket.store import Store
from brevviz.bucket.trust import Agreements, agree, agreements, check_trust
from brevviz.errors import BucketError
from brevviz.recipe import Source

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ACCESS", "ATTRIBUTE", "access_of", "open_store", "reader"]

ACCESS = ("uri", "endpoint", "region", "anonymous", "profile", "ca_file")
"""The fields of a source that say how to get at it; the rest says what its files mean."""
ATTRIBUTE = "brevviz.source"
"""The name in a frame's `attrs` under which its access fields travel."""

_Access = tuple[Any, ...]
_open: dict[_Access, tuple[Store, Keys | None]] = {}
_lock = threading.Lock()


def access_of(source: Source) -> dict[str, Any]:
    """The access fields of a source as plain data; they name keys and hold none."""
    return {name: getattr(source, name) for name in ACCESS}


def open_store(source: Source, trusted: Collection[str] = ()) -> Store:
    """The store of a source. Nothing is asked of the server yet, but for an inventory's manifest.

    Parameters
    ----------
    trusted : endpoints that may be sent signatures although only a recipe names them, until
        this process ends.

    Raises
    ------
    RecipeError : the URI, the CA file or BREVVIZ_S3_CLIENT cannot be used.
    MissingExtra : BREVVIZ_S3_CLIENT asks for obstore, which is not installed.
    AccessDenied : the profile has no keys, or has some that obstore must not be given.
    UntrustedEndpoint : nobody has agreed to the endpoint.
    """
    place = locate(source.uri)
    if is_inventory(place.path):
        return _open_inventory(source, place.root, trusted)
    if place.bucket is None:
        access: _Access = (place.root,)
        with _lock:
            store, _ = _open.setdefault(access, (FolderStore(place.path), None))
        return store
    keys = None
    if not source.anonymous:
        check_trust(source.profile, source.endpoint, trusted)
        if source.endpoint is not None:
            # Samples are read later, by a frame that names its source and nobody's agreement.
            agree(source.profile, source.endpoint)
        keys = find_keys(source.profile)
    kind = s3_store()
    access = (place.root, *(getattr(source, name) for name in ACCESS[1:]), kind)
    with _lock:
        known = _open.get(access)
        # Keys that were mended since must not meet the old store.
        if known is not None and known[1] == keys:
            return known[0]
        client = Client(
            place.bucket,
            endpoint=source.endpoint,
            region=source.region,
            keys=keys,
            ca_file=source.ca_file,
        )
        store = kind(place, client, shared_cache())
        _open[access] = (store, keys)
        return store


def _open_inventory(source: Source, root: str, trusted: Collection[str]) -> Store:
    """The store of an inventory's manifest; its files and its bucket have the same access."""
    folder, date, _ = root.rsplit("/", 2)

    def opened(uri: str) -> Store:
        return open_store(source.model_copy(update={"uri": uri}), trusted)

    report_store = opened(folder)
    access = (report_store, date)
    with _lock:
        known = _open.get(access)
    if known is not None:
        return known[0]
    store = InventoryStore(report_store, date, lambda bucket: opened(f"s3://{bucket}"))
    with _lock:
        _open[access] = (store, None)
    return store


def reader(samples: pd.DataFrame) -> Callable[[str, str | None], bytes]:
    """A function that reads samples by their `path` and `etag`; safe for threads.

    Parameters
    ----------
    samples : a frame of `Dataset.get_image_samples`, or rows of one, or any frame whose paths
        are local files or lie in a store that is open.

    Returns a function of (path, etag or None) that gives bytes or raises BucketError.
    """
    own = _store_of(samples.attrs.get(ATTRIBUTE))

    def read(path: str, etag: str | None = None) -> bytes:
        store = own if own is not None and _holds(own.root, path) else _containing(path)
        version = etag if isinstance(etag, str) and etag else None
        if store is None:
            return read_file(path, version)
        return store.get(path[len(store.root) + 1 :], version)

    return read


@dataclass(frozen=True)
class Origin:
    """Where samples come from, and what was agreed to: all that a worker needs to read them."""

    samples: pd.DataFrame
    agreed: Agreements

    @classmethod
    def of(cls, samples: pd.DataFrame) -> Origin:
        """That of a frame, whose rows stay behind."""
        return cls(samples.iloc[:0], agreements())

    def reader(self) -> Callable[[str, str | None], bytes]:
        """As `reader` gives it, in the worker."""
        self.agreed.adopt()
        return reader(self.samples)


def _store_of(access: object) -> Store | None:
    return open_store(Source(**access)) if isinstance(access, Mapping) else None


def _holds(root: str, path: str) -> bool:
    """Whole names: `s3://data` does not hold what is in `s3://data-x`."""
    return path.startswith(root) and path[len(root) : len(root) + 1] == "/"


def _containing(path: str) -> Store | None:
    """The open store with the longest root around a path; None: a file that no store has."""
    with _lock:
        stores = [store for store, _ in _open.values() if _holds(store.root, path)]
    if not stores:
        if path.startswith("s3://"):
            raise BucketError(path, "no open source holds it", "Make a Dataset of its bucket first")
        return None
    longest = max(len(store.root) for store in stores)
    nearest = [store for store in stores if len(store.root) == longest]
    if len({store.base_url for store in nearest}) > 1:
        raise BucketError(
            path,
            f"{nearest[0].root} is open at more than one endpoint",
            "Keep the attrs of the frame that Dataset.get_image_samples gave",
        )
    return nearest[-1]
