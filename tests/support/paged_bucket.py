"""A bucket in memory that gives its keys in pages, and keys for it."""

from __future__ import annotations

import bisect
import threading

import pyarrow as pa
from hypothesis import strategies as st

from brevviz.bucket.pages import SCHEMA, Page

NAME = st.sampled_from(["a", "b", "a-b", "ä", "10", "2", "x+y"])
KEYS = st.lists(st.lists(NAME, min_size=1, max_size=4).map("/".join), max_size=60, unique=True)


class Bucket:
    """ListObjectsV2 over a list of keys; the numbers in `faults` are the requests that fail."""

    def __init__(self, keys, size=4, faults=()):
        self.keys = sorted(keys, key=str.encode)
        self.size = size
        self.faults = dict(faults)
        self.requests = []
        self._lock = threading.Lock()

    def __call__(self, prefix, delimiter, token):
        with self._lock:
            number = len(self.requests)
            self.requests.append((prefix, delimiter, token))
            error = self.faults.pop(number, None)
        if error is not None:
            raise error("bucket", "broke as told")
        entries = self._entries(prefix, delimiter)
        start = bisect.bisect_right(entries, token.encode()) if token else 0
        page = [entry.decode() for entry in entries[start : start + self.size]]
        keys = [entry for entry in page if not (delimiter and entry.endswith("/"))]
        return Page(
            table=page_table(keys),
            prefixes=tuple(entry for entry in page if entry not in keys),
            token=page[-1] if start + self.size < len(entries) else None,
        )

    def _entries(self, prefix, delimiter):
        inside = [key for key in self.keys if key.startswith(prefix)]
        if delimiter:
            cut = [key[len(prefix) :].partition("/") for key in inside]
            inside = sorted({prefix + name + slash for name, slash, _ in cut}, key=str.encode)
        return [key.encode() for key in inside]


def page_table(keys):
    columns = [keys, [1] * len(keys), ["e"] * len(keys), [0] * len(keys), [None] * len(keys)]
    return pa.table(
        [pa.array(c, t) for c, t in zip(columns, SCHEMA.types, strict=True)], schema=SCHEMA
    )
