"""Paths as they read inside their source, so that a folder and a bucket give the same names."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from brevviz.split.columns import column_text

__all__ = ["relative_paths", "root_of"]


def relative_paths(
    samples: pd.DataFrame, where: str, otherwise: str | None = None
) -> pa.ChunkedArray:
    """The path of each row below its source's root; whole where there are several roots.

    The root is the frame's one value of `bucket`, else the `uri` in
    `attrs["brevviz.source"]`, else `otherwise`. Two sources may hold the same names, so their
    paths stay whole.
    """
    paths = column_text(samples, "path", where)
    root = root_of(samples, where) or otherwise
    if root is None:
        return paths
    prefix = root.rstrip("/") + "/"
    inside = pc.starts_with(paths, prefix)
    return pc.if_else(inside, pc.utf8_slice_codeunits(paths, len(prefix)), paths)


def root_of(samples: pd.DataFrame, where: str) -> str | None:
    """The one root that all paths of a frame lie under, or None."""
    if "bucket" in samples.columns:
        roots = pc.unique(column_text(samples, "bucket", where)).to_pylist()
        if len(roots) != 1:
            return None
        if roots[0]:
            return str(roots[0])
    source = samples.attrs.get("brevviz.source")
    uri = source.get("uri") if isinstance(source, dict) else None
    return str(uri) if uri else None
