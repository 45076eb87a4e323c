"""The generator's keywords, in the seed's names, as a section of the recipe."""

from __future__ import annotations

import inspect
import math
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from brevviz.errors import SamplingError
from brevviz.images.keywords import section_of
from brevviz.recipe import Sampling
from brevviz.sampling import AnyWeighing, group_text

__all__ = ["by_text", "max_samples", "refuse_unknown", "sampling_of"]


def refuse_unknown(owner: type, unknown: Mapping[str, Any]) -> None:
    """Raise TypeError for a keyword that a class does not have, naming the near one."""
    if not unknown:
        return
    name = next(iter(unknown))
    known = [p for p in inspect.signature(owner).parameters if p != "unknown"]
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
    raise TypeError(f"{owner.__name__} has no keyword {name!r}; {hint}")


def sampling_of(
    groupby: Sequence[str] | str | None, weighing: AnyWeighing, **fields: Any
) -> tuple[Sampling, AnyWeighing | None]:
    """The section, and the weighing apart where it is a function or a table: what a recipe holds of
    it, its weights, is known once there are groups (`Sampler.section_of`).

    Raises RecipeError for a value that is not allowed.
    """
    names = () if groupby is None else (groupby,) if isinstance(groupby, str) else tuple(groupby)
    values = {**fields, "groupby": names}
    if callable(weighing) or isinstance(weighing, Mapping):
        return section_of(Sampling, "DataGenerator", values), weighing
    return section_of(Sampling, "DataGenerator", {**values, "weighing": weighing}), None


def by_text(table: Mapping[Any, float] | None) -> dict[str, float]:
    """A table of group → number with the groups' labels as people read them."""
    return {group_text(label): number for label, number in (table or {}).items()}


def max_samples(most: float | None, samples: int) -> int | None:
    """The draws of an epoch by the seed's rule: never more than there are samples."""
    if most is None or most == math.inf:
        return None
    if most != int(most) or most < 1:
        raise SamplingError(
            "max_epoch_samples", f"{most!r} is not a whole number of 1 or more, or None"
        )
    return min(int(most), samples) or None
