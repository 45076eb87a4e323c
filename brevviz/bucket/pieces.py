"""A listing cut into pieces of work, the same ones whoever does them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from brevviz.bucket.pages import SCHEMA, Page
from brevviz.errors import BucketError

__all__ = ["FetchPage", "Pieces", "divide", "list_below"]

_ENOUGH = 64
"""Folders after which none is divided further: several for each worker that a machine has."""
_FOLDER_PAGES = 3

FetchPage = Callable[[str, str, str], Page]
"""Gives one page of (prefix, delimiter, token); token "" is the first."""


@dataclass(frozen=True)
class Pieces:
    """A listing to be made.

    parts : pieces of work in the byte order of their keys, for `list_piece` of the store that
        gave them; the prefix of all keys in it, or the keys themselves.
    loose : objects that were met on the way, with SCHEMA; they lie between the parts' keys.
    hidden, refused : what was met and is in none of them, as a `Listing` has it.
    """

    parts: list[str] | list[list[str]]
    loose: pa.Table = field(default_factory=SCHEMA.empty_table)
    hidden: int = 0
    refused: tuple[str, ...] = ()

    def in_order(self, tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
        """The parts' tables with what is loose between them: no table's keys reach into another's."""
        loose = self.loose.take(pc.sort_indices(self.loose["key"]))
        keys = loose["key"].to_pylist()  # some thousands for each folder that was opened
        done = 0
        for part, table in zip(self.parts, tables, strict=True):
            # Python compares code points, whose order is that of UTF-8's bytes.
            end = bisect_left(keys, part) if isinstance(part, str) else done
            yield loose.slice(done, end - done)
            yield table
            done = end
        yield loose.slice(done)


def divide(fetch: FetchPage, prefix: str) -> Pieces:
    """Prefixes and loose objects that hold each key below a prefix exactly once.

    Folders are opened level by level until there are enough of them. One that shows thousands of
    entries stays whole: each of many small folders would cost a request of its own.
    """
    whole: list[str] = []
    loose = [SCHEMA.empty_table()]
    level = [prefix]
    while level and len(whole) + len(level) < _ENOUGH:
        below: list[str] = []
        for folder in level:
            opened = _opened(fetch, folder)
            if opened is None:
                whole.append(folder)
            else:
                below += opened[0]
                loose += opened[1]
        level = below
    return Pieces(sorted(whole + level), pa.concat_tables(loose))


def list_below(fetch: FetchPage, prefix: str) -> pa.Table:
    """All keys that start with a prefix, page by page. Raises BucketError."""
    tables: list[pa.Table] = []
    seen: set[str] = set()
    token: str | None = ""
    while token is not None:
        seen.add(token)
        page = fetch(prefix, "", token)
        if page.token in seen:
            raise BucketError(f"listing of {prefix!r}", "the server gave the same page twice")
        tables.append(page.table)
        token = page.token
    return pa.concat_tables(tables)


def _opened(fetch: FetchPage, prefix: str) -> tuple[list[str], list[pa.Table]] | None:
    """The folders directly below a prefix, and its own objects; None: too many to look at."""
    folders: list[str] = []
    tables: list[pa.Table] = []
    token: str | None = ""
    for _ in range(_FOLDER_PAGES):
        page = fetch(prefix, "/", token or "")
        folders += page.prefixes
        tables.append(page.table)
        token = page.token
        if token is None:
            return folders, tables
    return None
