"""What is odd about the items of a plan: those in several classes, the biggest, and a histogram."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from brevviz.panels.lines import Line, line_of
from brevviz.split import Plan, capture

__all__ = ["histogram", "odd_lines"]

EACH = 4
"""Items of each kind that are shown."""

_EXACT = 12
_LARGE = 3.0
"""An item is big when it has this many times the images of the usual one."""


def odd_lines(samples: pd.DataFrame, plan: Plan, rule: object, engine: str) -> list[Line]:
    """Paths of the odd items, as `PathBench.lines` has them.

    Parameters
    ----------
    samples : the rows that the plan was made of.
    rule, engine : the recipe's `split.uniqueness` and `split.engine`, for what is highlighted.
    """
    rows, reasons = [], []
    for row, why in (*_spanning(plan), *_biggest(plan)):
        rows.append(row)
        reasons.append(why)
    paths = samples["path"].iloc[rows].tolist()
    keys = plan.names_of(plan.item_of_row[rows]) if rows else []
    if isinstance(rule, str) and paths:
        spans = capture(rule, paths, engine=engine).spans
    else:
        spans = (None,) * len(paths)
    return [
        line_of(path, found, why, key)
        for path, found, why, key in zip(paths, spans, reasons, keys, strict=True)
    ]


def _spanning(plan: Plan) -> Iterator[tuple[int, str]]:
    """One row of each class of the first items that lie in several strata."""
    for item in plan.spanning[:EACH]:
        rows = np.flatnonzero(plan.item_of_row == item)
        strata = plan.stratum_of_row[rows]
        names = sorted(plan.strata[number] for number in np.unique(strata))
        several = f"one item in {len(names)} classes: {', '.join(names[:3])}"
        for number in np.unique(strata)[:2]:
            yield int(rows[strata == number][0]), several


def _biggest(plan: Plan) -> Iterator[tuple[int, str]]:
    sizes = plan.images_of_item
    if not len(sizes):
        return
    usual = max(1.0, float(np.median(sizes)))
    for item in np.argsort(-sizes, kind="stable")[:EACH]:
        if sizes[item] > _LARGE * usual and plan.items > 1:
            row = int(np.argmax(plan.item_of_row == item))
            yield row, f"a big item: {sizes[item]:,} images, where {usual:g} are usual"


def histogram(plan: Plan) -> list[dict[str, Any]]:
    """How many items have how many images: rows of `images` (a number or a range) and `items`."""
    sizes = plan.images_of_item
    if not len(sizes):
        return []
    numbers = np.bincount(sizes)
    bars = [(str(size), int(numbers[size])) for size in range(1, min(_EXACT, len(numbers) - 1) + 1)]
    low = _EXACT + 1
    while low < len(numbers):
        high = 2 * (low - 1) if low > _EXACT + 1 else 16
        bars.append((f"{low:,}-{high:,}", int(numbers[low : high + 1].sum())))
        low = high + 1
    return [
        {"images": images, "items": items, "place": place}
        for place, (images, items) in enumerate(bars)
    ]
