"""The files of a folder and of all folders in it, as keys; links are followed, once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from brevviz.errors import AccessDenied, BucketError, NoSuchBucket

__all__ = ["File", "Met", "files_below", "not_listed"]


class File(NamedTuple):
    """A file, and the key that stands for it."""

    key: str
    path: str


@dataclass
class Met:
    """What a walk meets besides the files that it gives."""

    hidden: int = 0
    refused: list[str] = field(default_factory=list)


def files_below(top: str, met: Met) -> Iterator[File]:
    """Every file below a folder that a key can stand for; the rest is told to `met`."""
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
                    met.hidden += 1
                elif kind == "file" and _is_text(key):
                    yield File(key, item.path)
                else:
                    met.refused.append(f"{key!a} ({'not UTF-8' if kind == 'file' else kind})")


@contextmanager
def _scan(path: str, entered: set[tuple[int, int]]) -> Iterator[Iterator[os.DirEntry[str]]]:
    """What is in a folder; nothing when it was entered before, by another link."""
    try:
        status = os.stat(path)  # noqa: PTH116  # no object for each of many folders
        items = os.scandir(path)
    except OSError as error:
        raise not_listed(path, error) from error
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


def not_listed(path: str, error: OSError) -> BucketError:
    """Why a file or a folder cannot be listed."""
    if isinstance(error, FileNotFoundError):
        return NoSuchBucket(path, "there is no such folder", "Check source.uri")
    if isinstance(error, NotADirectoryError):
        return NoSuchBucket(path, "is a file, not a folder", "Name the folder that it is in")
    if isinstance(error, PermissionError):
        return AccessDenied(path, "you may not read it", "Change its permissions")
    return BucketError(path, f"cannot be read: {error.strerror or error}")
