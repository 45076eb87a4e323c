"""`SampleSplit`: divide samples by physical item, with the seed's name and keywords."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any, Self

import numpy as np
import pandas as pd
from pydantic import ValidationError

from brevviz.errors import RecipeError, SplitError
from brevviz.progress import Report, quiet
from brevviz.recipe import DEFAULT_SEED, Split
from brevviz.recipe.problems import recipe_error
from brevviz.split.arrays import Ints
from brevviz.split.locks import FREE
from brevviz.split.plan import Plan
from brevviz.split.planning import make_plan

__all__ = ["SampleSplit"]


class SampleSplit:
    """Divide samples so that no item stands on both sides and every stratum has its ratio.

    Parameters
    ----------
    stratification, uniqueness : columns, or a regular expression on `path`: what the ratio holds
        in, and what makes one physical item.
    split : share of the images that gets the purpose, 0..1; the recipe's `split.ratio`.
    seed : whole number or text.
    others : further fields of the recipe's section `split` by their names: test_ratio,
        per_folder, pin_outliers, mode, tie_content, tied, engine.

    What is not given has the default of `brevviz.recipe.Split`. Raises SplitError when a value
    is not allowed, PatternError (when it is used) for a pattern, and TypeError for an unknown
    keyword.
    """

    def __init__(
        self,
        stratification: str | Sequence[str] | None = None,
        uniqueness: str | Sequence[str] | None = None,
        split: float | None = None,
        seed: int | str = DEFAULT_SEED,
        **others: Any,
    ) -> None:
        _refuse_unknown(others)
        given = {"stratification": stratification, "uniqueness": uniqueness, "ratio": split}
        values = {name: value for name, value in given.items() if value is not None} | others
        for name in ("stratification", "uniqueness"):
            if not isinstance(values.get(name, ""), str):
                values[name] = tuple(values[name])
        for name in ("ratio", "test_ratio"):
            if isinstance(values.get(name), int):  # split=1 is meant as 1.0
                values[name] = float(values[name])
        try:
            self.section = Split(**values)
        except ValidationError as error:
            raise _in_split(recipe_error(error, Split)) from None
        self.seed = seed

    @classmethod
    def of(cls, section: Split, seed: int | str = DEFAULT_SEED) -> Self:
        """A splitter by a recipe's section and seed."""
        self = cls(seed=seed)
        self.section = section
        return self

    def __repr__(self) -> str:
        changed = self.section.model_dump(exclude_defaults=True)
        return f"SampleSplit({', '.join(f'{k}={v!r}' for k, v in changed.items())})"

    def plan(
        self,
        samples: pd.DataFrame,
        report: Report = quiet,
        *,
        column: str = "purpose",
        purpose: str = "train",
        remainder: str | None = None,
        ties: Iterable[tuple[Ints, Ints]] = (),
    ) -> Plan:
        """Work out every item's place, for any ratio.

        Parameters
        ----------
        samples : the samples frame. Not changed.
        report : told between pieces of work; may raise Cancelled.
        column : rows with a value here are locked.
        purpose, remainder : what the ratio is about, and the rest (None: "devel").
        ties : pairs of int64 arrays of row numbers; the two rows of a pair show one object.

        Raises PatternError and SplitError.
        """
        return make_plan(
            samples,
            self.section,
            self.seed,
            column=column,
            purpose=purpose,
            remainder=remainder,
            ties=ties,
            report=report,
        )

    def assign(
        self,
        samples: pd.DataFrame,
        purpose: str = "train",
        remainder: str | None = None,
        column: str = "purpose",
    ) -> pd.DataFrame:
        """A copy of the samples with each row's purpose in a column.

        Parameters
        ----------
        samples : the samples frame. Not changed; rows that have a purpose keep it.
        purpose : what the ratio's share of the items gets.
        remainder : what the other items get; None: they stay empty.
        column : where purposes stand.

        Raises PatternError and SplitError.
        """
        plan = self.plan(samples, column=column, purpose=purpose, remainder=remainder)
        codes = plan.codes(self.section.ratio, self.section.test_ratio)
        names = np.array([*plan.labels.names, None], object)
        if remainder is None:
            codes = np.where((codes == 1) & (plan.locked == FREE), len(names) - 1, codes)
        # A copy of its columns' list, not of its columns: pandas 3 copies on write.
        assigned = samples.copy(deep=False)
        assigned[column] = pd.Series(names[codes], index=samples.index, dtype="str")
        return assigned


def _refuse_unknown(others: dict[str, Any]) -> None:
    known = [name for name in Split.model_fields if name != "ratio"]
    for name in others:
        if name not in known:
            near = get_close_matches(name, [*known, "split", "seed"], n=1, cutoff=0.4)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
            raise TypeError(f"SampleSplit has no keyword {name!r}; {hint}")


def _in_split(error: RecipeError) -> SplitError:
    return SplitError(f"split.{error.where}", error.problem, error.hint)
