"""From keys to items: which rows show one physical object, in the seed's order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from brevviz.hashing import hash_keys
from brevviz.split.arrays import Ints, Words
from brevviz.split.columns import column_text, join_texts
from brevviz.split.components import components
from brevviz.split.encode import encode
from brevviz.split.order import radix_order
from brevviz.split.paths import relative_paths

__all__ = ["Items", "items_of", "whole_keys"]

_OWN = "\x00"


@dataclass(frozen=True)
class Items:
    """The physical objects of a frame, numbered in the order of their seeded hashes.

    of_row : int64 (rows,), the item of each row.
    keys : large_string (items,), each item's key; of a merged item the smallest, by bytes.
    hashes : uint64 (items,), rising.
    unmatched : number of rows that the rule found no key in; each is its own item.
    """

    of_row: Ints
    keys: pa.Array
    hashes: Words
    unmatched: int


def items_of(
    samples: pd.DataFrame,
    found: pa.ChunkedArray,
    seed: int | str,
    *,
    per_folder: bool,
    ties: Iterable[tuple[Ints, Ints]] = (),
) -> Items:
    """Make the items of the keys found, joined further by ties between rows.

    Parameters
    ----------
    found : large_string (rows,), null where there is no key.
    seed : orders the items.
    per_folder : True: equal keys in two class folders are two items.
    ties : pairs of int64 arrays of row numbers; the two rows of a pair show one object.
    """
    unmatched = found.null_count
    codes, keys = encode(whole_keys(samples, found, per_folder=per_folder))
    codes, keys = _merge(codes, keys, ties)
    hashes = hash_keys(keys, seed)
    order = _by_hash_then_key(hashes, keys)
    number = np.empty_like(order)
    number[order] = np.arange(len(order))
    return Items(number[codes], keys.take(pa.array(order)), hashes[order], unmatched)


def whole_keys(
    samples: pd.DataFrame, found: pa.ChunkedArray, *, per_folder: bool
) -> pa.ChunkedArray:
    """The key of each row's item from what the rule found in it: large_string, without nulls."""
    if per_folder:
        folder = column_text(samples, "folder", "split.per_folder")
        # A row without a key stays without one: null joins to null.
        found = join_texts(pc.fill_null(folder, ""), found)
    if found.null_count:
        paths = pc.fill_null(relative_paths(samples, "split.uniqueness"), "")
        found = pc.coalesce(found, join_texts(_OWN, paths, between=""))
    return found


def _merge(codes: Ints, keys: pa.Array, ties: Iterable[tuple[Ints, Ints]]) -> tuple[Ints, pa.Array]:
    edges = [(codes[left], codes[right]) for left, right in ties]
    if not edges:
        return codes, keys
    left, right = (np.concatenate(side) for side in zip(*edges, strict=True))
    root = components(len(keys), left, right)
    merged = np.flatnonzero(np.bincount(root, minlength=len(keys))[root] > 1)
    # The smallest key stands for the item, never the smallest hash: that would pull merged
    # items to the front, and so into train. Arrow sorts text by its bytes.
    falling = merged[pc.array_sort_indices(keys.take(pa.array(merged))).to_numpy()[::-1]]
    stands_for = np.arange(len(keys))
    stands_for[root[falling]] = falling  # of equal places the last assignment stands
    kept, codes = np.unique(stands_for[root[codes]], return_inverse=True)
    return codes.astype(np.int64), keys.take(pa.array(kept))


def _by_hash_then_key(hashes: Words, keys: pa.Array) -> Ints:
    order = radix_order(hashes)
    ordered = hashes[order]
    equal = ordered[1:] == ordered[:-1]
    if equal.any():  # three in a million at ten million keys
        twins = np.flatnonzero(np.r_[equal, False] | np.r_[False, equal])
        texts = dict(
            zip(twins.tolist(), keys.take(pa.array(order[twins])).to_pylist(), strict=True)
        )
        best = sorted(twins.tolist(), key=lambda place: (int(ordered[place]), texts[place]))
        order[twins] = order[best]
    return order
