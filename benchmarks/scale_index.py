"""A synthetic index: Parquet files as a listing of n images would leave them, and no image.

Twenty class folders, the largest a fifth of all; four images an item; the first of each 10,000
items of a folder has one image in the folder before it, too, so that it spans classes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from brevviz.bucket.index import write_table
from brevviz.bucket.pages import SCHEMA

__all__ = ["RULE", "write_index"]

RULE = r"(\d+)_\d+\.bmp$"
"""What makes an item of these keys."""

_CLASSES, _IMAGES, _STRIDE = 20, 4, 10_000
_PART = 1_000_000
_MODIFIED = 1_700_000_000_000_000


def write_index(rows: int, folder: Path) -> list[Path]:
    """Write the index of so many images; files of a million rows, in byte order of the keys."""
    folder.mkdir(parents=True, exist_ok=True)
    parts: list[Path] = []
    waiting: list[pa.Table] = []
    for table in _tables(rows):
        waiting.append(table)
        if sum(map(len, waiting)) >= _PART:
            parts.append(_write(waiting, folder, len(parts)))
            waiting = []
    if waiting:
        parts.append(_write(waiting, folder, len(parts)))
    return parts


def _write(tables: list[pa.Table], folder: Path, number: int) -> Path:
    return write_table(pa.concat_tables(tables), folder / f"part-{number:05d}.parquet")


def _tables(rows: int) -> Iterator[pa.Table]:
    """Class by class, in pieces of at most 100,000 rows."""
    share = 0.8 ** np.arange(_CLASSES)
    items = np.floor(rows / _IMAGES * 0.99 * share / share.sum()).astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(items)])
    beside = [starts[c + 1] + np.arange(0, n, _STRIDE) for c, n in enumerate(items[1:])]
    # What rounding leaves goes to the last class, as items of one image.
    left = rows - _IMAGES * int(items.sum()) - sum(map(len, beside))
    beside.append(starts[-1] + np.arange(left))
    step = 100_000 // _IMAGES
    for c in range(_CLASSES):
        for first in range(int(starts[c]), int(starts[c + 1]), step):
            item = np.arange(first, min(first + step, int(starts[c + 1])))
            yield _table(c, np.repeat(item, _IMAGES), np.tile(np.arange(_IMAGES), len(item)))
        for first in range(0, len(beside[c]), 100_000):
            item = beside[c][first : first + 100_000]
            yield _table(c, item, np.full(len(item), 9))


def _table(number: int, item: np.ndarray, image: np.ndarray) -> pa.Table:
    many = len(item)
    text = np.frombuffer(f"class_{number:02d}/000000000000_0.bmp".encode(), np.uint8)
    letters = np.tile(text, (many, 1))
    for place in range(12):
        letters[:, 20 - place] = 48 + item // 10**place % 10
    letters[:, 22] = 48 + image
    # Not an MD5, but as long and as hard to compress; the same whenever it is made.
    etag = np.random.default_rng([number, int(item[0])]).bytes(16 * many).hex().encode()
    columns = [
        _text(letters.tobytes(), many),
        pa.array(100_000 + (item * 7919 + image) % 50_000),
        _text(etag, many),
        pa.array(np.full(many, _MODIFIED)),
        pa.nulls(many, pa.large_string()),
    ]
    return pa.Table.from_arrays(columns, schema=SCHEMA)


def _text(letters: bytes, many: int) -> pa.Array:
    """Texts of one length, from their letters in a row."""
    offsets = np.arange(many + 1, dtype=np.int64) * (len(letters) // many)
    return pa.LargeStringArray.from_buffers(many, pa.py_buffer(offsets), pa.py_buffer(letters))
