"""The key of each row: what a regular expression finds in its path, or the text of columns."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from brevviz.budget import within_budget
from brevviz.errors import SplitError
from brevviz.progress import Report, quiet
from brevviz.split.columns import SEPARATOR, column_text, join_texts, joined_columns
from brevviz.split.fallback import match_slowly
from brevviz.split.pattern import Checked, check_pattern
from brevviz.split.slow_engine import NO_MATCH

__all__ = ["keys_in_paths", "row_keys"]


def row_keys(
    samples: pd.DataFrame,
    rule: str | tuple[str, ...],
    where: str,
    engine: str = "",
    report: Report = quiet,
) -> pa.ChunkedArray:
    """The key of each row by a rule of the recipe; null where the rule finds nothing.

    Parameters
    ----------
    samples : the samples frame; a pattern reads its column `path`.
    rule : a regular expression, or names of columns.
    where : the setting that an error names.
    engine : "re" asks for Python's engine where RE2 would do.
    report : told between two slices; may raise Cancelled.

    Returns large_string. Raises PatternError and SplitError.
    """
    if not rule:
        raise SplitError(
            where, "is empty; a regular expression, or columns such as etag, are allowed"
        )
    if isinstance(rule, tuple):
        return joined_columns(samples, rule, where)
    checked = check_pattern(rule, where, engine)
    return keys_in_paths(column_text(samples, "path", where), checked, where, report)


def keys_in_paths(
    paths: pa.ChunkedArray, checked: Checked, where: str, report: Report = quiet
) -> pa.ChunkedArray:
    """What a checked pattern captures in each path: all groups joined, or the whole match.

    Null where nothing matches, or where all that matches is empty.
    """
    found = _by_re2 if checked.engine == "re2-pyarrow" else _by_python
    nothing = SEPARATOR * max(0, len(checked.names) - 1)
    pieces = [
        pc.if_else(pc.equal(joined, nothing), None, joined)
        for joined in found(paths, checked, where, report)
    ]
    return pa.chunked_array(pieces, pa.large_string())


def _by_re2(
    paths: pa.ChunkedArray, checked: Checked, where: str, report: Report
) -> Iterator[pa.Array]:
    def extract(piece: pa.Array) -> pa.Array:
        # flatten() and not field(): only it keeps the null of a row that does not match.
        fields = pc.extract_regex(piece, pattern=checked.ready).flatten()
        return fields[0] if len(fields) == 1 else join_texts(*fields)

    return within_budget(paths, checked.pattern, where, extract, what="item keys", report=report)


def _by_python(
    paths: pa.ChunkedArray, checked: Checked, where: str, report: Report
) -> Iterator[pa.Array]:
    texts = ["" if path is None else path for path in paths.to_pylist()]
    spans = match_slowly(checked.ready, texts, where, report)
    matched = pa.array(spans[:, 0, 0] != NO_MATCH)
    groups = []
    for number in range(spans.shape[1]):
        starts, ends = spans[:, number].T.tolist()
        # A group that took no part, -1 to -1, is empty text.
        parts = [text[start:end] for text, start, end in zip(texts, starts, ends, strict=True)]
        groups.append(pa.array(parts, pa.large_string()))
    yield pc.if_else(matched, groups[0] if len(groups) == 1 else join_texts(*groups), None)
