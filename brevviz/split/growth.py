"""New samples join an earlier split: what was assigned stays, and what moved is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow.parquet as pq

from brevviz.errors import SplitError
from brevviz.split.arrays import Ints
from brevviz.split.columns import column_text, join_texts
from brevviz.split.locks import purposes_of
from brevviz.split.paths import relative_paths, root_of
from brevviz.split.plan import Plan

__all__ = ["difference", "join_earlier", "read_assignment"]

_WHERE = "earlier split"


def read_assignment(file: str | Path) -> pd.DataFrame:
    """An earlier assignment, as `join_earlier` takes it.

    Parameters
    ----------
    file : a manifest, by its folder or its `manifest.parquet`; another Parquet file, or a CSV,
        with `purpose` and with `path` (or `key`), `etag` or both.

    A manifest is read as it stands; `brevviz verify` says whether it is what it was. Raises
    SplitError.
    """
    path = Path(file)
    path = path / "manifest.parquet" if path.is_dir() else path
    try:
        earlier = _table(path) if path.suffix == ".parquet" else pd.read_csv(path, dtype="str")
    except (OSError, ValueError) as error:  # Arrow's errors are of these two
        raise SplitError(_WHERE, f"{str(path)!r} cannot be read: {error}") from None
    if "path" not in earlier:
        earlier = earlier.rename(columns={"key": "path"})
    _check(earlier, "purpose")
    return earlier


def _table(path: Path) -> pd.DataFrame:
    names = pq.read_schema(path).names
    known = [name for name in ("path", "key", "etag", "purpose") if name in names]
    earlier: pd.DataFrame = pq.read_table(path, columns=known).to_pandas()
    return earlier


def join_earlier(
    samples: pd.DataFrame, earlier: pd.DataFrame, column: str = "purpose"
) -> pd.DataFrame:
    """A copy of the samples in which those of an earlier split have its purpose.

    Parameters
    ----------
    samples : the samples frame. Not changed; a purpose that a row has already stands.
    earlier : columns `path`, `etag` or both, and `column`. A sample is found again by path and
        content, else by content (it was renamed), else by path (it was replaced).
    column : where purposes stand, in both.

    Rows of one content that had several purposes count as the first of train, test, devel: what
    has been trained on can no longer test. The other rows stay empty, for `SampleSplit.assign`.
    """
    _check(earlier, column)
    purposes, code = purposes_of(earlier, column, "train", "devel")
    # Train before test before devel, and then the others: see `locks_of`.
    labels = [purposes.names[0], "test", "devel", *purposes.names[3:]]
    known = np.flatnonzero(code >= 0)
    ranks = np.array([labels.index(name) for name in purposes.names])[code[known]]

    # A CSV may hold whole paths and no root: they are read under the samples' own.
    root = root_of(samples, _WHERE) if "path" in samples.columns else None
    found = np.full(len(samples), -1)
    for names in (("path", "etag"), ("etag",), ("path",)):
        if set(names) <= set(earlier.columns) & set(samples.columns):
            theirs = _texts(earlier, names, root)[known]
            matched = _first_rank(_texts(samples, names, root), theirs, ranks)
            found = np.where(found < 0, matched, found)
    values = np.array([*labels, None], object)[found]
    if column in samples.columns:
        own = column_text(samples, column, _WHERE).to_numpy()
        values = np.where(pd.isna(own), values, own)
    joined = samples.copy(deep=False)
    joined[column] = pd.Series(values, index=samples.index, dtype="str")
    return joined


def _check(earlier: pd.DataFrame, column: str) -> None:
    if column not in earlier.columns or not {"path", "etag"} & set(earlier.columns):
        raise SplitError(
            _WHERE,
            f"has the columns {', '.join(map(str, earlier.columns))}",
            f"{column!r} is needed, and 'etag' or 'path'",
        )


def _texts(
    frame: pd.DataFrame, names: tuple[str, ...], root: str | None
) -> npt.NDArray[np.object_]:
    """The rows' identity as text, None where a part of it is missing."""
    parts = [
        relative_paths(frame, _WHERE, root) if name == "path" else column_text(frame, name, _WHERE)
        for name in names
    ]
    texts: npt.NDArray[np.object_] = join_texts(*parts).to_numpy()
    return texts


def _first_rank(
    texts: npt.NDArray[np.object_], known: npt.NDArray[np.object_], ranks: Ints
) -> Ints:
    """For each text the least rank among equal known ones, or -1."""
    least = pd.Series(ranks).groupby(known).min()
    place = least.index.get_indexer(pd.Index(texts, dtype=object))
    place[pd.isna(texts)] = -1
    return np.append(least.to_numpy(), -1)[place].astype(np.int64)


def difference(
    before: pd.DataFrame,
    after: pd.DataFrame,
    plan: Plan | None = None,
    column: str = "purpose",
) -> pd.DataFrame:
    """Which samples' purposes differ between two assigned frames, and why.

    Parameters
    ----------
    before, after : samples frames with `path` and `column`; compared by path inside the source.
    plan : the plan of `after`, which tells merged items from moved ones.

    Returns columns path, before, after (empty where there is none) and why, sorted by path.
    """
    old, new = _by_path(before, column, plan=None), _by_path(after, column, plan)
    both = old.add_suffix("_before").join(new.add_suffix("_after"), how="outer")
    was, now = both["purpose_before"], both["purpose_after"]
    # An item whose samples had several purposes before has been merged of several.
    merged = was.groupby(both["item_after"]).transform("nunique") > 1
    changed = (both["etag_before"] != both["etag_after"]) & both["etag_after"].notna()
    why = np.select(
        [both["there_before"].isna(), both["there_after"].isna(), merged, changed],
        ["new", "gone", "tied to an item of another purpose", "its content changed"],
        "its item's place passed the cut",
    )
    moved = (was.fillna("") != now.fillna("")) | both["there_before"].isna()
    moved |= both["there_after"].isna()
    result = pd.DataFrame({"before": was, "after": now, "why": why}, index=both.index)
    return result[moved].rename_axis("path").reset_index()


def _by_path(frame: pd.DataFrame, column: str, plan: Plan | None) -> pd.DataFrame:
    _check(frame, column)
    values = {
        "purpose": column_text(frame, column, _WHERE).to_pandas(),
        "etag": column_text(frame, "etag", _WHERE).to_pandas() if "etag" in frame else None,
        "item": None if plan is None else plan.item_of_row,
        "there": True,
    }
    paths = relative_paths(frame, _WHERE).to_pandas()
    indexed = pd.DataFrame(values, index=pd.RangeIndex(len(frame))).set_index(pd.Index(paths))
    return indexed[~indexed.index.duplicated()].sort_index()
