"""The frame of samples: what a listing means under a source's rules, by columns."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from brevviz.bucket import ATTRIBUTE, Listing, access_of, encode
from brevviz.budget import within_budget
from brevviz.errors import PatternError
from brevviz.progress import Report, quiet
from brevviz.recipe import Source
from brevviz.words import quoted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Counts", "frame_of"]

_TOP = "__root__"
_COLUMNS = ("category", "folder", "path", "etag", "bucket", "dataset", "dataset_id", "url")
_DETAILS = ("size", "modified", "version_id")


@dataclass(frozen=True)
class Counts:
    """What became of the objects that were listed.

    listed : all of them, hidden ones too. let_in : they are samples. filtered_out : by the name
    or by the classes. hidden : a part of the name starts with ".". refused : no key can stand
    for the name, or it is no file.
    """

    listed: int
    let_in: int
    filtered_out: int
    hidden: int
    refused: int = 0


def frame_of(
    listing: Listing,
    source: Source,
    root: str,
    base_url: str,
    *,
    details: bool = False,
    columns: Collection[str] | None = None,
    report: Report = quiet,
) -> tuple[pd.DataFrame, Counts]:
    """The frame of samples of a listing, now or as it was recorded; it may be empty.

    Parameters
    ----------
    listing : every object of the source.
    source : the rules.
    root, base_url : the store's.
    details, report : as in `Dataset.get_image_samples`.
    columns : those that are wanted; None, or one that there is not: all of them.

    Returns the frame, and what became of the objects. Raises PatternError.
    """
    table = _let_in(_table(listing), source, report)
    table, category = _classified(table, source)
    counts = Counts(
        listed=len(listing) + listing.hidden + len(listing.refused),
        let_in=len(table),
        filtered_out=len(listing) - len(table),
        hidden=listing.hidden,
        refused=len(listing.refused),
    )
    wanted = _wanted(columns, details=details)
    return _frame(table, category, root, base_url, source, wanted=wanted), counts


def _table(listing: Listing) -> pa.Table:
    names = ("key", "size", "etag", "modified", "version_id")
    return pa.table([getattr(listing, name) for name in names], names)


def _let_in(table: pa.Table, source: Source, report: Report) -> pa.Table:
    pattern, where = source.sample_filter, "source.sample_filter"

    def search(keys: pa.Array) -> pa.Array:
        return pc.match_substring_regex(pc.utf8_lower(keys), pattern)

    pieces = within_budget(table["key"], pattern, where, search, what="file names", report=report)
    try:
        found = pa.chunked_array(pieces, pa.bool_())
    except pa.ArrowInvalid as error:
        reason = str(error).removeprefix("Invalid regular expression: ")
        raise PatternError(where, f"{quoted(pattern)} cannot be used: {reason}") from None
    return table.filter(found)


def _classified(table: pa.Table, source: Source) -> tuple[pa.Table, np.ndarray[Any, Any]]:
    """The table with its column `folder`, and each row's category; unwanted classes are gone.

    Names are handled once for each folder of the bucket, not once for each sample.
    """
    parents = pc.replace_substring_regex(table["key"], r"/?[^/]*$", "").combine_chunks()
    encoded = parents.dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    paths = encoded.dictionary.to_pylist()
    categories = np.empty(len(paths), object)
    categories[:] = [_category(path, source) for path in paths]
    rows = encoded.indices.to_numpy(zero_copy_only=False)
    leaves = pa.array([path.rpartition("/")[2] or _TOP for path in paths], pa.large_string())
    table = table.append_column("folder", leaves.take(encoded.indices))
    if source.classes is not None:
        wanted = np.array([bool(category) for category in categories], bool)[rows]
        table, rows = table.filter(pa.array(wanted)), rows[wanted]
    return table, categories[rows]


def _category(path: str, source: Source) -> tuple[str, ...]:
    names = [*reversed([name for name in path.split("/") if name]), _TOP]
    mapped = next((source.class_mapping[n] for n in names if n in source.class_mapping), None)
    category = (names[0],) if mapped is None else tuple(mapped)
    if source.classes is None:
        return category
    return tuple(name for name in category if name in source.classes)


def _wanted(columns: Collection[str] | None, *, details: bool) -> Collection[str]:
    known = (*_COLUMNS, *_DETAILS) if details else _COLUMNS
    return known if columns is None or not set(columns) <= set(known) else columns


def _frame(
    table: pa.Table,
    category: np.ndarray[Any, Any],
    root: str,
    base_url: str,
    source: Source,
    *,
    wanted: Collection[str],
) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415  # `import brevviz.dataset` is cheap for the command line

    # Any: pandas' stubs leave out the half of its extension interface that Arrow uses.
    text: Any = pd.StringDtype("pyarrow", na_value=np.nan)
    keys = table["key"].combine_chunks()
    many = len(table)

    def column(values: Any) -> Any:
        whole = values if isinstance(values, pa.ChunkedArray) else pa.chunked_array([values])
        return text.__from_arrow__(whole)

    def constant(value: str) -> Any:
        return column(pa.repeat(pa.scalar(value, pa.large_string()), many))

    makers: dict[str, Callable[[], Any]] = {
        "category": lambda: category,
        "folder": lambda: column(table["folder"]),
        "path": lambda: column(_joined(root, keys)),
        "etag": lambda: column(table["etag"]),
        "bucket": lambda: constant(root),
        "dataset": lambda: constant(source.name),
        "dataset_id": lambda: constant(source.id),
        "url": lambda: column(_joined(base_url, encode(keys))),
        "size": table["size"].to_numpy,
        "modified": lambda: table["modified"].cast(pa.timestamp("us", "UTC")).to_pandas(),
        "version_id": lambda: column(table["version_id"]),
    }
    columns = {name: make() for name, make in makers.items() if name in wanted}
    frame = pd.DataFrame(columns, copy=False)
    frame.attrs[ATTRIBUTE] = access_of(source)
    return frame


def _joined(root: str, keys: pa.Array) -> pa.Array:
    before, between = (pa.scalar(text, pa.large_string()) for text in (f"{root}/", ""))
    return pc.binary_join_element_wise(before, keys, between)
