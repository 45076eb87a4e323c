"""The maps of a generator, as one function from batch to batch."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from brevviz.errors import SamplingError
from brevviz.generator.feed import SEED, WORKING

__all__ = ["Map", "Structure", "arranged", "composed", "flat", "takes_seed"]

Map: TypeAlias = Callable[..., dict[str, Any]]
Structure: TypeAlias = "str | Sequence[Structure] | dict[str, Structure] | None"
"""A key of the batch, or a nested tuple or mapping of keys; None: the whole batch."""

HIDDEN = (WORKING, SEED, "_plain:", "_rescale:")
"""Entries that the stages of a map pass to each other, by the beginning of their names."""


def flat(maps: Any) -> Iterator[Map]:
    """The functions in a function, a list of lists of them, or None.

    One that has `followers`, as an `ImagePipeline` with label maps has, brings them with it.
    Raises TypeError for anything else.
    """
    if maps is None:
        return
    if callable(maps):
        yield maps
        yield from flat(getattr(maps, "followers", None))
    elif isinstance(maps, Iterable) and not isinstance(maps, (str, bytes)):
        for part in maps:
            yield from flat(part)
    else:
        raise TypeError(f"a map is a function of a batch, or a list of them, not {maps!r}")


def takes_seed(function: Map) -> bool:
    """Does a map have a parameter `seed`?"""
    try:
        return "seed" in inspect.signature(function).parameters
    except (TypeError, ValueError):  # a function of C without a signature
        return False


def composed(
    maps: Sequence[Map], structure: Structure = None, prepare: Callable[[Map], Map] = lambda f: f
) -> Callable[[Any], Any]:
    """One function for `Dataset.map`: the maps in turn, then the structure asked for.

    Each map that takes a `seed` gets keys of its own, int64 (batch,). `prepare` makes of each map
    what is called.
    """
    calls = [(function, prepare(function), takes_seed(function)) for function in maps]

    def run(batch: dict[str, Any]) -> Any:
        keys = (batch[f"{SEED}{number}"] for number in itertools.count())
        for function, call, seeded in calls:
            result = call(batch, seed=next(keys)) if seeded else call(batch)
            batch = _checked(function, result)
        visible = {k: v for k, v in batch.items() if not k.startswith(HIDDEN)}
        return arranged(visible, structure)

    return run


def _checked(function: Map, result: Any) -> dict[str, Any]:
    if isinstance(result, dict):
        return result
    name = getattr(function, "__name__", type(function).__name__)
    raise SamplingError(
        "map",
        f"{name} gave a {type(result).__name__}, not a batch",
        "A map takes a batch (a dict of tensors) and returns one; use output_structure for tuples",
    )


def arranged(batch: dict[str, Any], structure: Structure) -> Any:
    """The entries that a structure names, in its shape; the whole batch for None."""
    if structure is None:
        return batch
    if isinstance(structure, str):
        if structure not in batch:
            raise SamplingError(
                "output_structure", f"the batch has no {structure!r}; it has {', '.join(batch)}"
            )
        return batch[structure]
    if isinstance(structure, dict):
        return {name: arranged(batch, part) for name, part in structure.items()}
    if isinstance(structure, Sequence):
        return tuple(arranged(batch, part) for part in structure)
    raise SamplingError("output_structure", f"{structure!r} is not a key or a tuple of keys")
