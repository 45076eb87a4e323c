"""Trying a connection step by step, to say which step fails."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial

from brevviz.bucket.folder import FolderStore
from brevviz.bucket.opening import open_store
from brevviz.bucket.s3 import S3Store
from brevviz.bucket.store import Store
from brevviz.errors import BrevvizError
from brevviz.recipe import Source

__all__ = ["Step", "try_connection"]


@dataclass(frozen=True)
class Step:
    """One step of a trial: what was tried, and what came of it.

    done : True when it worked. said : what was found, or the error's own words.
    """

    name: str
    done: bool
    said: str


def try_connection(source: Source, trusted: Collection[str] = ()) -> Iterator[Step]:
    """Try a source: its settings and keys, the server, then one object. Stops at what fails.

    Parameters
    ----------
    trusted : as in `open_store`.

    Returns the steps as they are done, the last of them perhaps failed. It lists one page at
    most and reads one object, and never raises a BrevvizError.
    """
    found: list[Store] = []

    def opened() -> str:
        found.append(open_store(source, trusted))
        return f"{found[0]!r}"

    yield _tried("settings and keys", opened)
    for store in found:
        if isinstance(store, S3Store):
            yield from _try_s3(store)
        elif isinstance(store, FolderStore):
            yield _tried("folder", partial(_first_file, store))


def _try_s3(store: S3Store) -> Iterator[Step]:
    keys: list[str] = []

    def listed() -> str:
        keys.extend(store.first_keys())
        return f"{len(keys):,} objects on the first page" if keys else "it holds no object"

    yield _tried("server and bucket", listed)
    key = next((key for key in keys if not key.endswith("/")), None)
    if key is not None:
        yield _tried("reading an object", lambda: f"{len(store.get(key)):,} bytes of {key}")


def _first_file(store: FolderStore) -> str:
    first = store.first_key()
    return f"the first file is {first}" if first else "it holds no file"


def _tried(name: str, work: Callable[[], str]) -> Step:
    try:
        return Step(name, done=True, said=work())
    except BrevvizError as error:
        return Step(name, done=False, said=str(error))
