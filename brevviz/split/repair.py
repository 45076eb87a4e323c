"""Make one item of each leaking pair, and place the merged items anew while all others stay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from brevviz.split.growth import difference
from brevviz.split.leaks import Leaks
from brevviz.split.sample_split import SampleSplit

__all__ = ["Repaired", "repair"]


@dataclass(frozen=True)
class Repaired:
    """samples : the frame with the pairs on one side. moved : who moved, as `difference` tells."""

    samples: pd.DataFrame
    moved: pd.DataFrame


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
    return Repaired(again, difference(samples, again, plan, column))
