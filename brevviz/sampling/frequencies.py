"""What-if numbers: how often each group comes, and how often its images repeat."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from brevviz.errors import SamplingError
from brevviz.sampling.bands import binomial_band, unseen_share
from brevviz.sampling.draw_order import DrawOrder
from brevviz.sampling.groups import Groups

__all__ = ["frequencies"]

_Counts = npt.NDArray[np.int64]


def frequencies(
    order: DrawOrder, groups: Groups, epochs: int = 1, items: _Counts | None = None
) -> pd.DataFrame:
    """What the first epochs of a draw order show of each group.

    Parameters
    ----------
    order : the draw order.
    groups : the groups it draws from.
    epochs : how many epochs to look at, 1 or more.
    items : int64 (rows,), the number of each row's physical item, as `Plan.item_of_row` gives it.

    Returns one row a group, by its text, with the columns

    - `images` in the group; `weight`, its share of the draws; `expected` draws;
    - `drawn`: the draws that the order gives it, exactly;
    - `low`, `high`: the range that the algorithm keeps to: the expected count rounded down and up
      in each epoch, or the 95 % band for independent draws;
    - `repeats_min`, `repeats_mean`, `repeats_max`: draws of one image of the group;
    - `unseen`: share of its images that are never drawn;
    - `independent_low`, `independent_high`, `independent_unseen`: the same for independent draws.
      The bands hold for all groups at once (Bonferroni: each at 1 - .05 / groups);
    - `seen`: images that are drawn at least once, the epochs' effective size; and with `items`
      also `items` in the group and `items_seen`.
    """
    if epochs < 1:
        raise SamplingError("epochs", f"{epochs} is outside 1 and more")
    total = order.epoch_samples * epochs
    drawn = order.counts(epochs)
    sizes = groups.sizes
    band = [binomial_band(total, p, 1 - 0.05 / len(sizes)) for p in order.p]
    unseen = [unseen_share(total, p, n) for p, n in zip(order.p, sizes, strict=True)]
    low, high = np.array(band, np.int64).reshape(-1, 2).T
    if order.algorithm == "independent-1":
        least, most, missed = _counted(order, epochs)
        bounds = (low, high)
    else:
        # A group's images are walked round and round: they differ by one draw at most.
        least, most = drawn // sizes, -(-drawn // sizes)
        missed = np.maximum(0.0, 1 - drawn / sizes)
        bounds = order.bounds(epochs)
    table = pd.DataFrame(
        {
            "images": sizes,
            "weight": order.p,
            "expected": order.p * total,
            "drawn": drawn,
            "low": bounds[0],
            "high": bounds[1],
            "repeats_min": least,
            "repeats_mean": drawn / sizes,
            "repeats_max": most,
            "unseen": missed,
            "independent_low": low,
            "independent_high": high,
            "independent_unseen": unseen,
            "seen": np.rint(sizes * (1 - missed)).astype(np.int64),
        },
        index=pd.Index(groups.texts, name="group"),
    )
    if items is None:
        return table
    every = np.arange(len(groups.codes))
    return table.assign(
        items=_items(groups, items, every), items_seen=_items(groups, items, order.seen(epochs))
    )


def _items(groups: Groups, items: _Counts, rows: _Counts) -> _Counts:
    """Items of each group that some rows show; one that spans groups counts in each."""
    pairs = np.unique(np.stack([groups.codes[rows], items[rows]]), axis=1)
    return np.bincount(pairs[0], minlength=len(groups.labels))


def _counted(order: DrawOrder, epochs: int) -> tuple[_Counts, _Counts, npt.NDArray[np.float64]]:
    """Fewest and most draws of an image, and the share never drawn: by drawing."""
    offsets = np.concatenate(([0], np.cumsum(order.sizes)))
    times = np.zeros(offsets[-1], np.int64)
    for epoch in range(epochs):
        draws = order.draws(epoch)
        np.add.at(times, offsets[draws.group] + draws.member, 1)
    heads = offsets[:-1]
    missed = np.add.reduceat(times == 0, heads, dtype=np.float64) / order.sizes
    return np.minimum.reduceat(times, heads), np.maximum.reduceat(times, heads), missed
