"""The classes of a frame, and how much each should weigh in a loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from brevviz.errors import SamplingError
from brevviz.sampling import DrawOrder, Groups

__all__ = ["class_shares", "class_weights", "classes_of"]


def classes_of(samples: pd.DataFrame, column: str = "category") -> tuple[str, ...]:
    """The classes that occur in a column of names or of tuples of names, sorted.

    Raises SamplingError when there is no such column.
    """
    if column not in samples.columns:
        raise SamplingError(
            "classes", f"the samples have no column {column!r}", "Give the classes as a list"
        )
    return tuple(sorted({name for value in samples[column].unique() for name in _names(value)}))


def class_shares(
    samples: pd.DataFrame,
    order: DrawOrder,
    groups: Groups,
    classes: Sequence[str],
    column: str = "category",
) -> dict[str, float]:
    """The share of the draws that shows each class, once the sampling has had its say."""
    chance = (order.p / np.maximum(groups.sizes, 1))[groups.codes]
    shares = dict.fromkeys(classes, 0.0)
    for value, share in pd.Series(chance).groupby(samples[column].to_numpy()).sum().items():
        for name in _names(value):
            if name in shares:
                shares[name] += float(share)
    return shares


def class_weights(shares: dict[str, float]) -> dict[int, float]:
    """Weights for `model.fit(class_weight=...)` that let each class count alike.

    Number of the class → 1 / (classes drawn x share of the draws): a class of its fair share
    has weight 1. A class that is never drawn has 0.
    """
    drawn = sum(share > 0 for share in shares.values())
    return {
        number: 1 / (drawn * share) if share > 0 else 0.0
        for number, share in enumerate(shares.values())
    }


def _names(value: Any) -> tuple[str, ...]:
    if isinstance(value, (tuple, list)):
        return tuple(value)
    return () if pd.isna(value) else (value,)
