"""`FolderStore`: a folder on disk that looks like a bucket."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa

from brevviz.bucket.listing import finish
from brevviz.bucket.pages import SCHEMA
from brevviz.bucket.pieces import Pieces
from brevviz.bucket.reading import md5_of
from brevviz.bucket.store import Head, Listing
from brevviz.bucket.tree import File, Met, files_below, not_listed
from brevviz.errors import AccessDenied, BucketError, ObjectChanged, ObjectMissing
from brevviz.progress import Report, quiet

__all__ = ["FolderStore", "read_file"]

_THREADS = 8
_SLICE = 512
_PIECE = 2048

# A file that has not changed is hashed once a process: path → (inode, size, mtime, MD5).
_hashes: dict[str, tuple[int, int, int, str]] = {}
_REMEMBERED = 200_000


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
        met = Met()
        heads: list[Head] = []
        files = files_below(self.root or "/", met)
        report("files read", 0, None)
        with ThreadPoolExecutor(_THREADS) as pool:
            while some := list(islice(files, _SLICE)):
                # None: taken away since the walk, as if it had never been met.
                heads += [head for head in pool.map(_head, some) if head is not None]
                report("files read", len(heads), None)
        return _listing(heads, met)

    def pieces(self, report: Report = quiet) -> Pieces:
        """The files' keys in byte order, some thousand a piece: reading them is the work."""
        met = Met()
        keys: list[str] = []
        for file in files_below(self.root or "/", met):
            keys.append(file.key)
            if len(keys) % _SLICE == 0:
                report("files found", len(keys), None)
        keys.sort(key=str.encode)  # a file system has an order of its own
        parts = [keys[start : start + _PIECE] for start in range(0, len(keys), _PIECE)]
        return Pieces(parts, hidden=met.hidden, refused=tuple(met.refused))

    def list_piece(self, piece: Sequence[str]) -> pa.Table:
        """Size, time and MD5 of the files of one piece; those that have gone are left out."""
        with ThreadPoolExecutor(_THREADS) as pool:
            heads = pool.map(_head, (File(key, self._path(key)) for key in piece))
            return _table([head for head in heads if head is not None])

    def first_key(self) -> str | None:
        """The key of any file; None when there is none. Raises BucketError."""
        return next((file.key for file in files_below(self.root or "/", Met())), None)

    def get(self, key: str, etag: str | None = None, *, keep: bool = True) -> bytes:
        """The file's bytes. Raises ObjectMissing, ObjectChanged, AccessDenied, BucketError."""
        del keep  # a folder is never cached
        return read_file(self._path(key), etag)

    def head(self, key: str) -> Head:
        """What the file is now; reads it for its MD5. Raises ObjectMissing, BucketError."""
        path = self._path(key)
        head = _head(File(key, path))
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


def _head(file: File) -> Head | None:
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
        raise not_listed(file.path, error) from error
    if len(_hashes) < _REMEMBERED:
        _hashes[file.path] = (*version, etag)
    return Head(file.key, status.st_size, etag, status.st_mtime_ns // 1000)


def _md5() -> hashlib._Hash:
    return hashlib.md5(usedforsecurity=False)


def _listing(heads: list[Head], met: Met) -> Listing:
    return finish([_table(heads)], "", hidden=met.hidden, refused=tuple(met.refused))


def _table(heads: list[Head]) -> pa.Table:
    return pa.table(
        [
            pa.array([head.key for head in heads], pa.large_string()),
            pa.array([head.size for head in heads], pa.int64()),
            pa.array([head.etag for head in heads], pa.large_string()),
            pa.array([head.modified for head in heads], pa.int64()),
            pa.nulls(len(heads), pa.large_string()),
        ],
        schema=SCHEMA,
    )


def _missing(path: str) -> ObjectMissing:
    return ObjectMissing(path, "is not there any more", "List the folder again")


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
