"""A listing cut into pieces of work, the same ones whoever does them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import pyarrow as pa

from brevviz.bucket.pages import Page
from brevviz.errors import BucketError

__all__ = ["Below", "FetchPage", "Pieces", "divide", "list_below"]

_ENOUGH = 64
"""Folders after which none is divided further: several for each worker that a machine has."""
_FOLDER_PAGES = 3

FetchPage = Callable[[str, str, str], Page]
"""Gives one page of (prefix, delimiter, token); token "" is the first."""


class Below(NamedTuple):
    """A piece of a bucket: the keys that start with a prefix.

    flat : only those without a further slash, since the folders below are pieces of their own.
    """

    prefix: str
    flat: bool


@dataclass(frozen=True)
class Pieces:
    """parts : pieces of work, each for `list_piece` of the store that gave them. hidden, refused :
    what was met on the way and is in none of them, as a `Listing` has it.
    """

    parts: list[object]
    hidden: int = 0
    refused: tuple[str, ...] = ()


def divide(fetch: FetchPage, prefix: str) -> list[Below]:
    """Pieces that hold each key below a prefix exactly once, in order of their prefixes.

    Folders are opened level by level until there are enough of them. One that shows thousands of
    entries stays whole: each of many small folders would cost a request of its own.
    """
    pieces: list[Below] = []
    level = [prefix]
    while level and len(pieces) + len(level) < _ENOUGH:
        below: list[str] = []
        for folder in level:
            folders = _folders(fetch, folder)
            pieces.append(Below(folder, flat=bool(folders)))
            below += folders
        level = below
    pieces += [Below(folder, flat=False) for folder in level]
    return sorted(pieces)


def list_below(fetch: FetchPage, piece: Below) -> pa.Table:
    """All keys of a piece, page by page. Raises BucketError."""
    delimiter = "/" if piece.flat else ""
    tables: list[pa.Table] = []
    seen: set[str] = set()
    token: str | None = ""
    while token is not None:
        seen.add(token)
        page = fetch(piece.prefix, delimiter, token)
        if page.token in seen:
            raise BucketError(f"listing of {piece.prefix!r}", "the server gave the same page twice")
        tables.append(page.table)
        token = page.token
    return pa.concat_tables(tables)


def _folders(fetch: FetchPage, prefix: str) -> list[str]:
    """The folders below a prefix; none also where there are too many entries to look at."""
    folders: list[str] = []
    token: str | None = ""
    for _ in range(_FOLDER_PAGES):
        page = fetch(prefix, "/", token or "")
        folders += page.prefixes
        token = page.token
        if token is None:
            return folders
    return []
