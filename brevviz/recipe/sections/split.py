"""Which physical item each image shows, and how items are divided."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from brevviz.recipe.sections.section import Section
from brevviz.recipe.sections.values import Groups, PatternOrNames

__all__ = ["Split"]


class Split(Section):
    """Which physical item each image shows, and how items are divided."""

    stratification: PatternOrNames = ("folder",)
    """Columns, or a regex on `path`: the ratio holds in each stratum. Empty: one stratum."""
    uniqueness: PatternOrNames = ("etag",)
    """Columns, or a regex on `path`: rows with the same key are one physical item."""
    per_folder: bool = False
    """True: keys restart in every class folder, so `a/1` and `b/1` are two items."""
    ratio: Annotated[float, Field(ge=0, le=1)] = 0.8
    """Share of the images that train, in every stratum."""
    test_ratio: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Share kept for test. 0: two purposes only."""
    pin_outliers: bool = True
    """True: unusually large items go to train first, so the ratio is missed by less."""
    tie_content: bool = False
    """True: rows with the same ETag are one item too, whatever their keys."""
    tied: Groups = ()
    """Lists of keys (paths inside the source) that show one item although their keys differ."""
    mode: Literal["rank", "best fit", "hash"] = "rank"
    """rank: every stratum has its ratio, and raising it moves items one way. best fit: nearer
    still, but not nested. hash: an item's place depends on its key alone."""
    algorithm: Literal["midrank-1"] = "midrank-1"
    """Name and version of the assignment."""
    engine: Literal["re2-pyarrow", "re"] = "re2-pyarrow"
    """The regex engine: engines differ in what `\\d` and `$` mean. RE2 leaves to Python's `re`
    the patterns that it cannot read; re: Python's reads them all, slowly."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.ratio + self.test_ratio > 1:
            raise ValueError(
                f"test_ratio: {self.test_ratio:g} is more than the ratio of {self.ratio:g} leaves"
            )
        return self
