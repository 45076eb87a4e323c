"""`Sampler`: the recipe's sampling section, applied to a frame of samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from brevviz.recipe import DEFAULT_SEED, Sampling
from brevviz.sampling.allotting import allot, own_weights
from brevviz.sampling.draw_order import DrawOrder
from brevviz.sampling.frequencies import frequencies
from brevviz.sampling.groups import Groups, group_codes
from brevviz.sampling.weights import AnyWeighing

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

__all__ = ["Sampler"]


class Sampler:
    """How often each group of samples is drawn, and in which order.

    Parameters
    ----------
    section : the recipe's sampling.
    seed : int or text.
    weighing : a function or a table that no recipe can hold; None: the section's.
    """

    def __init__(
        self,
        section: Sampling,
        seed: int | str = DEFAULT_SEED,
        weighing: AnyWeighing | None = None,
    ) -> None:
        self.section = section
        self.seed = seed
        self.weighing = section.weighing if weighing is None else weighing

    @classmethod
    def of(cls, section: Sampling, seed: int | str = DEFAULT_SEED) -> Self:
        """The sampler of a recipe's section."""
        return cls(section, seed)

    def groups(self, samples: pd.DataFrame) -> Groups:
        """The group of each sample. Raises SamplingError as `group_codes` does."""
        return group_codes(samples, self.section.groupby)

    def order(self, samples: pd.DataFrame) -> DrawOrder:
        """The draw order of these samples; `Draws.index` numbers the rows of the frame.

        Raises SamplingError when they cannot be grouped or weighed as asked.
        """
        return self.order_of(self.groups(samples))

    def order_of(self, groups: Groups) -> DrawOrder:
        """The draw order of samples that are grouped already."""
        section = self.section
        return DrawOrder(
            groups.sizes,
            allot(groups.sizes, self.weighing, groups.labels, section.weights, section.shares),
            section.epoch_samples or int(groups.sizes.sum()),
            self.seed,
            section.shuffle,
            algorithm=section.algorithm,
            groups=groups,
        )

    def weights_of(self, groups: Groups) -> npt.NDArray[np.float64]:
        """The weight of each group, as if none had a share: float64 (k,)."""
        return own_weights(groups.sizes, self.weighing, groups.labels, self.section.weights)

    def section_of(self, groups: Groups) -> Sampling:
        """The section that gives these draws again: a function's or a table's weights, written out.

        Parameters
        ----------
        groups : those of the samples that are drawn from.

        Where two groups look alike no table can tell them apart, and the section stays as it is.
        """
        texts = groups.texts
        if isinstance(self.weighing, str) or len(set(texts)) < len(texts):
            return self.section
        weights = dict(zip(texts, self.weights_of(groups).tolist(), strict=True))
        return Sampling(**{**dict(self.section), "weights": weights})

    def frequencies(
        self,
        samples: pd.DataFrame,
        epochs: int = 1,
        items: npt.NDArray[np.int64] | None = None,
    ) -> pd.DataFrame:
        """What the first epochs will show of each group: see `brevviz.sampling.frequencies`.

        A last column, `raw_weight`, has the weight of each group, as if none had a share.
        """
        groups = self.groups(samples)
        table = frequencies(self.order_of(groups), groups, epochs, items)
        return table.assign(raw_weight=self.weights_of(groups))
