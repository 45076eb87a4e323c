"""Listing a large bucket on several threads: one folder of it each, until none is left.

A page holds 1000 keys and names the next one, so that one listing cannot hurry. A first page that
shows few large folders is therefore split into them; one that shows many small ones is not, since
each would cost a request of its own.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from brevviz.bucket.pages import Page
from brevviz.errors import BucketError, Unreachable
from brevviz.progress import Report

__all__ = ["Walk"]

_FEW = 10
_FOLDER_PAGES = 3
_TELL_EVERY = 0.2  # seconds between two reports

Fetch = Callable[[str, str, str], Page]
"""Gives one page of (prefix, delimiter, token); token "" is the first."""


@dataclass
class _Part:
    """All keys that start with a prefix, as far as they were listed."""

    prefix: str
    tables: list[pa.Table] = field(default_factory=list)
    token: str | None = ""
    seen: set[str] = field(default_factory=set)


class Walk:
    """A listing that can be taken up again where a fault stopped it.

    Parameters
    ----------
    fetch : gives one page. Called from several threads.
    prefix : what all keys start with.
    workers : pages asked for at the same time.
    """

    def __init__(self, fetch: Fetch, prefix: str, workers: int) -> None:
        self._fetch = fetch
        self._workers = workers
        self._waiting = [_Part(prefix)]
        self._tables: list[tuple[str, pa.Table]] = []
        self._count = 0
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self.started = time.monotonic()

    def run(self, report: Report) -> list[pa.Table]:
        """List what is not listed yet; the tables of all keys, roughly in their order.

        Raises BucketError; what was listed until then stays, for the next `run`. Raises Cancelled;
        the walk cannot be taken up again then.
        """
        running: dict[Future[list[_Part]], _Part] = {}
        self._stop.clear()
        pool = ThreadPoolExecutor(self._workers, "brevviz-list")
        try:
            while self._waiting or running:
                while self._waiting and len(running) < self._workers:
                    part = self._waiting.pop()
                    running[pool.submit(self._list, part)] = part
                done, _ = wait(running, _TELL_EVERY, FIRST_COMPLETED)
                for future in done:
                    self._waiting += future.result()
                    del running[future]
                report("objects listed", self._count, None)
        except BucketError:
            self._put_back(running)
            raise
        finally:
            # Whoever cancels does not wait for answers that are still on their way.
            self._stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
        return [table for _, table in sorted(self._tables, key=lambda entry: entry[0])]

    def _put_back(self, running: dict[Future[list[_Part]], _Part]) -> None:
        """Wait for the parts that are being listed, and keep what is left of them to do."""
        self._stop.set()
        wait(running)
        for future, part in running.items():
            self._waiting += [part] if future.exception() else future.result()

    def _list(self, part: _Part) -> list[_Part]:
        """List one part, or find the parts that it is better listed as."""
        first = not part.tables
        while part.token is not None and not self._stop.is_set():
            page = self._page(part)
            if first and page.token is not None and _spread(page.table, part.prefix) <= _FEW:
                parts = self._split(part.prefix)
                if parts:
                    return parts
            first = False
            part.tables.append(page.table)
            part.token = page.token
            part.seen.add(page.token or "")
            self._add(len(page.table))
        if part.token is not None:
            return [part]
        self._keep(part.prefix, part.tables)
        return []

    def _page(self, part: _Part) -> Page:
        token = part.token or ""
        try:
            page = self._fetch(part.prefix, "", token)
        except Unreachable:
            raise
        except BucketError:
            # A server that was started again may not know its own token. From a last key we
            # could not go on safely: servers differ in their order.
            if not token:
                raise
            self._add(-sum(map(len, part.tables)))
            part.tables.clear()
            part.seen.clear()
            part.token = ""
            page = self._fetch(part.prefix, "", "")
        if page.token in part.seen:
            raise BucketError(f"listing of {part.prefix!r}", "the server gave the same page twice")
        return page

    def _split(self, prefix: str) -> list[_Part]:
        """The folders below a prefix, whose own files are then kept; none if it is too flat."""
        folders: list[str] = []
        tables: list[pa.Table] = []
        token: str | None = ""
        for _ in range(_FOLDER_PAGES):
            page = self._fetch(prefix, "/", token or "")
            folders += page.prefixes
            tables.append(page.table)
            token = page.token
            if token is None:
                break
        if token is not None or not folders:
            return []
        self._add(sum(map(len, tables)))
        self._keep(prefix, tables)
        # The last is taken first; the largest folder is unknown, so any order will do.
        return [_Part(folder) for folder in reversed(folders)]

    def _keep(self, prefix: str, tables: list[pa.Table]) -> None:
        with self._lock:
            self._tables += [(prefix, table) for table in tables]

    def _add(self, count: int) -> None:
        with self._lock:
            self._count += count


def _spread(table: pa.Table, prefix: str) -> int:
    """How many folders and files of the next level are on a page."""
    names = pc.utf8_slice_codeunits(table["key"], start=len(prefix), stop=None)
    return len(pc.unique(pc.replace_substring_regex(names, r"(?s)/.*$", "/")))
