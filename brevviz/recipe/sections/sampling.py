"""How often each group of samples is drawn in an epoch."""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from brevviz.recipe.sections.section import Section
from brevviz.recipe.sections.values import Names, Shares, Weights

__all__ = ["Sampling", "Weighing"]


Weighing = Literal["uniform", "count", "square root", "log", "logx+1"]


class Sampling(Section):
    """How often each group of samples is drawn in an epoch."""

    groupby: Names = ()
    """Columns whose values make the groups. Empty: one group."""
    weighing: Weighing = "uniform"
    """How a group of n samples is weighed: 1, n, √n, ln(1 + n), 1 + ln n."""
    weights: Weights = Field(default_factory=dict)
    """Group → weight, in place of the one that the weighing gives it."""
    shares: Shares = Field(default_factory=dict)
    """Group → part of all draws. What is left goes to the other groups, by their weights."""
    batch_size: Annotated[int, Field(ge=1, le=4096)] = 32
    """Samples a batch."""
    shuffle: bool = False
    """False: samples come in the order of the frame, groups interleaved evenly."""
    repeat: bool = False
    """True: epochs follow one another without end."""
    epoch_samples: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None
    """Draws an epoch. None: as many as there are samples."""
    algorithm: Literal["quota-1", "even-1", "independent-1"] = "quota-1"
    """Name and version of the draw order: by quotas; by quotas, each batch balanced; at random."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        total = math.fsum(self.shares.values())
        if total > 1 + 1e-9:
            raise ValueError(f"shares: {total:g} in all is more than 1")
        if self.algorithm == "independent-1" and not self.shuffle:
            raise ValueError("shuffle: false is not allowed with the algorithm independent-1")
        return self
