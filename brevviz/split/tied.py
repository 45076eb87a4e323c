"""Ties that a recipe names: lists of keys inside the source, to rows and back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from brevviz.split.arrays import Ints
from brevviz.split.components import components
from brevviz.split.paths import relative_paths

__all__ = ["joined_groups", "tied_rows"]

_WHERE = "split.tied"

Groups = tuple[tuple[str, ...], ...]


def tied_rows(samples: pd.DataFrame, groups: Groups) -> tuple[tuple[Ints, Ints], tuple[str, ...]]:
    """The rows that a recipe's `split.tied` makes one item of.

    Parameters
    ----------
    samples : the samples frame, with `path`.
    groups : lists of keys; a key is a path inside the source, or a whole path where the frame
        holds several sources. Groups that share a key are one.

    Returns the ties as `SampleSplit.plan` takes them, and the keys that name no sample.
    """
    empty = np.empty(0, np.int64)
    if not groups:
        return (empty, empty), ()
    keys = sorted({key for group in groups for key in group})
    place = {key: number for number, key in enumerate(keys)}
    # One search of all rows in the few keys, not of the keys in a table of all rows.
    found = pc.index_in(
        relative_paths(samples, _WHERE), value_set=pa.array(keys, pa.large_string())
    )
    numbers = found.fill_null(-1).to_numpy().astype(np.int64)
    left, right = _edges([[place[key] for key in group] for group in groups])
    group_of_key = components(len(keys), left, right)
    rows = np.flatnonzero(numbers >= 0)
    group = group_of_key[numbers[rows]]
    first = np.full(len(keys), len(numbers))
    np.minimum.at(first, group, rows)
    present = np.zeros(len(keys), np.bool_)
    present[numbers[rows]] = True
    absent = tuple(key for key, there in zip(keys, present.tolist(), strict=True) if not there)
    return (first[group], rows), absent


def joined_groups(groups: Groups, pairs: Sequence[tuple[str, str]]) -> Groups:
    """Groups and further pairs of keys as one list of groups that share no key.

    Returns keys in order inside a group, and groups in the order of their first keys, so that
    the same ties are always the same text.
    """
    lists = [*groups, *pairs]
    keys = sorted({key for group in lists for key in group})
    place = {key: number for number, key in enumerate(keys)}
    left, right = _edges([[place[key] for key in group] for group in lists])
    joined: dict[int, list[str]] = {}
    for key, root in zip(keys, components(len(keys), left, right).tolist(), strict=True):
        joined.setdefault(root, []).append(key)
    return tuple(tuple(group) for group in joined.values())


def _edges(groups: Sequence[Sequence[int]]) -> tuple[Ints, Ints]:
    """An edge from the first of each group to each of its members."""
    left = [group[0] for group in groups for _ in group]
    right = [member for group in groups for member in group]
    return np.array(left, np.int64), np.array(right, np.int64)
