"""Make one item of each leaking pair, and place the merged items anew while all others stay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from brevviz.split.arrays import Ints
from brevviz.split.growth import difference
from brevviz.split.leaks import Leaks
from brevviz.split.paths import relative_paths
from brevviz.split.sample_split import SampleSplit
from brevviz.split.tied import joined_groups

__all__ = ["Repaired", "repair", "tied_keys"]


@dataclass(frozen=True)
class Repaired:
    """samples : the frame with the pairs on one side. moved : who moved, as `difference` tells.
    tied : what to write into the recipe as `split.tied`, so that its split has no such pair
    either; there the others are ranked anew, and some near the cut may move.
    """

    samples: pd.DataFrame
    moved: pd.DataFrame
    tied: tuple[tuple[str, ...], ...]


def repair(
    samples: pd.DataFrame, leaks: Leaks, splitter: SampleSplit, column: str = "purpose"
) -> Repaired:
    """Tie the two samples of each pair together and assign the merged items again.

    Parameters
    ----------
    samples : the assigned frame that the leaks were found in. Not changed.
    leaks : what is to be repaired; take rows out of `leaks.pairs` to leave pairs as they are.
    splitter : the rule of the split, whose ratio the merged items are placed by.

    Every item that no pair touches keeps its purpose. Raises SplitError.
    """
    ties = leaks.ties()
    unlocked = samples.drop(columns=column)
    merged = splitter.plan(unlocked, ties=ties)
    touched = np.zeros(merged.items, np.bool_)
    touched[merged.item_of_row[np.concatenate(ties[0])]] = True
    again = samples.copy(deep=False)
    again[column] = samples[column].astype("str").mask(touched[merged.item_of_row])
    plan = splitter.plan(again, column=column, ties=ties)
    section = splitter.section
    again[column] = pd.Series(
        plan.purposes(section.ratio, section.test_ratio), index=samples.index, dtype="str"
    )
    tied = tied_keys(samples, leaks, splitter.section.tied, splitter.plan(unlocked).item_of_row)
    return Repaired(again, difference(samples, again, plan, column), tied)


def tied_keys(
    samples: pd.DataFrame, leaks: Leaks, tied: tuple[tuple[str, ...], ...], item_of_row: Ints
) -> tuple[tuple[str, ...], ...]:
    """The `split.tied` that makes one item of each leaking pair.

    Parameters
    ----------
    samples : the frame that the leaks were found in, with paths inside its source.
    tied : the recipe's so far; its groups are kept, joined where a pair ties them.
    item_of_row : int64 (rows,), as `Plan.item_of_row`: pairs of one item need no tie.
    """
    left, right = leaks.ties()[0]
    apart = item_of_row[left] != item_of_row[right]
    keys = relative_paths(samples, "split.tied")
    sides = (keys.take(pa.array(side[apart])).to_pylist() for side in (left, right))
    return joined_groups(tied, list(zip(*sides, strict=True)))
