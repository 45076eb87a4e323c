"""What independent draws would give: the band that a group's count falls in."""

from __future__ import annotations

import math

import numpy as np

__all__ = ["binomial_band", "unseen_share"]


def binomial_band(draws: int, p: float, confidence: float) -> tuple[int, int]:
    """The central band of a binomial count: the smallest [low, high] with both tails cut.

    Parameters
    ----------
    draws : number of independent draws.
    p : chance of the group, 0..1.
    confidence : at least this share of all outcomes lies inside, 0..1.
    """
    if p <= 0 or p >= 1:
        return (0, 0) if p <= 0 else (draws, draws)
    middle = draws * p
    # Twelve deviations hold all but 10⁻³⁰ of a normal law; the added 40 serve small counts.
    reach = 12 * math.sqrt(middle * (1 - p)) + 40
    first, last = max(0, int(middle - reach)), min(draws, int(middle + reach) + 1)
    counts = np.arange(first, last, dtype=np.float64)
    steps = np.log((draws - counts) / (counts + 1)) + math.log(p) - math.log1p(-p)
    logs = np.concatenate(([0.0], np.cumsum(steps)))
    chances = np.exp(logs - logs.max())
    below = np.cumsum(chances / chances.sum())
    tail = (1 - confidence) / 2
    low = int(np.searchsorted(below, tail, side="right"))
    high = int(np.searchsorted(below, 1 - tail, side="left"))
    return first + low, first + min(high, len(below) - 1)


def unseen_share(draws: int, p: float, images: int) -> float:
    """The share of a group's images that `draws` independent draws are expected to leave out."""
    return 1.0 if p <= 0 else math.exp(draws * math.log1p(-p / images)) if p < images else 0.0
