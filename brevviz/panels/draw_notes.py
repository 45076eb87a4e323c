"""What is worth knowing about the draws of some epochs, in sentences."""

from __future__ import annotations

import math

import pandas as pd

from brevviz.recipe import Sampling

__all__ = ["draw_notes"]

MANY = 10
"""Draws of one image in one epoch from which on it is worth saying."""
SHOWN = 3


def draw_notes(table: pd.DataFrame, epochs: int, sampling: Sampling) -> list[str]:
    """Sentences about groups that are starved, worn out or not seen whole.

    Parameters
    ----------
    table : as `brevviz.sampling.frequencies` gives it for so many epochs.
    """
    draws = float(table["drawn"].sum())
    return [
        *_starved(table, epochs),
        *_rare(table, draws, sampling.batch_size),
        *_worn(table, epochs),
        *_unseen(table, epochs, sampling),
    ]


def _starved(table: pd.DataFrame, epochs: int) -> list[str]:
    starved = table.index[table["drawn"] == 0]
    if not len(starved):
        return []
    when = "one epoch" if epochs == 1 else f"{epochs} epochs"
    return [f"Never drawn in {when}: {_names(starved)}. Raise the weight, or the draws an epoch."]


def _rare(table: pd.DataFrame, draws: float, batch_size: int) -> list[str]:
    in_batch = table["drawn"] * (batch_size / draws)
    rare = table.index[(in_batch < 1) & (table["drawn"] > 0)]
    if not len(rare) or len(table) > batch_size:
        return []
    return [f"Less than one image in a batch of {batch_size}, on average: {_names(rare)}."]


def _worn(table: pd.DataFrame, epochs: int) -> list[str]:
    times = table["repeats_mean"].to_numpy() / epochs
    worn = table.index[times >= MANY]
    if not len(worn):
        return []
    most = int(times.argmax())
    often = f"{table.index[most]}: {times[most]:,.0f} times"
    said = f"Each image of {_names(worn)} comes {MANY} times an epoch or more ({often})."
    return [f"{said} Only augmentation tells these draws apart."]


def _unseen(table: pd.DataFrame, epochs: int, sampling: Sampling) -> list[str]:
    part = table[(table["unseen"] > 0) & (table["drawn"] > 0)]
    if part.empty:
        return []
    worst = part.iloc[int(part["unseen"].to_numpy().argmax())]
    images = round(float(worst["unseen"]) * float(worst["images"]))
    if not images:
        return []
    after = ""
    if sampling.algorithm != "independent-1":
        whole = math.ceil(float(worst["images"]) / (float(worst["expected"]) / epochs))
        after = f" All of them have come after about {whole:,} epochs."
    seen = "an epoch" if epochs == 1 else f"{epochs} epochs"
    return [
        f"{images:,} of {int(worst['images']):,} images of {worst.name} do not come in {seen}.{after}"
    ]


def _names(groups: pd.Index) -> str:
    first = ", ".join(str(group) for group in groups[:SHOWN])
    return f"{first} and {len(groups) - SHOWN:,} more" if len(groups) > SHOWN else first
