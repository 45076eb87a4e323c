"""`FolderStore`: a folder on disk that looks like a bucket."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pyarrow as pa

from brevviz.bucket.listing import finish
from brevviz.bucket.pages import SCHEMA
from brevviz.bucket.reading import md5_of
from brevviz.bucket.store import Head, Listing
from brevviz.errors import AccessDenied, BucketError, NoSuchBucket, ObjectChanged, ObjectMissing
from brevviz.progress import Report, quiet

__all__ = ["FolderStore", "read_file"]

_THREADS = 8
_SLICE = 512

# A file that has not changed is hashed once a process: path → (inode, size, mtime, MD5).
_hashes: dict[str, tuple[int, int, int, str]] = {}
_REMEMBERED = 200_000


class _File(NamedTuple):
    key: str
    path: str


@dataclass
class _Walk:
    """What a walk meets besides the files that it gives."""

    hidden: int = 0
    refused: list[str] = field(default_factory=list)


class FolderStore:
    """The files below a folder; links are followed, each folder is entered once.

    Parameters
    ----------
    path : the folder's absolute path.
    """

    def __init__(self, path: str) -> None:
        self.root = path.rstrip("/")
        self.base_url = f"file://{quote(self.root, safe='/')}"

    def __repr__(self) -> str:
        return f"FolderStore({self.root!r})"

    def uri(self, key: str) -> str:
        """The file's absolute path."""
        return f"{self.root}/{key}"

    def url(self, key: str) -> str:
        """The file's address: `file:///…`."""
        return f"{self.base_url}/{quote(key, safe='/')}"

    def list(self, report: Report = quiet) -> Listing:
        """Every file, with the MD5 of its bytes as ETag.

        Raises NoSuchBucket when the folder is not there, AccessDenied, BucketError, Cancelled.
        """
        walk = _Walk()
        heads: list[Head] = []
        files = _files(self.root or "/", walk)
        report("files read", 0, None)
        with ThreadPoolExecutor(_THREADS) as pool:
            while some := list(islice(files, _SLICE)):
                # None: taken away since the walk, as if it had never been met.
                heads += [head for head in pool.map(_head, some) if head is not None]
                report("files read", len(heads), None)
        return _listing(heads, walk)

    def first_key(self) -> str | None:
        """The key of any file; None when there is none. Raises BucketError."""
        return next((file.key for file in _files(self.root or "/", _Walk())), None)

    def get(self, key: str, etag: str | None = None, *, keep: bool = True) -> bytes:
        """The file's bytes. Raises ObjectMissing, ObjectChanged, AccessDenied, BucketError."""
        del keep  # a folder is never cached
        return read_file(self._path(key), etag)

    def head(self, key: str) -> Head:
        """What the file is now; reads it for its MD5. Raises ObjectMissing, BucketError."""
        path = self._path(key)
        head = _head(_File(key, path))
        if head is None:
            raise _missing(path)
        return head

    def close(self) -> None:
        """Nothing is held open."""

    def _path(self, key: str) -> str:
        parts = key.split("/")
        if "\0" in key or not all(parts) or "." in parts or ".." in parts:
            raise BucketError(self.root, f"{key!r} is not the key of a file in this folder")
        return f"{self.root}/{key}"


def read_file(path: str, etag: str | None = None) -> bytes:
    """A file's bytes.

    Parameters
    ----------
    etag : the MD5 that they must have; None or "" takes any.

    Raises ObjectMissing, ObjectChanged, AccessDenied, or another BucketError.
    """
    with _explained(path):
        data = Path(path).read_bytes()
    if etag and md5_of(data) != etag:
        raise ObjectChanged(path, "is no longer the one that was listed", "List the folder again")
    return data


def _files(top: str, walk: _Walk) -> Iterator[_File]:
    """Every file below a folder that a key can stand for; the rest is told to `walk`."""
    folders = [("", top, False)]
    entered: set[tuple[int, int]] = set()
    while folders:
        before, path, in_hidden = folders.pop()
        with _scan(path, entered) as items:
            for item in items:
                key = before + item.name
                hidden = in_hidden or item.name.startswith(".")
                kind = _kind(item)
                if kind == "folder":
                    folders.append((f"{key}/", item.path, hidden))
                elif hidden:
                    walk.hidden += 1
                elif kind == "file" and _is_text(key):
                    yield _File(key, item.path)
                else:
                    walk.refused.append(f"{key!a} ({'not UTF-8' if kind == 'file' else kind})")


@contextmanager
def _scan(path: str, entered: set[tuple[int, int]]) -> Iterator[Iterator[os.DirEntry[str]]]:
    """What is in a folder; nothing when it was entered before, by another link."""
    try:
        status = os.stat(path)  # noqa: PTH116  # no object for each of many folders
        items = os.scandir(path)
    except OSError as error:
        raise _not_listed(path, error) from error
    with items:
        place = (status.st_dev, status.st_ino)
        yield iter(()) if place in entered else items
        entered.add(place)


def _kind(item: os.DirEntry[str]) -> str:
    if item.is_dir():
        return "folder"
    if item.is_file():
        return "file"
    return "a link to nothing" if item.is_symlink() else "not a file"


def _is_text(key: str) -> bool:
    try:
        key.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _head(file: _File) -> Head | None:
    """A file's size, time and MD5; None when it is not there."""
    try:
        with open(file.path, "rb") as opened:  # noqa: PTH123  # a million times
            status = os.fstat(opened.fileno())
            version = (status.st_ino, status.st_size, status.st_mtime_ns)
            known = _hashes.get(file.path)
            if known is not None and known[:3] == version:
                etag = known[3]
            else:
                etag = hashlib.file_digest(opened, _md5).hexdigest()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except OSError as error:
        raise _not_listed(file.path, error) from error
    if len(_hashes) < _REMEMBERED:
        _hashes[file.path] = (*version, etag)
    return Head(file.key, status.st_size, etag, status.st_mtime_ns // 1000)


def _md5() -> hashlib._Hash:
    return hashlib.md5(usedforsecurity=False)


def _listing(heads: list[Head], walk: _Walk) -> Listing:
    table = pa.table(
        [
            pa.array([head.key for head in heads], pa.large_string()),
            pa.array([head.size for head in heads], pa.int64()),
            pa.array([head.etag for head in heads], pa.large_string()),
            pa.array([head.modified for head in heads], pa.int64()),
            pa.nulls(len(heads), pa.large_string()),
        ],
        schema=SCHEMA,
    )
    return finish([table], "", hidden=walk.hidden, refused=tuple(walk.refused))


def _missing(path: str) -> ObjectMissing:
    return ObjectMissing(path, "is not there any more", "List the folder again")


def _not_listed(path: str, error: OSError) -> BucketError:
    if isinstance(error, FileNotFoundError):
        return NoSuchBucket(path, "there is no such folder", "Check source.uri")
    if isinstance(error, NotADirectoryError):
        return NoSuchBucket(path, "is a file, not a folder", "Name the folder that it is in")
    if isinstance(error, PermissionError):
        return AccessDenied(path, "you may not read it", "Change its permissions")
    return BucketError(path, f"cannot be read: {error.strerror or error}")


@contextmanager
def _explained(path: str) -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise _missing(path) from error
    except PermissionError as error:
        raise AccessDenied(path, "you may not read it", "Change its permissions") from error
    except (OSError, ValueError) as error:
        raise BucketError(path, f"cannot be read: {getattr(error, 'strerror', error)}") from error
