"""The folders that keys lie in, as a tree with counts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["Folders", "folders_of"]

MOST = 500
"""Folders shown at one level; a person finds more by text."""


@dataclass(frozen=True)
class Folders:
    """paths : the folders that hold samples, without a slash at the end, sorted; "" is the top.
    of_row : int64 (rows,), the folder of each row.
    """

    paths: tuple[str, ...]
    of_row: npt.NDArray[np.int64]

    @property
    def nested(self) -> bool:
        """Is there a folder inside a folder?"""
        return any("/" in path for path in self.paths)

    def below(self, folder: str) -> npt.NDArray[np.bool_]:
        """Which rows lie in a folder, or in one below it."""
        inside = [path == folder or path.startswith(f"{folder}/") for path in self.paths]
        return np.array(inside, bool)[self.of_row]

    def tree(self, opened: Collection[str]) -> list[dict[str, Any]]:
        """The lines of the tree as `widgets.FolderTree` takes them: opened folders show theirs."""
        counts = np.bincount(self.of_row, minlength=len(self.paths)).tolist()
        children: dict[str, dict[str, int]] = {}
        for path, count in zip(self.paths, counts, strict=True):
            parts = path.split("/") if path else []
            for depth in range(len(parts)):
                above, here = "/".join(parts[:depth]), "/".join(parts[: depth + 1])
                level = children.setdefault(above, {})
                level[here] = level.get(here, 0) + count
        lines: list[dict[str, Any]] = [
            {"path": "", "label": "All folders", "count": sum(counts), "depth": 0, "open": True}
        ]
        _add(lines, children, "", 1, opened)
        return lines


def _add(
    lines: list[dict[str, Any]],
    children: dict[str, dict[str, int]],
    above: str,
    depth: int,
    opened: Collection[str],
) -> None:
    level = sorted(children.get(above, {}).items())
    for path, count in level[:MOST]:
        line: dict[str, Any] = {"path": path, "label": path.rpartition("/")[2], "count": count}
        has_more = path in children
        lines.append({**line, "depth": depth, "open": (path in opened) if has_more else None})
        if has_more and path in opened:
            _add(lines, children, path, depth + 1, opened)


def folders_of(samples: pd.DataFrame) -> Folders:
    """The folders of samples that have one root."""
    if samples.empty:
        return Folders((), np.zeros(0, np.int64))
    start = len(str(samples["bucket"].iloc[0])) + 1
    paths = pa.array(samples["path"], pa.large_string())
    keys = pc.utf8_slice_codeunits(paths, start=start)
    parents = pc.replace_substring_regex(keys, r"/?[^/]*$", "")
    encoded = pa.chunked_array([parents] if isinstance(parents, pa.Array) else parents.chunks)
    encoded = encoded.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    names = encoded.dictionary.to_pylist()
    order = np.argsort(np.array(names, object), kind="stable")
    place = np.empty(len(names), np.int64)
    place[order] = np.arange(len(names))
    of_row = place[encoded.indices.to_numpy(zero_copy_only=False)]
    return Folders(tuple(names[number] for number in order), of_row)
