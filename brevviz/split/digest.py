"""One digest for a split: equal digests, equal sets."""

from __future__ import annotations

import hashlib

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from brevviz.split.columns import column_text, join_texts
from brevviz.split.paths import relative_paths

__all__ = ["split_digest"]


def split_digest(samples: pd.DataFrame, column: str = "purpose") -> str:
    """SHA-256 (64 hex digits) over the sorted rows (path inside the source, ETag, purpose).

    It depends on neither the order of the rows, the pandas type of the strings, nor on whether
    the files came from a folder or a bucket. Raises SplitError when a column is missing.
    """
    where = "split digest"
    rows = pa.table(
        {
            "path": relative_paths(samples, where),
            "etag": column_text(samples, "etag", where),
            "purpose": column_text(samples, column, where),
        }
    ).sort_by([("path", "ascending"), ("etag", "ascending"), ("purpose", "ascending")])
    digest = hashlib.sha256(b"brevviz-split-v1\0")
    for batch in rows.to_batches(max_chunksize=65_536):
        # U+001F and U+001E stand in no path: each row is one line that reads in one way only.
        columns = [pc.fill_null(column, "").cast(pa.large_string()) for column in batch.columns]
        lines = join_texts(*columns).to_pylist()
        digest.update("".join(f"{line}\x1e" for line in lines).encode())
    return digest.hexdigest()
